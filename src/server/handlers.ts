/** What a side has to supply for a protocol, as a type: a handler for every message that comes to it by itself. */
import type { ContextOf } from '../connection/index.js'
import type { BodyOf, Exchange, Inbound, Owed, Protocol, Role, Unasked } from '../protocol/index.js'

/** A value, or a promise of it. */
type Soon<T> = T | PromiseLike<T>

/** The handler of the message `N`: gives the reply where one is owed, and nothing where none is. */
export type Handler<P extends Protocol, R extends Role, N extends string> = (
  body: BodyOf<Inbound<P, R>, N>,
  context: ContextOf<P, R>,
) => Soon<Owed<P, R, N>>

/** One handler for an exchange; for any other protocol, one for each message that a client may send by itself. */
export type Handlers<P extends Protocol> =
  P extends Exchange<any, any>
    ? Handler<P, 'server', 'request'>
    : { readonly [N in Unasked<P, 'server'>]: Handler<P, 'server', N> }
