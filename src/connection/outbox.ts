/**
 * Messages for a peer that is behind: they queue here above the high-water mark, and a policy decides at the limit.
 *
 *   send ──▶ below the mark: straight to the output
 *        └─▶ above: | frame | frame | frame |  ── drained ──▶ output
 */

/**
 * What becomes of a message when `maxQueuedBytes` wait already:
 * - `close`: the connection closes with that reason; the default
 * - `wait`: it queues all the same, and `send` resolves when there is room; for senders that await. Whoever does not is
 *   stopped at four times the limit: the connection closes
 * - `drop-oldest`, `drop-newest`: one of the waiting messages goes, and a counter tells
 * - `{ coalesceBy }`: of the waiting messages with the same key only the newest stays; closes when that makes no room
 */
export type WhenFull =
  | 'close'
  | 'wait'
  | 'drop-oldest'
  | 'drop-newest'
  | { readonly coalesceBy: (name: string, body: unknown) => string | number | undefined }

/** What the policy did so far. */
export interface OutboxCounters {
  waited: number
  droppedOldest: number
  droppedNewest: number
  coalesced: number
}

/** How many times the limit may wait for senders that await: a hundred of them may each have one message. */
const AWAITED = 4

interface Waiting {
  readonly key: string | number | undefined
  frame: Uint8Array
}

/** What an outbox counts before there is one. */
export const NO_COUNTS: Readonly<OutboxCounters> = { waited: 0, droppedOldest: 0, droppedNewest: 0, coalesced: 0 }

export class Outbox {
  readonly counters: OutboxCounters = { ...NO_COUNTS }
  /** Bytes that wait. */
  bytes = 0
  /** Bytes that would wait, elsewhere and here, if the frame that found no room last had found it. */
  needed = 0
  readonly #policy: WhenFull
  #queue: Waiting[] = []
  #first = 0
  readonly #byKey = new Map<string | number, Waiting>()

  constructor(policy: WhenFull) {
    this.#policy = policy
  }

  get isEmpty(): boolean {
    return this.#first === this.#queue.length
  }

  /**
   * Queues a frame, when `queued` bytes wait elsewhere and `limit` may wait in all.
   *
   * @returns `full` when the connection has to close, `dropped` when the frame was not queued
   */
  push(name: string, body: unknown, frame: Uint8Array, queued: number, limit: number): 'queued' | 'dropped' | 'full' {
    const policy = this.#policy
    const key = typeof policy === 'object' ? policy.coalesceBy(name, body) : undefined
    const older = key === undefined ? undefined : this.#byKey.get(key)
    if (older) {
      this.counters.coalesced++
      this.bytes += frame.length - older.frame.length
      older.frame = frame
      return 'queued'
    }
    const needed = queued + this.bytes + frame.length
    if (needed > limit) {
      this.needed = needed
      if (policy === 'close' || typeof policy === 'object') return 'full'
      if (policy === 'wait') {
        if (needed > AWAITED * limit) return 'full'
        this.counters.waited++
      } else if (policy === 'drop-newest') {
        this.counters.droppedNewest++
        return 'dropped'
      } else
        while (!this.isEmpty && queued + this.bytes + frame.length > limit) {
          this.shift()
          this.counters.droppedOldest++
        }
    }
    const waiting: Waiting = { key, frame }
    this.#queue.push(waiting)
    this.bytes += frame.length
    if (key !== undefined) this.#byKey.set(key, waiting)
    return 'queued'
  }

  /** The oldest frame, or undefined. */
  shift(): Uint8Array | undefined {
    const waiting = this.#queue[this.#first]
    if (!waiting) return undefined
    if (++this.#first === this.#queue.length || this.#first === 256) {
      this.#queue = this.#queue.slice(this.#first)
      this.#first = 0
    }
    this.bytes -= waiting.frame.length
    if (waiting.key !== undefined) this.#byKey.delete(waiting.key)
    return waiting.frame
  }

  clear(): void {
    this.#queue = []
    this.#first = this.bytes = 0
    this.#byKey.clear()
  }
}
