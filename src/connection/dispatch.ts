/**
 * What the two programs say to each other on one connection, whatever becomes of the link.
 *
 *   request ──▶ handler ──▶ reply, in the order asked or by id     concurrently, up to a limit
 *   message ──▶ inbox ──▶ handler                                  one at a time, in their order
 *   reply   ──▶ the promise of our request                         even while messages wait unread
 */
import type { Calls, Protocol } from '../protocol/index.js'
import { PeerTimeoutError, type Session, type SessionEvent } from '../session/index.js'
import type { Application, RequestOptions } from './application.js'
import { type BreakableLimit, type CloseReason, ConnectionClosedError, RequestTimeoutError } from './close-reason.js'
import type { Connection } from './connection.js'
import { LazyContext } from './context.js'
import type { ConnectionLimits } from './limits.js'
import type { Observation } from './observer.js'
import { asPromise, followingSignal, harmless, rejected, type Settler } from './promises.js'

/** What dispatch needs of the life of its link. */
export interface Life {
  /** The time of this turn. */
  now(): number
  /** There is something to say, or to read, before this turn ends. */
  workSoon(): void
  /** A handler that took its time has given its reply. */
  replied(): void
  /** The conversation is over for this reason; what was said before it still goes out. */
  fail(reason: CloseReason, error: unknown, name?: string): void
  /** The peer used more than it may: the link goes now. */
  breach(limit: BreakableLimit, allowed: number, seen: number): void
  /** The peer has said its last, and all of it is handled. */
  heardAll(): void
}

/** A request of ours whose promise is open. */
interface Waiting extends Settler<unknown> {
  readonly name: string
  readonly timeoutMs: number
  readonly askedAt: number
}

/** A one-way message that waits for its handler. */
interface Unread {
  readonly name: string
  readonly body: unknown
}

export class Dispatch {
  /** Of the replies so far, those to heartbeats included, smoothed as TCP does it. */
  roundTripMs: number | undefined
  readonly #connection: Connection
  readonly #life: Life
  readonly #session: Session
  readonly #application: Application
  readonly #limits: Readonly<ConnectionLimits>
  readonly #calls: Calls
  readonly #observation: Observation | undefined
  // What most connections never need is made when they do: ten thousand idle ones are a matter of bytes.
  #context: LazyContext | undefined
  #waiting: Map<number, Waiting> | undefined
  #inbox: Unread[] | undefined
  #handlingMessage = false
  #isOver = false

  constructor(
    connection: Connection,
    life: Life,
    session: Session,
    protocol: Protocol,
    application: Application,
    limits: Readonly<ConnectionLimits>,
    observation: Observation | undefined,
  ) {
    this.#connection = connection
    this.#life = life
    this.#session = session
    this.#application = application
    this.#limits = limits
    this.#calls = protocol.calls
    this.#observation = observation
  }

  /** Whether requests of ours wait for their replies. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined && this.#waiting.size > 0
  }

  /** Reading waits while handlers are behind. Replies are read as long as we wait for any. */
  get isBehind(): boolean {
    return (
      (this.#session.writing !== 'ended' && this.#session.owed >= this.#limits.maxConcurrentRequests) ||
      this.#session.keptLength >= this.#limits.highWaterMark ||
      (this.#inbox !== undefined && 2 * this.#inbox.length >= this.#limits.maxUnreadMessages && !this.isWaiting)
    )
  }

  /** Asks, `now`. Settles exactly once, and is never an unhandled rejection. */
  request(name: string, body: unknown, askedAt: number, { signal, timeoutMs }: RequestOptions): Promise<unknown> {
    const ms = timeoutMs ?? this.#limits.requestTimeoutMs
    let id: number
    try {
      id = this.#session.request(this.#calls[name]?.ask ?? name, body, askedAt + ms)
    } catch (error) {
      return rejected(error)
    }
    const promise = new Promise<unknown>((resolve, reject) => {
      const waiting: Waiting = { name, timeoutMs: ms, askedAt, resolve, reject }
      const giveUp = (): void => {
        this.#giveUp(id, signal!.reason, 'aborted')
        this.#life.workSoon()
      }
      this.#waiting ??= new Map()
      this.#waiting.set(id, signal ? followingSignal(waiting, signal, giveUp) : waiting)
    })
    return harmless(promise)
  }

  /** Something happened in the session. */
  on(event: SessionEvent): void {
    switch (event.type) {
      case 'request':
        return this.#handleRequest(event.id, event.name, event.body)
      case 'message':
        this.#inbox ??= []
        this.#inbox.push(event)
        this.#handleMessages(this.#inbox)
        if (this.#inbox.length > this.#limits.maxUnreadMessages)
          this.#life.breach('maxUnreadMessages', this.#limits.maxUnreadMessages, this.#inbox.length)
        return
      case 'reply': {
        const waiting = this.#waiting?.get(event.id)
        if (!waiting) return
        this.#waiting!.delete(event.id)
        this.#measure(this.#life.now() - event.askedAt)
        this.#observation?.request('ours', waiting.name, 'replied', event.askedAt)
        return waiting.resolve(event.body)
      }
      case 'heartbeat':
        return this.#measure(this.#life.now() - event.askedAt)
      case 'timeout': {
        const waiting = this.#waiting?.get(event.id)
        return this.#giveUp(event.id, waiting && new RequestTimeoutError(waiting.name, waiting.timeoutMs), 'timeout')
      }
      case 'ended':
        return this.#tellIfHeardAll()
      case 'failed': {
        const { error } = event
        const reason: CloseReason =
          error instanceof PeerTimeoutError
            ? { kind: 'timeout', limit: error.limit, ms: error.ms }
            : { kind: 'protocol', error }
        return this.#life.fail(reason, error)
      }
    }
  }

  /** No reply will come any more. */
  rejectWaiting(reason: CloseReason): void {
    if (!this.#waiting) return
    for (const { name, askedAt, reject } of this.#waiting.values()) {
      this.#observation?.request('ours', name, 'closed', askedAt)
      reject(new ConnectionClosedError(`no reply to '${name}'`, reason, 'maybe'))
    }
    this.#waiting.clear()
  }

  /** What waits unread is not handled any more. */
  forgetMessages(): void {
    if (this.#inbox) this.#inbox.length = 0
  }

  /** The link is gone: nothing can be said any more. */
  close(reason: CloseReason): void {
    this.#isOver = true
    this.rejectWaiting(reason)
    this.forgetMessages()
    this.#context?.abort(reason)
  }

  #handleRequest(id: number, name: string, body: unknown): void {
    const begunAt = this.#observation ? this.#connection.env.now() : 0
    this.#context ??= new LazyContext(this.#connection)
    let result: unknown
    try {
      result = this.#application.handle(name, body, this.#context)
    } catch (error) {
      return this.#refuse(id, name, error, begunAt)
    }
    const promise = asPromise(result)
    if (!promise) return this.#reply(id, name, result, begunAt)
    promise.then(
      (reply) => {
        this.#reply(id, name, reply, begunAt)
        this.#life.replied()
      },
      (error) => {
        this.#refuse(id, name, error, begunAt)
        this.#life.workSoon()
      },
    )
  }

  #reply(id: number, name: string, body: unknown, begunAt: number): void {
    if (this.#isOver || this.#session.writing === 'ended')
      return this.#observation?.request('theirs', name, 'closed', begunAt)
    try {
      this.#session.reply(id, body)
    } catch (error) {
      return this.#refuse(id, name, error, begunAt)
    }
    this.#observation?.request('theirs', name, 'replied', begunAt)
  }

  /** The peer hears no more than what was owed to it before this request, then the end of the stream. */
  #refuse(id: number, name: string, error: unknown, begunAt: number): void {
    this.#observation?.request('theirs', name, 'failed', begunAt)
    if (this.#isOver || this.#session.writing === 'ended')
      return this.#application.failed(error, this.#connection, name)
    this.#session.refuse(id)
    this.#life.fail({ kind: 'handler', error }, error, name)
  }

  #handleMessages(inbox: Unread[]): void {
    this.#context ??= new LazyContext(this.#connection)
    while (!this.#handlingMessage && inbox.length > 0 && this.#session.reading !== 'failed') {
      const { name, body } = inbox.shift()!
      let result: unknown
      try {
        result = this.#application.handle(name, body, this.#context)
      } catch (error) {
        return this.#messageFailed(name, error)
      }
      const promise = asPromise(result)
      if (!promise) continue
      this.#handlingMessage = true
      promise
        .then(undefined, (error) => this.#messageFailed(name, error))
        .then(() => {
          this.#handlingMessage = false
          this.#handleMessages(inbox)
          this.#tellIfHeardAll()
          this.#life.workSoon()
        })
    }
  }

  #messageFailed(name: string, error: unknown): void {
    this.#session.fail()
    this.#life.fail({ kind: 'handler', error }, error, name)
  }

  /** The peer has said its last; once its messages are handled and its requests answered, so have we. */
  #tellIfHeardAll(): void {
    if (this.#session.reading === 'ended' && !this.#handlingMessage && !this.#inbox?.length) this.#life.heardAll()
  }

  #giveUp(id: number, error: unknown, outcome: 'timeout' | 'aborted'): void {
    this.#session.abandon(id)
    const waiting = this.#waiting?.get(id)
    if (!waiting) return
    this.#waiting!.delete(id)
    this.#observation?.request('ours', waiting.name, outcome, waiting.askedAt)
    waiting.reject(error)
  }

  #measure(ms: number): void {
    this.roundTripMs = this.roundTripMs === undefined ? ms : this.roundTripMs + (ms - this.roundTripMs) / 8
  }
}
