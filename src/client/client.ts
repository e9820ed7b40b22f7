/** Calls a server: one connection, its requests as promises, its messages as a stream. */
import {
  type Application,
  type CloseReason,
  Connection,
  type ConnectionLimits,
  type RequestOptions,
} from '../connection/index.js'
import type { Signal } from '../env.js'
import type {
  AskBody,
  BodyFor,
  CallNames,
  Exchange,
  Inbound,
  MessageOf,
  NamesOf,
  Outbound,
  Protocol,
  ReplyBody,
} from '../protocol/index.js'
import type { Address, Connectable } from '../transport/index.js'
import { Inbox } from './inbox.js'

/** What a client may be told. */
export interface ClientOptions {
  /** Gives up connecting. Once connected it means nothing: `close()` is for that. */
  signal?: Signal
  /** Departures from the default limits. */
  limits?: Partial<ConnectionLimits>
}

/** What every client has. */
interface AnyClient<P extends Protocol> {
  readonly local: Address
  readonly peer: Address
  /** Why the connection closed, once it has. Never rejects. */
  readonly closed: Promise<CloseReason>
  /** Sends a message that asks for nothing; resolves when there is room for more. */
  send<N extends NamesOf<Outbound<P, 'client'>>>(name: N, body: BodyFor<Outbound<P, 'client'>, N>): Promise<void>
  /** The messages of the server that answer no request, as they come. Ends with the connection; for one reader. */
  messages(): AsyncIterableIterator<MessageOf<Inbound<P, 'client'>>>
  /** Lets what was asked be answered, and closes. Idempotent. */
  close(): Promise<CloseReason>
  [Symbol.asyncDispose](): Promise<void>
}

/** A client of an exchange. */
export interface ExchangeClient<P extends Protocol> extends AnyClient<P> {
  /** Asks, and gives the reply. @throws {RequestTimeoutError} {@link ConnectionClosedError} or the signal's reason */
  request(body: AskBody<P, 'request'>, options?: RequestOptions): Promise<ReplyBody<P, 'request'>>
}

/** A client of any other protocol. */
export interface ProtocolClient<P extends Protocol> extends AnyClient<P> {
  /** Makes the call `name`, and gives the reply. @throws {RequestTimeoutError} {@link ConnectionClosedError} or the signal's reason */
  request<N extends CallNames<P>>(name: N, body: AskBody<P, N>, options?: RequestOptions): Promise<ReplyBody<P, N>>
}

/** What {@link connect} gives for the protocol `P`. */
export type Client<P extends Protocol> = P extends Exchange<any, any> ? ExchangeClient<P> : ProtocolClient<P>

/**
 * Connects to a server of `protocol`.
 *
 * @throws {TransportError} when nobody answers there
 * @example
 * ```js
 * const client = await connect(square, tcp({ port: 65432 }))
 * console.log(await client.request([12345]))   // [ 152399025 ]
 * await client.close()
 * ```
 */
export async function connect<P extends Protocol>(
  protocol: P,
  endpoint: Connectable,
  { signal, limits }: ClientOptions = {},
): Promise<Client<P>> {
  const link = await endpoint.connect(signal ? { signal } : {})
  const inbox = new Inbox<unknown>()
  const application: Application = {
    handle: (type, body) => inbox.put({ type, body }),
    failed: () => {},
    closed: () => inbox.end(),
  }
  const connection = new Connection(link, protocol, 'client', endpoint.env, application, { limits })
  connection.start()
  const single = 'single' in protocol
  const calls: Readonly<Record<string, { ask: string }>> = protocol.calls
  const client = {
    local: connection.local,
    peer: connection.peer,
    closed: connection.closed,
    send: (name: string, body: unknown) => connection.send(name, body),
    request: single
      ? (body: unknown, options?: RequestOptions) => connection.request('request', body, options)
      : (name: string, body: unknown, options?: RequestOptions) =>
          connection.request(calls[name]?.ask ?? name, body, options),
    messages: () => inbox,
    close: () => connection.close(),
    [Symbol.asyncDispose]: async () => void (await connection.close()),
  }
  return client as unknown as Client<P>
}
