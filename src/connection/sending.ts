/**
 * What is said to a peer that may be slower than we are: where it waits, how much of it, and for how long.
 *
 *   send ──▶ output ──▶ link                                below the high-water mark
 *        └─▶ outbox ── below the mark again ──▶ output      above it; at the limit `whenFull` decides
 */
import type { Session } from '../session/index.js'
import type { Link } from '../transport/index.js'
import { type CloseReason, ConnectionClosedError } from './close-reason.js'
import type { ConnectionLimits } from './limits.js'
import { NO_COUNTS, Outbox, type OutboxCounters, type WhenFull } from './outbox.js'
import { type Deferred, deferred } from './promises.js'

/** Given by {@link Sending.room} below the high-water mark: the same promise every time. */
const DONE: Promise<void> = Promise.resolve()
const NEVER = Number.POSITIVE_INFINITY

export class Sending {
  readonly #session: Session
  readonly #link: Link
  readonly #limits: Readonly<ConnectionLimits>
  readonly #whenFull: WhenFull
  /** Made when a peer is first behind: most never are. */
  #outbox: Outbox | undefined
  #room: Deferred<void> | undefined
  #fullSince = NEVER

  constructor(session: Session, link: Link, limits: Readonly<ConnectionLimits>, whenFull: WhenFull = 'close') {
    this.#session = session
    this.#link = link
    this.#limits = limits
    this.#whenFull = whenFull
  }

  /** Bytes that have been said and are not yet on their way. */
  get queued(): number {
    return this.#session.outputLength + (this.#outbox?.bytes ?? 0) + this.#link.queued
  }

  /** What became of messages for a peer that was behind. */
  get counters(): Readonly<OutboxCounters> {
    return this.#outbox?.counters ?? NO_COUNTS
  }

  /** Bytes that would have been queued, with the message that found no room last. */
  get needed(): number {
    return this.#outbox?.needed ?? 0
  }

  /** Since when more has waited than the high-water mark; never, when it does not. */
  get fullSince(): number {
    return this.#fullSince
  }

  /** Says a message, now or when there is room. @throws what is wrong with `body` */
  say(name: string, body: unknown): 'queued' | 'dropped' | 'full' {
    const queued = this.#session.outputLength + this.#link.queued
    if ((!this.#outbox || this.#outbox.isEmpty) && queued < this.#limits.highWaterMark) {
      this.#session.send(name, body)
      return 'queued'
    }
    this.#outbox ??= new Outbox(this.#whenFull)
    return this.#outbox.push(name, body, this.#session.frame(name, body), queued, this.#limits.maxQueuedBytes)
  }

  /** Resolves when there is room for more; shared by all who wait for it. */
  room(): Promise<void> {
    if (this.queued < this.#limits.highWaterMark) return DONE
    this.#room ??= deferred()
    return this.#room.promise
  }

  /** Moves what waits into the output, as far as there is room; to the last of it, when nothing more will come. */
  refill(upTo: number = this.#limits.highWaterMark): void {
    if (!this.#outbox) return
    while (this.#session.outputLength + this.#link.queued < upTo) {
      const frame = this.#outbox.shift()
      if (!frame) return
      this.#session.sendFrame(frame)
    }
  }

  /** A turn has written what it could: those who wait for room are told, or the peer's time begins. */
  wrote(now: number): void {
    if (this.queued >= this.#limits.highWaterMark) {
      if (this.#fullSince === NEVER) this.#fullSince = now
      return
    }
    this.#fullSince = NEVER
    this.#room?.resolve()
    this.#room = undefined
  }

  /** What waits will not be said. */
  forget(): void {
    this.#outbox?.clear()
  }

  /** The link is gone. */
  close(reason: CloseReason): void {
    this.#room?.reject(new ConnectionClosedError('the queue was not sent', reason, 'maybe'))
    this.forget()
  }
}
