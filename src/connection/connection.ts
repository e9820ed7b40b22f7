/**
 * A session on a link: the one place where they meet.
 *
 *   link ─ received(chunk) ─▶ session.receive ─▶ nextEvent ─▶ application
 *   link ◀─ write(one buffer) ─ session.takeOutput ◀─ reply, send, request
 *
 * All output of one turn leaves in one write. Reading stops while the application or the peer is behind, and after a turn's
 * worth of work. There is one timer, set lazily, however many deadlines wait for it.
 */
import type { Authentication, Identity } from '../auth/index.js'
import type { Env, Signal, Timer } from '../env.js'
import type { Calls, Protocol, Role } from '../protocol/index.js'
import { PeerTimeoutError, Session, type SessionEvent } from '../session/index.js'
import type { Address, Link, TransportError } from '../transport/index.js'
import {
  type BreakableLimit,
  type CloseReason,
  ConnectionClosedError,
  MessageDroppedError,
  RequestTimeoutError,
} from './close-reason.js'
import { Handshake } from './handshake.js'
import { type ConnectionLimits, DEFAULT_LIMITS } from './limits.js'
import type { ObservedRequest, Observer } from './observer.js'
import { Outbox, type OutboxCounters, type WhenFull } from './outbox.js'

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
  /** What the peer has proved; undefined when it was asked for no proof. */
  readonly identity: Identity | undefined
}

/** Options of a connection. */
export interface ConnectionOptions {
  limits?: Partial<ConnectionLimits> | undefined
  /** What becomes of messages for a peer that is too far behind. */
  whenFull?: WhenFull | undefined
  observer?: Observer | undefined
  /** How the two sides prove who they are before the protocol begins. */
  auth?: Authentication | undefined
  /** The connection is open: authenticated, where that was asked for. */
  opened?: ((connection: Connection) => void) | undefined
  id?: number
}

/** Options of one request. */
export interface RequestOptions {
  /** Gives the request up. On an ordered wire it keeps its place, and its reply will be dropped. */
  signal?: Signal
  /** How long to wait for the reply. */
  timeoutMs?: number
}

/** What a connection has done and how it is. Times in milliseconds, sizes in bytes. */
export interface ConnectionInfo {
  readonly bytesIn: number
  readonly bytesOut: number
  readonly framesIn: number
  readonly framesOut: number
  /** Said, and not yet taken by the operating system. */
  readonly queuedBytes: number
  /** Requests of ours that wait for replies, and of the peer that run in handlers. */
  readonly pending: number
  readonly running: number
  /** Replies that came after their request was given up. */
  readonly lateReplies: number
  readonly ageMs: number
  /** Since the last byte from the peer. */
  readonly quietMs: number
  /** Smoothed over the last replies as TCP does it (RFC 6298 section 2), with our handlers' peers' time in it. */
  readonly roundTripMs: number | undefined
  /** What was done with messages for a peer that was behind. */
  readonly whenFull: Readonly<OutboxCounters>
}

declare const AbortController: new () => { readonly signal: Signal; abort(reason?: unknown): void }

/** A request of ours whose promise is open. */
interface Waiting {
  readonly name: string
  readonly timeoutMs: number
  readonly askedAt: number
  resolve(body: unknown): void
  reject(error: unknown): void
}

/** Given by `send` below the high-water mark: the same promise every time. */
const DONE: Promise<void> = Promise.resolve()
/** Frames between two looks at the clock within a turn. */
const FRAMES_PER_LOOK = 16
const NEVER = Number.POSITIVE_INFINITY

export class Connection {
  /** Counts up from 1 within a server; for logs. */
  readonly id: number
  /** The name of the protocol, and which side of it this is. */
  readonly protocol: string
  readonly role: Role
  readonly local: Address
  readonly peer: Address
  /** Why the connection closed, once it has. Never rejects. */
  readonly closed: Promise<CloseReason>
  /** What the peer has proved; undefined when it was asked for no proof, or has not finished it. */
  identity: Identity | undefined
  /** Whether the protocol began: false until then, and for ever when authentication fails. */
  wasOpen = false
  /** The world it lives in: that of the endpoint it came from. */
  readonly env: Env

  readonly #session: Session
  readonly #link: Link
  readonly #application: Application
  readonly #options: ConnectionOptions
  readonly #limits: ConnectionLimits
  readonly #observer: Observer | undefined
  readonly #calls: Calls
  readonly #context: LazyContext
  readonly #outbox: Outbox
  readonly #waiting = new Map<number, Waiting>()
  readonly #inbox: { readonly name: string; readonly body: unknown }[] = []
  #handshake: Handshake | undefined
  #handlingMessage = false
  #workScheduled = false
  #yielded = false
  #linkEnded = false
  #peerEnded = false
  #gone = false
  #reason: CloseReason | undefined
  #resolveClosed!: (reason: CloseReason) => void
  /** Settles when the queue has emptied; shared by every `send` that waits. */
  #room: { readonly promise: Promise<void>; resolve(): void; reject(error: unknown): void } | undefined
  /** The time of this turn, read once. */
  #turnTime: number | undefined
  readonly #openedAt: number
  #heardAt: number
  #pausedAt: number | undefined
  #fullSince = NEVER
  #roundTripMs: number | undefined
  #timer: Timer | undefined
  #timerAt = NEVER
  /** When patience with a closing peer ends. */
  #cutAt = NEVER
  #cutBy: 'drainMs' | 'lingerMs' = 'drainMs'
  #observedFramesIn = 0
  #observedFramesOut = 0
  #observedBytesIn = 0
  #observedBytesOut = 0

  constructor(
    link: Link,
    protocol: Protocol,
    role: Role,
    env: Env,
    application: Application,
    options: ConnectionOptions = {},
  ) {
    this.id = options.id ?? 1
    this.local = link.local
    this.peer = link.peer
    this.#link = link
    this.env = env
    this.#application = application
    this.#options = options
    this.protocol = protocol.name
    this.role = role
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#observer = options.observer
    this.#calls = protocol.calls
    this.#outbox = new Outbox(options.whenFull ?? 'close')
    this.#session = new Session(protocol, role, this.#limits)
    this.#context = new LazyContext(this)
    this.#openedAt = this.#heardAt = env.now()
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
  }

  /** Begins to receive. Whoever made the connection calls it once, when the application knows of it. */
  start(): void {
    const { auth } = this.#options
    this.#link.start({
      received: (chunk) => (this.#handshake ? this.#handshake.received(chunk) : this.#received(chunk)),
      ended: () => {
        this.#peerEnded = true
        if (this.#handshake) this.#handshake.ended()
        else this.#ended()
      },
      drained: () => this.#work(),
      closed: (error) => this.#linkClosed(error),
    })
    if (!auth) return this.#open()
    this.#handshake = new Handshake(this.role === 'server' ? auth.server() : auth.client(), this.#link, this.env, {
      done: (identity, rest) => {
        this.#handshake = undefined
        this.identity = identity
        this.#open()
        if (rest.length > 0) this.#received(rest)
        if (this.#peerEnded) this.#ended()
      },
      failed: (error) => {
        this.#handshake = undefined
        this.#session.fail()
        this.#fail({ kind: 'auth', error }, error)
        this.#work()
      },
    })
    this.#handshake.proceed()
  }

  #open(): void {
    this.wasOpen = true
    this.#session.start(this.env.now())
    this.#arm()
    this.#observe((observer) => observer.opened?.(this))
    this.#options.opened?.(this)
  }

  #received(chunk: Uint8Array): void {
    this.#heardAt = this.#now()
    this.#tick()
    this.#session.receive(chunk)
    this.#work()
  }

  #ended(): void {
    this.#session.end()
    this.#work()
  }

  /** How it is. */
  info(): ConnectionInfo {
    const { bytesIn, bytesOut, framesIn, framesOut, pending, owed, lateReplies } = this.#session
    const now = this.env.now()
    return {
      ...{ bytesIn, bytesOut, framesIn, framesOut, pending, lateReplies },
      queuedBytes: this.#queued,
      running: owed,
      ageMs: now - this.#openedAt,
      quietMs: now - this.#heardAt,
      roundTripMs: this.#roundTripMs,
      whenFull: { ...this.#outbox.counters },
    }
  }

  /**
   * Sends a message that asks for nothing. The promise resolves when there is room for more (at once, below the high-water
   * mark), and rejects when the message cannot be sent; it is never an unhandled rejection.
   *
   * @throws {ConnectionClosedError} {@link MessageDroppedError} or what is wrong with `body`
   */
  send(name: string, body: unknown): Promise<void> {
    if (this.#reason) return rejected(new ConnectionClosedError(`'${name}' was not sent`, this.#reason, 'no'))
    try {
      const queued = this.#session.outputLength + this.#link.queued
      if (this.#outbox.isEmpty && queued < this.#limits.highWaterMark) this.#session.send(name, body)
      else {
        const { maxQueuedBytes } = this.#limits
        const outcome = this.#outbox.push(name, body, this.#session.frame(name, body), queued, maxQueuedBytes)
        if (outcome === 'full') {
          this.#breach('maxQueuedBytes', maxQueuedBytes, this.#queued)
          return rejected(new ConnectionClosedError(`'${name}' was not sent`, this.#reason!, 'no'))
        }
        if (outcome === 'dropped') return rejected(new MessageDroppedError(name, this.#queued, maxQueuedBytes))
      }
    } catch (error) {
      return rejected(error)
    }
    this.#workSoon()
    if (this.#queued < this.#limits.highWaterMark) return DONE
    this.#room ??= deferred()
    return this.#room.promise
  }

  /**
   * Makes a call, by its name or by that of its ask, and gives the reply. Settles exactly once: with the reply, at the deadline, on abort, or when the connection
   * closes. Never an unhandled rejection.
   *
   * @throws {RequestTimeoutError} {@link ConnectionClosedError}, the signal's reason, or what is wrong with `body`
   */
  request(name: string, body: unknown, options: RequestOptions = {}): Promise<unknown> {
    const { signal, timeoutMs = this.#limits.requestTimeoutMs } = options
    if (signal?.aborted) return rejected(signal.reason)
    if (this.#reason) return rejected(new ConnectionClosedError(`'${name}' was not sent`, this.#reason, 'no'))
    const askedAt = this.#now()
    let id: number
    try {
      if (askedAt !== this.#session.now) this.#tick()
      id = this.#session.request(this.#calls[name]?.ask ?? name, body, askedAt + timeoutMs)
    } catch (error) {
      return rejected(error)
    }
    this.#workSoon()
    const promise = new Promise<unknown>((resolve, reject) => {
      const waiting: Waiting = { name, timeoutMs, askedAt, resolve, reject }
      const giveUp = (): void => this.#giveUp(id, signal!.reason, 'aborted')
      this.#waiting.set(id, signal ? followingSignal(waiting, signal, giveUp) : waiting)
    })
    promise.catch(ignore)
    return promise
  }

  /** Says nothing new, lets what was asked on either side be answered, and closes. Idempotent. */
  close(kind: 'local' | 'drain' = 'local'): Promise<CloseReason> {
    if (!this.#reason) {
      this.#reason = { kind }
      for (let frame = this.#outbox.shift(); frame; frame = this.#outbox.shift()) this.#session.sendFrame(frame)
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
    return this.#session.outputLength + this.#outbox.bytes + this.#link.queued
  }

  /** Reading waits while the application or the peer is behind. Replies are read as long as we wait for any. */
  get #isBehind(): boolean {
    return (
      this.#session.owed >= this.#limits.maxConcurrentRequests ||
      (this.#waiting.size === 0 &&
        (this.#link.queued >= this.#limits.highWaterMark || this.#inbox.length >= this.#limits.maxUnreadMessages))
    )
  }

  /** One turn: what can be said about what arrived, up to a turn's worth, then one write. */
  #work(): void {
    if (this.#gone || this.#handshake) return
    this.#pull()
    this.#session.keep()
    this.#flush()
  }

  #pull(): void {
    const session = this.#session
    let untilLook = FRAMES_PER_LOOK
    let begunAt: number | undefined
    const held = session.held
    while (!this.#yielded && !this.#isBehind) {
      const event = session.nextEvent()
      if (event === undefined) return
      this.#on(event)
      if (--untilLook > 0) continue
      untilLook = FRAMES_PER_LOOK
      begunAt ??= this.#now()
      if (held - session.held < this.#limits.turnBytes && this.env.now() - begunAt < this.#limits.turnMs) continue
      this.#yielded = true
      this.env.yield(() => {
        this.#yielded = false
        this.#turnTime = undefined
        this.#tick()
        this.#work()
      })
    }
  }

  #on(event: SessionEvent): void {
    switch (event.type) {
      case 'request':
        return this.#handleRequest(event.id, event.name, event.body)
      case 'message':
        this.#inbox.push(event)
        this.#handleMessages()
        if (this.#inbox.length > 2 * this.#limits.maxUnreadMessages)
          this.#breach('maxUnreadMessages', 2 * this.#limits.maxUnreadMessages, this.#inbox.length)
        return
      case 'reply': {
        const waiting = this.#waiting.get(event.id)
        if (!waiting) return
        this.#waiting.delete(event.id)
        this.#measure(this.#now() - event.askedAt)
        if (this.#observer) this.#observeRequest('ours', waiting.name, 'replied', event.askedAt)
        return waiting.resolve(event.body)
      }
      case 'timeout': {
        const waiting = this.#waiting.get(event.id)
        return this.#giveUp(event.id, waiting && new RequestTimeoutError(waiting.name, waiting.timeoutMs), 'timeout')
      }
      case 'ended':
        return this.#finishIfIdle()
      case 'failed': {
        const { error } = event
        const reason: CloseReason =
          error instanceof PeerTimeoutError
            ? { kind: 'timeout', limit: error.limit, ms: error.ms }
            : { kind: 'protocol', error }
        return this.#fail(reason, error)
      }
    }
  }

  #handleRequest(id: number, name: string, body: unknown): void {
    const begunAt = this.#observer ? this.env.now() : 0
    let result: unknown
    try {
      result = this.#application.handle(name, body, this.#context)
    } catch (error) {
      return this.#refuse(id, name, error, begunAt)
    }
    if (!isPromise(result)) return this.#reply(id, name, result, begunAt)
    result.then(
      (reply) => {
        this.#reply(id, name, reply, begunAt)
        this.#workSoon()
      },
      (error) => {
        this.#refuse(id, name, error, begunAt)
        this.#workSoon()
      },
    )
  }

  #reply(id: number, name: string, body: unknown, begunAt: number): void {
    if (this.#gone || this.#session.writing === 'ended') return
    try {
      this.#session.reply(id, body)
    } catch (error) {
      return this.#refuse(id, name, error, begunAt)
    }
    if (this.#observer) this.#observeRequest('theirs', name, 'replied', begunAt)
  }

  /** The peer hears no more than what was owed to it before this request, then the end of the stream. */
  #refuse(id: number, name: string, error: unknown, begunAt: number): void {
    if (this.#observer) this.#observeRequest('theirs', name, 'failed', begunAt)
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
    this.#rejectWaiting()
    this.#session.finish()
  }

  #fail(reason: CloseReason, error: unknown, name?: string): void {
    this.#reason ??= reason
    this.#inbox.length = 0
    this.#outbox.clear()
    this.#application.failed(error, this, name)
    this.#rejectWaiting()
    this.#cutIn('drainMs')
  }

  /** The peer used more than it may: there is no point in being polite to it. */
  #breach(limit: BreakableLimit, allowed: number, seen: number): void {
    this.#reason ??= { kind: 'limit', limit, allowed, seen }
    this.#session.fail()
    this.#inbox.length = 0
    this.#outbox.clear()
    this.#link.reset()
  }

  #giveUp(id: number, error: unknown, outcome: 'timeout' | 'aborted'): void {
    this.#session.abandon(id)
    const waiting = this.#waiting.get(id)
    if (!waiting) return
    this.#waiting.delete(id)
    if (this.#observer) this.#observeRequest('ours', waiting.name, outcome, waiting.askedAt)
    waiting.reject(error)
  }

  #rejectWaiting(): void {
    for (const { name, askedAt, reject } of this.#waiting.values()) {
      if (this.#observer) this.#observeRequest('ours', name, 'closed', askedAt)
      reject(new ConnectionClosedError(`no reply to '${name}'`, this.#reason!, 'maybe'))
    }
    this.#waiting.clear()
  }

  #pauseOrResume(): void {
    const pause = this.#yielded || this.#isBehind
    if (pause === (this.#pausedAt !== undefined)) return
    if (pause) {
      this.#pausedAt = this.#now()
      this.#link.pause()
    } else {
      this.#excusePause()
      this.#pausedAt = undefined
      this.#link.resume()
    }
  }

  /** The session's clocks stand still while we do not listen. */
  #excusePause(): void {
    if (this.#pausedAt === undefined) return
    const now = this.#now()
    this.#session.excuse(now - this.#pausedAt)
    this.#pausedAt = now
  }

  #tick(): void {
    this.#excusePause()
    this.#session.tick(this.#now())
  }

  #flush(): void {
    if (this.#gone) return
    const { highWaterMark } = this.#limits
    while (!this.#outbox.isEmpty && this.#session.outputLength + this.#link.queued < highWaterMark)
      this.#session.sendFrame(this.#outbox.shift()!)
    for (let output = this.#session.takeOutput(); output; output = this.#session.takeOutput())
      if (this.#link.write(output)) this.#session.giveBack(output)
    if (this.#session.outputEnded && !this.#linkEnded) {
      this.#linkEnded = true
      this.#link.end()
      // Datagrams have no end that a peer could answer with its own.
      if (this.#link.datagrams) this.#link.reset()
      else if (!this.#peerEnded && this.#waiting.size === 0) this.#cutIn('lingerMs')
    }
    if (this.#queued < highWaterMark) {
      this.#fullSince = NEVER
      this.#room?.resolve()
      this.#room = undefined
    } else if (this.#fullSince === NEVER) this.#fullSince = this.#now()
    this.#pauseOrResume()
    this.#arm()
    if (this.#observer) this.#observeFrames()
    this.#turnTime = undefined
  }

  /** Whatever is said from here to the end of the turn, by however many handlers, leaves together. */
  #workSoon(): void {
    if (this.#workScheduled) return
    this.#workScheduled = true
    this.env.defer(() => {
      this.#workScheduled = false
      this.#work()
    })
  }

  #now(): number {
    this.#turnTime ??= this.env.now()
    return this.#turnTime
  }

  #cutIn(limit: 'drainMs' | 'lingerMs'): void {
    this.#cutAt = this.#now() + this.#limits[limit]
    this.#cutBy = limit
  }

  /** Sees that the timer fires no later than the next deadline; an earlier one is left to fire and look again. */
  #arm(): void {
    const at = Math.min(this.#session.deadline, this.#cutAt, this.#fullSince + this.#limits.maxQueuedMs)
    if (at >= this.#timerAt || this.#gone) return
    this.#timer?.cancel()
    this.#timerAt = at
    this.#timer = this.env.timer(Math.max(0, at - this.#now()), () => this.#timeIsUp())
  }

  #timeIsUp(): void {
    this.#timerAt = NEVER
    this.#turnTime = undefined
    const now = this.#now()
    if (now >= this.#cutAt) return this.#cut()
    if (now >= this.#fullSince + this.#limits.maxQueuedMs)
      return this.#breach('maxQueuedMs', this.#limits.maxQueuedMs, Math.round(now - this.#fullSince))
    this.#tick()
    this.#work()
  }

  #cut(): void {
    const isOurs = this.#reason === undefined || this.#reason.kind === 'local' || this.#reason.kind === 'drain'
    if (this.#cutBy === 'drainMs' && isOurs)
      this.#reason = { kind: 'timeout', limit: 'drainMs', ms: this.#limits.drainMs }
    this.#link.reset()
  }

  #measure(ms: number): void {
    this.#roundTripMs = this.#roundTripMs === undefined ? ms : this.#roundTripMs + (ms - this.#roundTripMs) / 8
  }

  #linkClosed(error: TransportError | undefined): void {
    if (this.#gone) return
    this.#gone = true
    this.#timer?.cancel()
    this.#handshake?.stop()
    const reason: CloseReason =
      this.#reason ?? (error ? { kind: error.code === 'RESET' ? 'reset' : 'transport', error } : { kind: 'peer' })
    this.#reason = reason
    this.#rejectWaiting()
    this.#room?.reject(new ConnectionClosedError('the queue was not sent', reason, 'maybe'))
    this.#inbox.length = 0
    this.#outbox.clear()
    this.#context.abort(reason)
    this.#application.closed?.(reason, this)
    this.#observe((observer) => observer.closed?.(this, reason))
    this.#resolveClosed(reason)
  }

  #observe(tell: (observer: Observer) => void): void {
    if (!this.#observer) return
    try {
      tell(this.#observer)
    } catch (error) {
      this.env.warn(`an observer failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #observeRequest(
    side: ObservedRequest['side'],
    name: string,
    outcome: ObservedRequest['outcome'],
    begunAt: number,
  ): void {
    const ms = this.env.now() - begunAt
    this.#observe((observer) => observer.request?.(this, { name, side, outcome, ms }))
  }

  #observeFrames(): void {
    const { framesIn, framesOut, bytesIn, bytesOut } = this.#session
    const [newIn, newOut] = [framesIn - this.#observedFramesIn, framesOut - this.#observedFramesOut]
    if (newIn > 0) this.#observe((observer) => observer.frames?.(this, 'in', newIn, bytesIn - this.#observedBytesIn))
    if (newOut > 0)
      this.#observe((observer) => observer.frames?.(this, 'out', newOut, bytesOut - this.#observedBytesOut))
    this.#observedFramesIn = framesIn
    this.#observedFramesOut = framesOut
    this.#observedBytesIn = bytesIn
    this.#observedBytesOut = bytesOut
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

  get identity(): Identity | undefined {
    return this.connection.identity
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
