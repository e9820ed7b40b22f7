/// <reference lib="esnext.disposable" preserve="true" />
/** Calls a server: its requests as promises, its messages as a stream, over one connection or, when told to, as many as it takes. */
import type { Authentication } from '../auth/index.js'
import type {
  Application,
  CloseReason,
  ConnectionInfo,
  ConnectionLimits,
  ContextOf,
  Observer,
  RequestOptions,
  WhenFull,
} from '../connection/index.js'
import { checkFirstWord, checkPlaintext, limitsWith, type PlaintextConsent } from '../connection/index.js'
import type { Signal } from '../env.js'
import type {
  AskBody,
  BodyFor,
  BodyOf,
  CallNames,
  Exchange,
  Inbound,
  NamesOf,
  NoteOf,
  Outbound,
  Owed,
  Protocol,
  ReplyBody,
  Unasked,
} from '../protocol/index.js'
import { type Address, type Connectable, TransportUsageError } from '../transport/index.js'
import { Inbox } from './inbox.js'
import { type ClientState, Keeper, type OutboxOptions } from './keeper.js'
import type { ReconnectOptions } from './reconnect.js'

/** What a client may be told. */
export interface ClientOptions<P extends Protocol = Protocol> {
  /** Gives up connecting. Once connected it means nothing: `close()` is for that. */
  signal?: Signal
  /** Departures from the default limits. */
  limits?: Partial<ConnectionLimits>
  /** How we prove who we are, and the server who it is, before the protocol begins. */
  auth?: Authentication
  /** Goes with an {@link auth} that is not tied to what follows it, over plain TCP beyond loopback. */
  plaintext?: PlaintextConsent
  /** Come back when the connection is lost. Off unless asked for: a program should know that its server may be another one. */
  reconnect?: boolean | ReconnectOptions
  /** Let messages and requests wait for a connection, within bounds. Without it they fail at once, with `sent: 'no'`. */
  outbox?: OutboxOptions
  /** What becomes of messages when the server is too far behind. */
  whenFull?: WhenFull
  /** Answers to what the server asks, and handlers of what it says; messages without one come through `messages()`. */
  handlers?: ClientHandlers<P>
  /** The state has changed; with the reason when a connection was lost. */
  onState?: (state: ClientState, reason: CloseReason | undefined) => void
  observer?: Observer
}

/** Handlers for messages that come to a client by themselves. */
export type ClientHandlers<P extends Protocol> = Partial<{
  readonly [N in Unasked<P, 'client'>]: ClientHandler<P, N>
}>

/** The handler of the message `N`: gives the reply where one is owed, and nothing where none is. */
type ClientHandler<P extends Protocol, N extends string> = (
  body: BodyOf<Inbound<P, 'client'>, N>,
  context: ContextOf<P, 'client'>,
) => Owed<P, 'client', N> | PromiseLike<Owed<P, 'client', N>>

/** What every client has. */
interface AnyClient<P extends Protocol> {
  readonly state: ClientState
  /** Of the connection that is open, or was last. */
  readonly local: Address
  readonly peer: Address
  /** Why the client closed for good, once it has. Never rejects. */
  readonly closed: Promise<CloseReason>
  /** Sends a message that asks for nothing; resolves when there is room for more. */
  send<N extends NamesOf<Outbound<P, 'client'>>>(name: N, body: BodyFor<Outbound<P, 'client'>, N>): Promise<void>
  /** The messages of the server that ask nothing, as they come. Ends with the client; for one reader. */
  messages(): AsyncIterableIterator<NoteOf<P, 'client'>>
  /** What the connection has done and how it is. */
  info(): ConnectionInfo
  /** Lets what was asked be answered, and closes. Idempotent. */
  close(): Promise<CloseReason>
  [Symbol.asyncDispose](): Promise<void>
}

/** A client of an exchange. */
export interface ExchangeClient<P extends Protocol> extends AnyClient<P> {
  /** Asks, and gives the reply. @throws {RequestTimeoutError} {@link ConnectionClosedError} or the signal's reason */
  request(body: AskBody<P, 'client', 'request'>, options?: RequestOptions): Promise<ReplyBody<P, 'client', 'request'>>
}

/** A client of any other protocol. */
export interface ProtocolClient<P extends Protocol> extends AnyClient<P> {
  /** Makes the call `name`, and gives the reply. @throws {RequestTimeoutError} {@link ConnectionClosedError} or the signal's reason */
  request<N extends CallNames<P, 'client'>>(
    name: N,
    body: AskBody<P, 'client', N>,
    options?: RequestOptions,
  ): Promise<ReplyBody<P, 'client', N>>
}

/** What {@link connect} gives for the protocol `P`. */
export type Client<P extends Protocol> = P extends Exchange<any, any> ? ExchangeClient<P> : ProtocolClient<P>

/**
 * Connects to a server of `protocol`: to `endpoints`, or to the first of them that answers, in their order. A client that
 * comes back goes on with the one after that which it had, and around again, with a wait before each.
 *
 * @throws {TransportError} when nobody answers
 * @throws {PlaintextError} {@link AuthUsageError} when `auth` is not for such a place
 * @example
 * ```js
 * const client = await connect(square, tcp({ port: 65432 }))
 * console.log(await client.request([12345]))   // [ 152399025 ]
 * await client.close()
 * ```
 */
export async function connect<P extends Protocol>(
  protocol: P,
  endpoints: Connectable | readonly Connectable[],
  options: ClientOptions<NoInfer<P>> = {},
): Promise<Client<P>> {
  const { signal, limits, auth, plaintext, reconnect = false, outbox, whenFull, observer, onState = () => {} } = options
  const handlers = new Map<string, AnyHandler>(Object.entries(options.handlers ?? {}))
  const inbox = new Inbox<unknown>()
  const application: Application = {
    handle: (type, body, context) => {
      const handler = handlers.get(type)
      return handler ? handler(body, context) : inbox.put({ type, body })
    },
    failed: () => {},
    closed: () => inbox.end(),
  }
  const places: readonly Connectable[] = Array.isArray(endpoints) ? endpoints : [endpoints as Connectable]
  if (places.length === 0) throw new TransportUsageError('BAD_OPTION', 'there is no endpoint to connect to')
  for (const { address, env } of places) {
    checkPlaintext(auth, address, plaintext, env)
    checkFirstWord(auth, address)
  }
  const keeper = new Keeper(protocol, places, application, {
    reconnect: reconnect === true ? {} : reconnect || undefined,
    ...{ limits: limitsWith(limits), auth, outbox, whenFull, observer, onState },
  })
  await keeper.open(signal)
  return clientOf(keeper, inbox, 'single' in protocol) as unknown as Client<P>
}

type AnyHandler = (body: any, context: any) => unknown

function clientOf(keeper: Keeper, inbox: Inbox<unknown>, single: boolean): object {
  return {
    get state() {
      return keeper.state
    },
    get local() {
      return keeper.connection!.local
    },
    get peer() {
      return keeper.connection!.peer
    },
    closed: keeper.closed,
    send: (name: string, body: unknown) => keeper.send(name, body),
    request: single
      ? (body: unknown, options?: RequestOptions) => keeper.request('request', body, options)
      : (name: string, body: unknown, options?: RequestOptions) => keeper.request(name, body, options),
    messages: () => inbox,
    info: () => keeper.connection!.info(),
    close: () => keeper.close(),
    [Symbol.asyncDispose]: async () => void (await keeper.close()),
  }
}
