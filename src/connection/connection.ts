/**
 * A session on a link: the one place where they meet, and the life of both from the first byte to the last.
 *
 *   link ─ received(chunk) ─▶ session.receive ─▶ nextEvent ─▶ dispatch ─▶ application
 *   link ◀─ write(one buffer) ─ session.takeOutput ◀─ reply, send, request
 *
 * All output of one turn leaves in one write. Reading stops while the application or the peer is behind, and after a turn's
 * worth of work. There is one timer, set lazily, however many deadlines wait for it.
 */
import type { Identity } from '../auth/index.js'
import type { Env, Timer } from '../env.js'
import type { Protocol, Role } from '../protocol/index.js'
import { Session } from '../session/index.js'
import type { Address, Link, Receiver, TransportError } from '../transport/index.js'
import type { Application, ConnectionInfo, ConnectionOptions, RequestOptions } from './application.js'
import { type BreakableLimit, type CloseReason, ConnectionClosedError, MessageDroppedError } from './close-reason.js'
import { Dispatch, type Life } from './dispatch.js'
import { Handshake } from './handshake.js'
import { type ConnectionLimits, DEFAULT_LIMITS } from './limits.js'
import { Observation } from './observer.js'
import { type Deferred, deferred, rejected } from './promises.js'
import { Sending } from './sending.js'

/** Frames between two looks at the clock within a turn. */
const FRAMES_PER_LOOK = 16
/** How many times `maxQueuedBytes` may wait when it is replies: a peer that reads may well have asked for all of them at once. */
const QUEUED_REPLIES = 4
const NEVER = Number.POSITIVE_INFINITY

export class Connection {
  /** Counts up from 1 within a server; for logs. */
  readonly id: number
  /** The name of the protocol, and which side of it this is. */
  readonly protocol: string
  readonly role: Role
  readonly local: Address
  readonly peer: Address
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
  readonly #limits: Readonly<ConnectionLimits>
  readonly #sending: Sending
  readonly #dispatch: Dispatch
  readonly #inside: Receiver & Life
  readonly #observation: Observation | undefined
  // What most connections never need is made when they do: ten thousand idle ones are a matter of bytes.
  #closed: Deferred<CloseReason> | undefined
  #handshake: Handshake | undefined
  #workScheduled = false
  #yielded = false
  #linkEnded = false
  #peerEnded = false
  #gone = false
  #reason: CloseReason | undefined
  /** The time of this turn, read once. */
  #turnTime: number | undefined
  readonly #openedAt: number
  #heardAt: number
  #pausedAt: number | undefined
  #timer: Timer | undefined
  #timerAt = NEVER
  /** When patience with a closing peer ends. */
  #cutAt = NEVER
  #cutBy: 'drainMs' | 'lingerMs' | 'requestTimeoutMs' = 'drainMs'

  constructor(
    link: Link,
    protocol: Protocol,
    role: Role,
    env: Env,
    application: Application,
    options: ConnectionOptions = {},
    id = 1,
  ) {
    this.id = id
    this.protocol = protocol.name
    this.role = role
    this.local = link.local
    this.peer = link.peer
    this.env = env
    this.#link = link
    this.#application = application
    this.#options = options
    this.#limits = options.limits ?? DEFAULT_LIMITS
    this.#observation = options.observer && new Observation(options.observer, this)
    this.#session = new Session(protocol, role, this.#limits, link.datagrams?.maxLength)
    this.#sending = new Sending(this.#session, link, this.#limits, options.whenFull)
    this.#inside = new Connection.#Inside(this)
    this.#dispatch = new Dispatch(
      this,
      this.#inside,
      this.#session,
      protocol,
      application,
      this.#limits,
      this.#observation,
    )
    this.#openedAt = this.#heardAt = env.now()
  }

  /** Why the connection closed, once it has. Never rejects. */
  get closed(): Promise<CloseReason> {
    if (!this.#closed) {
      this.#closed = deferred()
      if (this.#gone) this.#closed.resolve(this.#reason!)
    }
    return this.#closed.promise
  }

  /** Nothing new is said or asked any more, though what was said may still be on its way. */
  get isEnding(): boolean {
    return this.#reason !== undefined
  }

  /** Begins to receive. Whoever made the connection calls it once, when the application knows of it. */
  start(): void {
    this.#link.start(this.#inside)
    const { auth } = this.#options
    if (!auth) return this.#open()
    const machine = this.role === 'server' ? auth.server() : auth.client()
    this.#handshake = new Handshake(machine, this.#link, this.env, {
      done: (identity, rest) => {
        this.#handshake = undefined
        this.identity = identity
        // To answer a challenge the peer had to receive it.
        if (identity) this.known()
        this.#open()
        if (rest.length > 0) this.#received(rest)
        if (this.#peerEnded) this.#ended()
      },
      failed: (error) => {
        this.#handshake = undefined
        this.#session.fail()
        // What was said in the meantime was not for whoever this is.
        while (this.#session.takeOutput());
        this.#fail({ kind: 'auth', error }, error)
        this.#work()
      },
    })
    this.#handshake.proceed()
  }

  /** What the link and the dispatch talk to; not the connection itself, whose methods are the program's. */
  static readonly #Inside = class implements Receiver, Life {
    readonly #connection: Connection

    constructor(connection: Connection) {
      this.#connection = connection
    }

    received(chunk: Uint8Array): void {
      const connection = this.#connection
      if (connection.#handshake) connection.#handshake.received(chunk)
      else connection.#received(chunk)
    }

    ended(): void {
      const connection = this.#connection
      connection.#peerEnded = true
      if (connection.#handshake) connection.#handshake.ended()
      else connection.#ended()
    }

    drained(): void {
      this.#connection.#work()
    }

    closed(error: TransportError | undefined): void {
      this.#connection.#linkClosed(error)
    }

    now(): number {
      return this.#connection.#now()
    }

    workSoon(): void {
      this.#connection.#workSoon()
    }

    replied(): void {
      this.#connection.#replied()
    }

    fail(reason: CloseReason, error: unknown, name?: string): void {
      this.#connection.#fail(reason, error, name)
    }

    breach(limit: BreakableLimit, allowed: number, seen: number): void {
      this.#connection.#breach(limit, allowed, seen)
    }

    heardAll(): void {
      this.#connection.#finish()
    }
  }

  #open(): void {
    this.wasOpen = true
    this.#session.start(this.env.now())
    this.#arm()
    // The next turn has a time of its own.
    this.#turnTime = undefined
    this.#observation?.opened()
    this.#application.opened?.(this)
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
      queuedBytes: this.#sending.queued,
      running: owed,
      ageMs: now - this.#openedAt,
      quietMs: now - this.#heardAt,
      roundTripMs: this.#dispatch.roundTripMs,
      whenFull: { ...this.#sending.counters },
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
    const { maxQueuedBytes } = this.#limits
    try {
      const outcome = this.#sending.say(name, body)
      if (outcome === 'full') {
        this.#breach('maxQueuedBytes', maxQueuedBytes, this.#sending.needed)
        return rejected(new ConnectionClosedError(`'${name}' was not sent`, this.#reason!, 'no'))
      }
      if (outcome === 'dropped') return rejected(new MessageDroppedError(name, this.#sending.needed, maxQueuedBytes))
    } catch (error) {
      return rejected(error)
    }
    this.#workSoon()
    return this.#sending.room()
  }

  /**
   * Makes a call, by its name or by that of its ask, and gives the reply. Settles exactly once: with the reply, at the
   * deadline, on abort, or when the connection closes. Never an unhandled rejection.
   *
   * @throws {RequestTimeoutError} {@link ConnectionClosedError}, the signal's reason, or what is wrong with `body`
   */
  request(name: string, body: unknown, options: RequestOptions = {}): Promise<unknown> {
    if (options.signal?.aborted) return rejected(options.signal.reason)
    if (this.#reason) return rejected(new ConnectionClosedError(`'${name}' was not sent`, this.#reason, 'no'))
    // Before anything can fail: it is the work that ends this turn, and with it its time.
    this.#workSoon()
    const now = this.#now()
    if (now !== this.#session.now) this.#tick()
    return this.#dispatch.request(name, body, now, options)
  }

  /**
   * Over datagrams: the peer has answered something that nobody can guess, so it is where its address says, and more may be
   * sent to it than came from it. Authentication tells so by itself; a protocol with a cookie of its own calls this.
   */
  known(): void {
    this.#link.datagrams?.known()
  }

  /** Says nothing new, executes nothing new, lets what was asked on either side be answered, and closes. Idempotent. */
  close(kind: 'local' | 'drain' = 'local'): Promise<CloseReason> {
    if (!this.#reason) {
      this.#reason = { kind }
      this.#finishSaying()
      // Whoever is still proving who they are was not asked anything that they could finish.
      if (this.#handshake) this.reset()
    }
    // The peer may have ended its side long ago, and wait for an answer that takes its time.
    if (this.#cutBy !== 'lingerMs' && this.#cutAt > this.#now() + this.#limits.drainMs) this.#cutIn('drainMs')
    this.#workSoon()
    return this.closed
  }

  /** Drops the connection now; what was under way fails. */
  reset(): void {
    this.#reason ??= { kind: 'local' }
    // It is not the peer who breaks it off.
    this.#handshake?.stop()
    // What has arrived already is not executed any more.
    this.#session.fail()
    this.#forgetQueues()
    this.#link.reset()
  }

  /** Reading waits while the application or the peer is behind. Replies are read as long as we wait for any. */
  get #isBehind(): boolean {
    return this.#dispatch.isBehind || (!this.#dispatch.isWaiting && this.#link.queued >= this.#limits.highWaterMark)
  }

  /** One turn: what can be said about what arrived, up to a turn's worth, then one write. */
  #work(): void {
    if (this.#gone || this.#handshake) return
    if (this.#now() !== this.#session.now) this.#tick()
    this.#pull()
    this.#session.keep()
    this.#flush()
  }

  #pull(): void {
    const session = this.#session
    let untilLook = FRAMES_PER_LOOK
    let begunAt: number | undefined
    const held = session.held
    if (this.#yielded || this.#isBehind) return
    const { highWaterMark, turnBytes, turnMs } = this.#limits
    while (!this.#yielded && !this.#dispatch.isBehind) {
      const event = session.nextEvent()
      if (event === undefined) return
      this.#dispatch.on(event)
      // The link's queue does not grow before the turn's one write, which is due when there is so much to be written.
      const isFull = session.outputLength >= highWaterMark
      if (--untilLook > 0 && !isFull) continue
      untilLook = FRAMES_PER_LOOK
      if (session.held === 0) continue
      begunAt ??= this.#now()
      if (!isFull && held - session.held < turnBytes && this.env.now() - begunAt < turnMs) continue
      this.#yielded = true
      this.env.yield(() => {
        this.#yielded = false
        this.#turnTime = undefined
        this.#work()
      })
    }
  }

  /** The peer has said its last, and once its requests are answered, so have we. */
  #finish(): void {
    this.#reason ??= { kind: 'peer' }
    this.#dispatch.rejectWaiting(this.#reason)
    this.#finishSaying()
    // It may have gone altogether: nobody is told before something is written.
    if (this.#cutAt === NEVER) this.#cutIn('requestTimeoutMs')
  }

  /** What waits for room is said yet, and nothing new but the replies that are owed. */
  #finishSaying(): void {
    this.#sending.refill(NEVER)
    this.#session.finish()
  }

  #fail(reason: CloseReason, error: unknown, name?: string): void {
    this.#reason ??= reason
    this.#forgetQueues()
    this.#application.failed(error, this, name)
    this.#dispatch.rejectWaiting(this.#reason)
    this.#cutIn('drainMs')
  }

  /** The peer used more than it may: there is no point in being polite to it. */
  #breach(limit: BreakableLimit, allowed: number, seen: number): void {
    this.#reason ??= { kind: 'limit', limit, allowed, seen }
    this.reset()
  }

  #forgetQueues(): void {
    this.#dispatch.forgetMessages()
    this.#sending.forget()
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
    this.#sending.refill()
    for (let output = this.#session.takeOutput(); output; output = this.#session.takeOutput())
      if (this.#link.write(output)) this.#session.giveBack(output)
    if (this.#session.outputEnded && !this.#linkEnded) {
      this.#linkEnded = true
      this.#link.end()
    }
    if (this.#linkEnded) this.#leave()
    this.#sending.wrote(this.#now())
    this.#pauseOrResume()
    this.#arm()
    this.#observation?.frames(this.#session)
    this.#turnTime = undefined
  }

  /** Nobody reads what a peer asks that is behind, but what runs already may still answer: up to a point. */
  #replied(): void {
    const { maxQueuedBytes } = this.#limits
    const waiting = this.#sending.queued + this.#session.keptLength
    if (waiting > QUEUED_REPLIES * maxQueuedBytes) this.#breach('maxQueuedBytes', maxQueuedBytes, waiting)
    else this.#workSoon()
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

  #cutIn(limit: 'drainMs' | 'lingerMs' | 'requestTimeoutMs'): void {
    this.#cutAt = this.#now() + this.#limits[limit]
    this.#cutBy = limit
  }

  /** All is said. What we asked may still be answered; after that it is for the peer to end its side, too. */
  #leave(): void {
    if (this.#dispatch.isWaiting) return
    // Datagrams have no end that a peer could answer with its own.
    if (this.#link.datagrams) return this.#link.reset()
    // Patience begins when the last of it has left.
    if (!this.#peerEnded && this.#cutBy !== 'lingerMs' && this.#link.queued === 0) this.#cutIn('lingerMs')
  }

  /** Sees that the timer fires no later than the next deadline; an earlier one is left to fire and look again. */
  #arm(): void {
    const at = Math.min(this.#session.deadline, this.#cutAt, this.#sending.fullSince + this.#limits.maxQueuedMs)
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
    const { maxQueuedMs } = this.#limits
    const { fullSince } = this.#sending
    if (now >= fullSince + maxQueuedMs) return this.#breach('maxQueuedMs', maxQueuedMs, Math.round(now - fullSince))
    this.#work()
  }

  #cut(): void {
    const { kind } = this.#reason!
    const limit = this.#cutBy
    if (limit !== 'lingerMs' && (kind === 'local' || kind === 'drain' || kind === 'peer'))
      this.#reason = { kind: 'timeout', limit, ms: this.#limits[limit] }
    this.#link.reset()
  }

  #linkClosed(error: TransportError | undefined): void {
    if (this.#gone) return
    this.#handshake?.closed()
    this.#gone = true
    this.#timer?.cancel()
    const reason: CloseReason =
      this.#reason ?? (error ? { kind: error.code === 'RESET' ? 'reset' : 'transport', error } : { kind: 'peer' })
    this.#reason = reason
    this.#sending.close(reason)
    this.#dispatch.close(reason)
    this.#application.closed?.(reason, this)
    this.#observation?.closed(reason)
    this.#closed?.resolve(reason)
  }
}
