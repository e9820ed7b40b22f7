/**
 * Keeps a client connected: one connection at a time, the next one after a wait, requests and messages to whichever is open.
 *
 *   connecting ──▶ open ──lost──▶ waiting ──▶ connecting ──▶ …          close(), or no more attempts: closed
 */
import { AuthError, type AuthErrorCode, AuthUsageError, type AuthUsageErrorCode } from '../auth/index.js'
import {
  type Application,
  type CloseReason,
  Connection,
  ConnectionClosedError,
  type ConnectionOptions,
  guarded,
  type RequestOptions,
  RequestTimeoutError,
} from '../connection/index.js'
import type { Env, Signal, Timer } from '../env.js'
import { type Protocol, wireFor } from '../protocol/index.js'
import type { Connectable, Link } from '../transport/index.js'
import { Backoff, type ReconnectOptions } from './reconnect.js'

declare const AbortController: new () => { readonly signal: Signal; abort(reason?: unknown): void }

/** What a client is doing. */
export type ClientState = 'connecting' | 'open' | 'waiting' | 'closed'

/** The same secrets will fail in the same way again. */
const FRUITLESS: ReadonlySet<AuthErrorCode | AuthUsageErrorCode> = new Set([
  'AUTH_REFUSED',
  'AUTH_FAILED',
  'AUTH_WEAK',
  'AUTH_UNAVAILABLE',
])

/** What may wait for a connection. */
export interface OutboxOptions {
  /** Messages and requests that may wait. 1000. */
  maxMessages?: number
  /** Bytes of their bodies. 1 MiB. */
  maxBytes?: number
}

export interface KeeperOptions extends ConnectionOptions {
  reconnect: ReconnectOptions | undefined
  outbox: OutboxOptions | undefined
  onState: (state: ClientState, reason: CloseReason | undefined) => void
}

/** Something that waits for a connection. */
interface Parcel {
  readonly bytes: number
  open(connection: Connection): void
  refuse(error: unknown): void
}

export class Keeper {
  /** Why the client closed for good, once it has. Never rejects. */
  readonly closed: Promise<CloseReason>
  state: ClientState = 'connecting'

  readonly #protocol: Protocol
  readonly #endpoints: readonly Connectable[]
  readonly #env: Env
  readonly #application: Application
  readonly #options: KeeperOptions
  readonly #backoff: Backoff | undefined
  readonly #idempotent: ReadonlySet<string>
  #connection: Connection | undefined
  #openedAt = 0
  #nextEndpoint = 0
  #lastReason: CloseReason = { kind: 'local' }
  #timer: Timer | undefined
  /** The attempt to come back that is under way. */
  #attempt: { abandon(): void } | undefined
  #isClosing = false
  readonly #stateListeners = new Set<() => void>()
  readonly #parcels = new Set<Parcel>()
  #parcelBytes = 0
  #resolveClosed!: (reason: CloseReason) => void

  constructor(protocol: Protocol, endpoints: readonly Connectable[], application: Application, options: KeeperOptions) {
    this.#protocol = protocol
    this.#endpoints = endpoints
    this.#env = endpoints[0]!.env
    this.#application = application
    this.#options = options
    this.#backoff = options.reconnect && new Backoff(this.#env, options.reconnect)
    this.#idempotent = idempotentCalls(protocol)
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
  }

  /** The connection that is open, or was last. */
  get connection(): Connection | undefined {
    return this.#connection
  }

  /** The first connection, to the first server that answers. @throws {TransportError} the last one's, when none does */
  async open(signal: Signal | undefined): Promise<void> {
    let failure: unknown
    for (let i = 0; i < this.#endpoints.length; i++)
      try {
        return await this.#attach(await this.#connectNext(signal), signal)
      } catch (error) {
        failure = error
        if (signal?.aborted) break
      }
    this.state = 'closed'
    throw failure
  }

  send(name: string, body: unknown): Promise<void> {
    if (this.#isReady) return this.#connection!.send(name, body)
    return this.#post(name, body, (connection) => connection.send(name, body))
  }

  request(name: string, body: unknown, options: RequestOptions = {}): Promise<unknown> {
    if (!this.#backoff) return this.#connection!.request(name, body, options)
    const promise = this.#requestUntil(name, body, options)
    promise.catch(() => {})
    return promise
  }

  /** What may wait for another connection does not go to one that is ending. */
  get #isReady(): boolean {
    return this.state === 'open' && !(this.#options.outbox && this.#backoff && this.#connection!.isEnding)
  }

  close(): Promise<CloseReason> {
    if (!this.#isClosing) {
      this.#isClosing = true
      this.#timer?.cancel()
      if (this.state === 'open') this.#connection!.close()
      else if (this.state !== 'closed') this.#end({ kind: 'local' })
      this.#attempt?.abandon()
    }
    return this.closed
  }

  /** Asks, and asks again on the next connection, where asking twice does no harm or nothing was sent. */
  async #requestUntil(name: string, body: unknown, options: RequestOptions): Promise<unknown> {
    const timeoutMs = options.timeoutMs ?? this.#options.limits?.requestTimeoutMs ?? 30_000
    const { signal } = options
    const deadline = this.#env.now() + timeoutMs
    let sent: 'no' | 'maybe' = 'no'
    for (;;) {
      if (signal?.aborted) throw signal.reason
      const left = deadline - this.#env.now()
      if (left <= 0) throw new RequestTimeoutError(name, timeoutMs, sent)
      const tried = this.#connection
      let wasAsked = false
      const ask = (connection: Connection): Promise<unknown> => {
        wasAsked = true
        // What waited for the connection has used up some of its time.
        return connection.request(name, body, { ...options, timeoutMs: deadline - this.#env.now() })
      }
      try {
        return await (this.state === 'open'
          ? ask(tried!)
          : this.#post(name, body, ask, { timeoutMs: left, signal, sent }))
      } catch (error) {
        const mayRepeat =
          error instanceof ConnectionClosedError &&
          (this.#idempotent.has(name) || (error.sent === 'no' && this.#options.outbox))
        // What found no room to wait for a connection may not wait for it here instead.
        if (!mayRepeat || !wasAsked || this.#isClosing || this.state === 'closed') throw error
        if (error.sent === 'maybe') sent = 'maybe'
        const late = new RequestTimeoutError(name, timeoutMs, sent)
        await this.#anotherConnection(tried, deadline - this.#env.now(), late, signal)
      }
    }
  }

  /** Waits for a connection with the message, if the program asked for that, and there is room. */
  #post<T>(
    name: string,
    body: unknown,
    deliver: (connection: Connection) => Promise<T>,
    { timeoutMs, signal, sent = 'no' }: { timeoutMs?: number; signal?: Signal | undefined; sent?: 'no' | 'maybe' } = {},
  ): Promise<T> {
    const { outbox } = this.#options
    const notSent = (what: string): Promise<never> => {
      const refused = Promise.reject(new ConnectionClosedError(what, this.#lastReason, 'no'))
      refused.catch(() => {})
      return refused
    }
    if (!outbox || this.state === 'closed' || this.#isClosing)
      return notSent(`'${name}' was not sent, there is no connection`)
    const bytes = sizeOf(this.#protocol, name, body)
    const { maxMessages = 1000, maxBytes = 1024 * 1024 } = outbox
    if (this.#parcels.size >= maxMessages || this.#parcelBytes + bytes > maxBytes)
      return notSent(
        `'${name}' was not sent, and the outbox is full (${this.#parcels.size} messages, ${this.#parcelBytes} bytes)`,
      )
    const promise = new Promise<T>((resolve, reject) => {
      const stopWaiting = (): void => {
        this.#drop(parcel)
        timer?.cancel()
        signal?.removeEventListener('abort', abort)
      }
      const refuse = (error: unknown): void => {
        stopWaiting()
        reject(error)
      }
      const abort = (): void => refuse(signal!.reason)
      const timer =
        timeoutMs === undefined
          ? undefined
          : this.#env.timer(timeoutMs, () => refuse(new RequestTimeoutError(name, timeoutMs, sent)))
      const parcel: Parcel = {
        bytes,
        open: (connection) => {
          stopWaiting()
          deliver(connection).then(resolve, reject)
        },
        refuse,
      }
      signal?.addEventListener('abort', abort)
      this.#parcels.add(parcel)
      this.#parcelBytes += bytes
    })
    promise.catch(() => {})
    return promise
  }

  #drop(parcel: Parcel): void {
    if (this.#parcels.delete(parcel)) this.#parcelBytes -= parcel.bytes
  }

  /** Waits until another connection than `tried` is open, or none will be. */
  #anotherConnection(
    tried: Connection | undefined,
    ms: number,
    late: RequestTimeoutError,
    signal: Signal | undefined,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#stateListeners.delete(listener)
        timer.cancel()
        signal?.removeEventListener('abort', abort)
      }
      const abort = (): void => {
        settle()
        reject(signal!.reason)
      }
      signal?.addEventListener('abort', abort)
      const listener = (): void => {
        const isThere = this.state === 'open' && this.#connection !== tried
        if (!isThere && this.state !== 'closed') return
        settle()
        resolve()
      }
      const timer = this.#env.timer(Math.max(0, ms), () => {
        settle()
        reject(late)
      })
      this.#stateListeners.add(listener)
      listener()
    })
  }

  #connectNext(signal?: Signal): Promise<Link> {
    const endpoint = this.#endpoints[this.#nextEndpoint++ % this.#endpoints.length]!
    return endpoint.connect(signal ? { signal } : {})
  }

  /** Makes a link the connection. Resolves when it is open; rejects when it closes before that. */
  #attach(link: Link, signal?: Signal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosing) {
        link.reset()
        return resolve()
      }
      const { handle, failed } = this.#application
      const abandon = (): void => {
        reject(signal!.reason)
        link.reset()
      }
      if (signal?.aborted) return abandon()
      signal?.addEventListener('abort', abandon)
      const isDecided = (): void => signal?.removeEventListener('abort', abandon)
      let isOpen = false
      const connection = new Connection(
        link,
        this.#protocol,
        'client',
        this.#env,
        {
          handle,
          failed,
          opened: (connection) => {
            isOpen = true
            isDecided()
            this.#opened(connection)
            resolve()
          },
          closed: (reason) => {
            isDecided()
            if (isOpen) this.#lost(reason)
            else
              reject(
                'error' in reason
                  ? reason.error
                  : new ConnectionClosedError('the connection did not open', reason, 'no'),
              )
          },
        },
        this.#options,
      )
      this.#attempt = { abandon: () => connection.reset() }
      connection.start()
    })
  }

  #opened(connection: Connection): void {
    this.#attempt = undefined
    this.#connection = connection
    this.#openedAt = this.#env.now()
    this.#become('open')
    for (const parcel of this.#parcels) parcel.open(connection)
  }

  #lost(reason: CloseReason): void {
    this.#lastReason = reason
    if (!this.#backoff || this.#isClosing || reason.kind === 'local') return this.#end(reason)
    this.#backoff.lasted(this.#env.now() - this.#openedAt)
    this.#tryAgain(reason)
  }

  #tryAgain(reason: CloseReason): void {
    const wait = this.#backoff!.next()
    if (wait === undefined) return this.#end(reason)
    this.#become('waiting', reason)
    if (this.#isClosing) return
    this.#timer = this.#env.timer(wait, () => {
      this.#become('connecting')
      if (this.#isClosing) return
      const dial = new AbortController()
      this.#attempt = { abandon: () => dial.abort() }
      this.#connectNext(dial.signal)
        .then((link) => this.#attach(link))
        .catch((error) => {
          this.#attempt = undefined
          if (this.#isClosing) return this.#end({ kind: 'local' })
          const isAuth = error instanceof AuthError || error instanceof AuthUsageError
          if (isAuth && FRUITLESS.has(error.code)) this.#backoff!.refused()
          this.#lastReason = { kind: isAuth ? 'auth' : 'transport', error }
          this.#tryAgain(this.#lastReason)
        })
    })
  }

  #end(reason: CloseReason): void {
    if (this.state === 'closed') return
    for (const parcel of this.#parcels)
      parcel.refuse(new ConnectionClosedError('what waited was not sent', reason, 'no'))
    this.#become('closed', reason)
    if (this.#connection) this.#application.closed?.(reason, this.#connection)
    this.#resolveClosed(reason)
  }

  #become(state: ClientState, reason?: CloseReason): void {
    this.state = state
    guarded(
      () => this.#options.onState(state, reason),
      (error) => this.#env.warn(`onState failed: ${error instanceof Error ? error.message : String(error)}`),
    )
    for (const listener of [...this.#stateListeners]) listener()
  }
}

function idempotentCalls(protocol: Protocol): ReadonlySet<string> {
  const calls: Readonly<Record<string, { ask: string; idempotent?: boolean }>> = protocol.calls
  return new Set(Object.entries(calls).flatMap(([name, { ask, idempotent }]) => (idempotent ? [name, ask] : [])))
}

function sizeOf(protocol: Protocol, name: string, body: unknown): number {
  const calls: Readonly<Record<string, { ask: string }>> = protocol.calls
  const kind = wireFor(protocol, 'client').outgoing.get(calls[name]?.ask ?? name)
  return kind && kind.idField === undefined ? kind.codec.encodedSize(body) : 64
}
