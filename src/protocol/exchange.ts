/** The smallest protocol: one kind of request, one kind of reply, in order. */
import type { Codec } from '../codec.js'
import type { Framing } from '../framing/index.js'
import { defineProtocol, type Message, type Protocol } from './protocol.js'

/** The framing and the two bodies of an {@link exchange}. */
export interface ExchangeDefinition<Q extends Codec<any, any>, R extends Codec<any, any>> {
  /** How messages are kept apart, in both directions. */
  readonly framing: Framing
  /** What the client sends. */
  readonly request: Q
  /** What the server answers. */
  readonly reply: R
  /** See {@link Heartbeats}: there is no message here that could be one. */
  readonly heartbeat?: 'emptyFrame'
}

/** What an {@link exchange} is: a protocol with one message each way and one call. */
export interface Exchange<Q extends Codec<any, any> = any, R extends Codec<any, any> = any>
  extends Protocol<
    { readonly request: Message<OutOf<Q>, InOf<Q>> },
    { readonly reply: Message<OutOf<R>, InOf<R>> },
    { readonly request: { readonly ask: 'request'; readonly reply: 'reply' } }
  > {
  /** Servers take one handler, clients one kind of request. */
  readonly single: true
}

type OutOf<C> = C extends Codec<infer Out, any> ? Out : never
type InOf<C> = C extends Codec<any, infer In> ? In : never

/**
 * A protocol in which the client asks and the server answers, any number of times per connection, replies in the order
 * of the requests.
 *
 * @example
 * ```js
 * const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
 * const server = createServer(square, ([n]) => [n * n])
 * ```
 */
export function exchange<Q extends Codec<any, any>, R extends Codec<any, any>>(
  name: string,
  { framing, request, reply, heartbeat }: ExchangeDefinition<Q, R>,
): Exchange<Q, R> {
  const lowered = defineProtocol(name, {
    framing,
    fromClient: { request: { codec: request } },
    fromServer: { reply: { codec: reply } },
    calls: { request: { ask: 'request', reply: 'reply' } } as const,
    ...(heartbeat && { heartbeat }),
  })
  return { ...lowered, single: true }
}
