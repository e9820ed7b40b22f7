/** What a server has to supply for a protocol, as a type: complete over the messages from the client. */
import type { ContextOf } from '../connection/index.js'
import type { BodyFor, BodyOf, Exchange, Inbound, NamesOf, Outbound, Protocol, ReplyTo } from '../protocol/index.js'

/** A value, or a promise of it. */
type Soon<T> = T | PromiseLike<T>

/** The handler of the message `N`: gives the reply where one is owed, and nothing where none is. */
type Handler<P extends Protocol, N> = (
  body: BodyOf<Inbound<P, 'server'>, N>,
  context: ContextOf<P, 'server'>,
) => [ReplyTo<P, N>] extends [never] ? Soon<void> : Soon<BodyFor<Outbound<P, 'server'>, ReplyTo<P, N>>>

/** One handler for an exchange; for any other protocol, one for each message that a client may send. */
export type Handlers<P extends Protocol> =
  P extends Exchange<any, any>
    ? Handler<P, 'request'>
    : { readonly [N in NamesOf<Inbound<P, 'server'>>]: Handler<P, N> }
