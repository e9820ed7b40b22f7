/**
 * A session on a link: the one place where they meet.
 *
 *   link ─ received(chunk) ─▶ session.receive ─▶ nextEvent ─▶ application
 *   link ◀─ write(one buffer) ─ session.takeOutput ◀─ reply, send, request
 *
 * All output of one turn leaves in one write. Reading stops while the application or the peer is behind. There is one
 * timer, set lazily, however many deadlines wait for it.
 */
import type { Env, Signal, Timer } from '../env.js'
import type { Protocol, Role } from '../protocol/index.js'
import { Session, type SessionEvent } from '../session/index.js'
import type { Address, Link, TransportError } from '../transport/index.js'
import { type CloseReason, ConnectionClosedError, RequestTimeoutError } from './close-reason.js'
import { type ConnectionLimits, DEFAULT_LIMITS } from './limits.js'

/** What a connection needs of the program on top of it. */
export interface Application {
  /** A request or message of the peer. What it returns, or what the promise gives, is the reply. */
  handle(name: string, body: unknown, context: HandlerContext): unknown
  /** A handler failed, or the peer broke a rule. The connection closes; nothing else happens unless this does it. */
  failed(error: unknown, connection: Connection, name?: string): void
  /** The connection is gone. */
  closed?(reason: CloseReason, connection: Connection): void
}

/** What a handler is told besides the message. */
export interface HandlerContext<C = Connection> {
  /** The connection on which the message came. */
  readonly connection: C
  /** Aborts when the connection is gone, for work that nobody waits for any more. */
  readonly signal: Signal
}

/** Options of one request. */
export interface RequestOptions {
  /** Gives the request up. It keeps its place on an ordered wire; its reply will be dropped. */
  signal?: Signal
  /** How long to wait for the reply. */
  timeoutMs?: number
}

declare const AbortController: new () => { readonly signal: Signal; abort(reason?: unknown): void }

/** A request of ours whose promise is open. */
interface Waiting {
  readonly name: string
  readonly timeoutMs: number
  resolve(body: unknown): void
  reject(error: unknown): void
}

/** Given by `send` below the high-water mark: the same promise every time. */
const DONE: Promise<void> = Promise.resolve()

export class Connection {
  /** Counts up from 1 within a server; for logs. */
  readonly id: number
  readonly local: Address
  readonly peer: Address
  /** Why the connection closed, once it has. Never rejects. */
  readonly closed: Promise<CloseReason>

  readonly #session: Session
  readonly #link: Link
  readonly #env: Env
  readonly #application: Application
  readonly #limits: ConnectionLimits
  readonly #context: LazyContext
  readonly #waiting = new Map<number, Waiting>()
  readonly #inbox: { readonly name: string; readonly body: unknown }[] = []
  #handlingMessage = false
  #paused = false
  #workScheduled = false
  #linkEnded = false
  #peerEnded = false
  #gone = false
  #reason: CloseReason | undefined
  #resolveClosed!: (reason: CloseReason) => void
  /** Settles when the queue has emptied; shared by every `send` that waits. */
  #room: { readonly promise: Promise<void>; resolve(): void; reject(error: unknown): void } | undefined
  /** The time of this turn, read once. */
  #turnTime: number | undefined
  #timer: Timer | undefined
  #timerAt = Number.POSITIVE_INFINITY
  /** When patience with a closing peer ends. */
  #cutAt = Number.POSITIVE_INFINITY
  #cutBy: 'drainMs' | 'lingerMs' = 'drainMs'

  constructor(
    link: Link,
    protocol: Protocol,
    role: Role,
    env: Env,
    application: Application,
    { limits, id = 1 }: { limits?: Partial<ConnectionLimits> | undefined; id?: number } = {},
  ) {
    this.id = id
    this.local = link.local
    this.peer = link.peer
    this.#link = link
    this.#env = env
    this.#application = application
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
    this.#session = new Session(protocol, role, this.#limits)
    this.#context = new LazyContext(this)
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
  }

  /** Begins to receive. Whoever made the connection calls it once, when the application knows of it. */
  start(): void {
    this.#link.start({
      received: (chunk) => {
        this.#session.tick(this.#now())
        this.#session.receive(chunk)
        this.#work()
      },
      ended: () => {
        this.#peerEnded = true
        this.#session.end()
        this.#work()
      },
      drained: () => {
        this.#room?.resolve()
        this.#room = undefined
        this.#work()
      },
      closed: (error) => this.#linkClosed(error),
    })
  }

  /**
   * Sends a message that asks for nothing. The promise resolves when there is room for more (at once, below the high-water
   * mark), and rejects when the message cannot be sent; it is never an unhandled rejection.
   */
  send(name: string, body: unknown): Promise<void> {
    if (this.#reason) return rejected(new ConnectionClosedError(`'${name}' was not sent`, this.#reason, 'no'))
    try {
      this.#session.send(name, body)
    } catch (error) {
      return rejected(error)
    }
    this.#workSoon()
    if (this.#queued < this.#limits.highWaterMark) return DONE
    this.#room ??= deferred()
    return this.#room.promise
  }

  /**
   * Asks, and gives the reply. Settles exactly once: with the reply, at the deadline, on abort, or when the connection
   * closes. Never an unhandled rejection.
   *
   * @throws {RequestTimeoutError} {@link ConnectionClosedError}, the signal's reason, or what is wrong with `body`
   */
  request(name: string, body: unknown, options: RequestOptions = {}): Promise<unknown> {
    const { signal, timeoutMs = this.#limits.requestTimeoutMs } = options
    if (signal?.aborted) return rejected(signal.reason)
    if (this.#reason) return rejected(new ConnectionClosedError(`'${name}' was not sent`, this.#reason, 'no'))
    let id: number
    try {
      id = this.#session.request(name, body, this.#now() + timeoutMs)
    } catch (error) {
      return rejected(error)
    }
    this.#workSoon()
    const promise = new Promise<unknown>((resolve, reject) => {
      const waiting: Waiting = { name, timeoutMs, resolve, reject }
      this.#waiting.set(id, signal ? followingSignal(waiting, signal, () => this.#giveUp(id, signal.reason)) : waiting)
    })
    promise.catch(ignore)
    return promise
  }

  /** Says nothing new, lets what was asked on either side be answered, and closes. Idempotent. */
  close(): Promise<CloseReason> {
    if (!this.#reason) {
      this.#reason = { kind: 'local' }
      this.#session.finish()
      this.#cutIn('drainMs')
      this.#workSoon()
    }
    return this.closed
  }

  /** Drops the connection now; what was under way fails. */
  reset(): void {
    this.#reason ??= { kind: 'local' }
    this.#link.reset()
  }

  /** Bytes that have been said and are not yet on their way. */
  get #queued(): number {
    return this.#session.outputLength + this.#link.queued
  }

  /** Reading waits while the application or the peer is behind. Replies are read as long as we wait for any. */
  get #isBehind(): boolean {
    return (
      this.#session.owed >= this.#limits.maxConcurrentRequests ||
      this.#link.queued >= this.#limits.highWaterMark ||
      (this.#inbox.length >= this.#limits.maxUnreadMessages && this.#waiting.size === 0)
    )
  }

  /** One turn: everything that can be said about what arrived, then one write. */
  #work(): void {
    if (this.#gone) return
    while (!this.#isBehind) {
      const event = this.#session.nextEvent()
      if (event === undefined) break
      this.#on(event)
    }
    this.#session.keep()
    this.#pauseOrResume()
    this.#flush()
  }

  #on(event: SessionEvent): void {
    switch (event.type) {
      case 'request':
        return this.#handleRequest(event.id, event.name, event.body)
      case 'message':
        this.#inbox.push(event)
        return this.#handleMessages()
      case 'reply':
        this.#waiting.get(event.id)?.resolve(event.body)
        this.#waiting.delete(event.id)
        return
      case 'timeout': {
        const waiting = this.#waiting.get(event.id)
        return this.#giveUp(event.id, waiting && new RequestTimeoutError(waiting.name, waiting.timeoutMs))
      }
      case 'ended':
        return this.#finishIfIdle()
      case 'failed':
        return this.#fail({ kind: 'protocol', error: event.error }, event.error)
    }
  }

  #handleRequest(id: number, name: string, body: unknown): void {
    let result: unknown
    try {
      result = this.#application.handle(name, body, this.#context)
    } catch (error) {
      return this.#refuse(id, name, error)
    }
    if (!isPromise(result)) return this.#reply(id, name, result)
    result.then(
      (reply) => {
        this.#reply(id, name, reply)
        this.#workSoon()
      },
      (error) => {
        this.#refuse(id, name, error)
        this.#workSoon()
      },
    )
  }

  #reply(id: number, name: string, body: unknown): void {
    if (this.#gone || this.#session.writing === 'ended') return
    try {
      this.#session.reply(id, body)
    } catch (error) {
      this.#refuse(id, name, error)
    }
  }

  /** The peer hears no more than what was owed to it before this request, then the end of the stream. */
  #refuse(id: number, name: string, error: unknown): void {
    if (this.#gone || this.#session.writing === 'ended') return this.#application.failed(error, this, name)
    this.#session.refuse(id)
    this.#fail({ kind: 'handler', error }, error, name)
  }

  /** One-way messages are handled one at a time, in their order. */
  #handleMessages(): void {
    while (!this.#handlingMessage && this.#inbox.length > 0 && this.#session.reading !== 'failed') {
      const { name, body } = this.#inbox.shift()!
      let result: unknown
      try {
        result = this.#application.handle(name, body, this.#context)
      } catch (error) {
        return this.#messageFailed(name, error)
      }
      if (!isPromise(result)) continue
      this.#handlingMessage = true
      result
        .then(undefined, (error) => this.#messageFailed(name, error))
        .then(() => {
          this.#handlingMessage = false
          this.#handleMessages()
          this.#finishIfIdle()
          this.#workSoon()
        })
    }
  }

  #messageFailed(name: string, error: unknown): void {
    this.#session.fail()
    this.#fail({ kind: 'handler', error }, error, name)
  }

  /** The peer has said its last; once its messages are handled and its requests answered, so have we. */
  #finishIfIdle(): void {
    if (this.#session.reading !== 'ended' || this.#handlingMessage || this.#inbox.length > 0) return
    this.#reason ??= { kind: 'peer' }
    this.#rejectWaiting('maybe')
    this.#session.finish()
  }

  #fail(reason: CloseReason, error: unknown, name?: string): void {
    this.#reason ??= reason
    this.#inbox.length = 0
    this.#application.failed(error, this, name)
    this.#rejectWaiting('maybe')
    this.#cutIn('drainMs')
  }

  #giveUp(id: number, error: unknown): void {
    this.#session.abandon(id)
    this.#waiting.get(id)?.reject(error)
    this.#waiting.delete(id)
  }

  #rejectWaiting(sent: 'no' | 'maybe'): void {
    for (const { name, reject } of this.#waiting.values())
      reject(new ConnectionClosedError(`no reply to '${name}'`, this.#reason!, sent))
    this.#waiting.clear()
  }

  #pauseOrResume(): void {
    const pause = this.#isBehind
    if (pause === this.#paused) return
    this.#paused = pause
    if (pause) this.#link.pause()
    else this.#link.resume()
  }

  #flush(): void {
    this.#turnTime = undefined
    if (this.#gone) return
    const output = this.#session.takeOutput()
    if (output !== undefined && this.#link.write(output)) this.#session.giveBack(output)
    if (this.#session.outputEnded && !this.#linkEnded) {
      this.#linkEnded = true
      this.#link.end()
      if (!this.#peerEnded && this.#waiting.size === 0) this.#cutIn('lingerMs')
    }
    this.#arm()
  }

  /** Whatever is said from here to the end of the turn, by however many handlers, leaves together. */
  #workSoon(): void {
    if (this.#workScheduled) return
    this.#workScheduled = true
    this.#env.defer(() => {
      this.#workScheduled = false
      this.#work()
    })
  }

  #now(): number {
    this.#turnTime ??= this.#env.now()
    return this.#turnTime
  }

  #cutIn(limit: 'drainMs' | 'lingerMs'): void {
    this.#cutAt = this.#now() + this.#limits[limit]
    this.#cutBy = limit
  }

  /** Sees that the timer fires no later than the next deadline; an earlier one is left to fire and look again. */
  #arm(): void {
    const at = Math.min(this.#session.deadline, this.#cutAt)
    if (at >= this.#timerAt) return
    this.#timer?.cancel()
    this.#timerAt = at
    this.#timer = this.#env.timer(Math.max(0, at - this.#now()), () => {
      this.#timerAt = Number.POSITIVE_INFINITY
      this.#turnTime = undefined
      const now = this.#now()
      if (now >= this.#cutAt) return this.#cut()
      this.#session.tick(now)
      this.#work()
    })
  }

  #cut(): void {
    if (this.#cutBy === 'drainMs' && (this.#reason === undefined || this.#reason.kind === 'local'))
      this.#reason = { kind: 'timeout', limit: 'drainMs', ms: this.#limits.drainMs }
    this.#link.reset()
  }

  #linkClosed(error: TransportError | undefined): void {
    this.#gone = true
    this.#timer?.cancel()
    this.#reason ??= error ? { kind: 'transport', error } : { kind: 'peer' }
    this.#rejectWaiting('maybe')
    this.#room?.reject(new ConnectionClosedError('the queue was not sent', this.#reason, 'maybe'))
    this.#inbox.length = 0
    this.#context.abort(this.#reason)
    this.#application.closed?.(this.#reason, this)
    this.#resolveClosed(this.#reason)
  }
}

/** A context whose signal is made only when a handler looks at it: an AbortController costs more than most handlers do. */
class LazyContext implements HandlerContext {
  readonly connection: Connection
  #controller: InstanceType<typeof AbortController> | undefined
  #aborted: CloseReason | undefined

  constructor(connection: Connection) {
    this.connection = connection
  }

  get signal(): Signal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#aborted) this.abort(this.#aborted)
    }
    return this.#controller.signal
  }

  abort(reason: CloseReason): void {
    this.#aborted = reason
    this.#controller?.abort(new ConnectionClosedError('the handler is no longer waited for', reason, 'no'))
  }
}

/** `waiting`, which lets go of the signal when it settles. */
function followingSignal(waiting: Waiting, signal: Signal, aborted: () => void): Waiting {
  signal.addEventListener('abort', aborted)
  const settling =
    (settle: (value: unknown) => void) =>
    (value: unknown): void => {
      signal.removeEventListener('abort', aborted)
      settle(value)
    }
  return { ...waiting, resolve: settling(waiting.resolve), reject: settling(waiting.reject) }
}

function isPromise(value: unknown): value is PromiseLike<unknown> & Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function rejected(error: unknown): Promise<never> {
  const promise = Promise.reject(error)
  promise.catch(ignore)
  return promise
}

function deferred(): { promise: Promise<void>; resolve(): void; reject(error: unknown): void } {
  let resolve!: () => void
  let reject!: (error: unknown) => void
  const promise = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  promise.catch(ignore)
  return { promise, resolve, reject }
}

function ignore(): void {}
