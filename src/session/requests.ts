/**
 * Our requests that wait for their replies, told apart by order or by id.
 *
 *   order   | 7 | 8 | 9 |──▶ asks        ◀── the next reply is for 7, whatever becomes of 7 meanwhile
 *   id      { 300: 7, 301: 8 }           ◀── a reply names its ask; a given-up id is remembered until it is late no more
 */

/** A request that waits. */
export interface Pending {
  readonly id: number
  readonly askedAt: number
  readonly deadline: number
  /** Given up: its reply, should it still come, is late, and dropped. That of a heartbeat tells how long it took. */
  retired: 'late' | 'heartbeat' | undefined
  /** What the reply refers to, where it does: the ask as the peer reads it. */
  readonly asked?: unknown
}

export interface Requests {
  /** How many wait and have not been given up. */
  readonly waiting: number
  /** No more can be told apart: too many were given up whose reply may still come, or every id is taken. */
  readonly isFull: boolean
  /** Adds a request and returns the id that the wire needs, if it needs one. */
  add(pending: Pending): number | undefined
  /** The request that a reply answers; undefined when there is none. */
  settle(wireId: number | undefined): Pending | undefined
  /** Gives up on a request. */
  retire(id: number, as: 'late' | 'heartbeat'): void
  /** Those that wait, the given-up ones among them. */
  all(): Iterable<Pending>
}

/** How many given-up requests are remembered, so that their late replies are not taken for a broken rule. */
const REMEMBERED = 1024

/**
 * Replies come in the order of the asks: a request that was given up keeps its place. Where replies may be lost on the way
 * (datagrams) its place is closed instead: nobody can know whether the next reply is a late one, short of an id.
 */
export class OrderedRequests implements Requests {
  waiting = 0
  #retired = 0
  readonly #mayLose: boolean
  #queue: Pending[] = []
  /** Those before it are answered. */
  #oldest = 0

  constructor(mayLose = false) {
    this.#mayLose = mayLose
  }

  /** Of a peer that answers nothing and stays, nobody remembers more. */
  get isFull(): boolean {
    return this.#retired >= REMEMBERED
  }

  add(pending: Pending): undefined {
    this.#queue.push(pending)
    this.waiting++
  }

  settle(): Pending | undefined {
    const pending = this.#queue[this.#oldest]
    if (!pending) return undefined
    // Answered ones leave in batches: shift() per reply would move all those behind it.
    if (++this.#oldest === this.#queue.length || this.#oldest === 256) {
      this.#queue = this.#queue.slice(this.#oldest)
      this.#oldest = 0
    }
    if (pending.retired) this.#retired--
    else this.waiting--
    return pending
  }

  retire(id: number, as: 'late' | 'heartbeat'): void {
    for (const pending of this.all())
      if (pending.id === id && !pending.retired) {
        pending.retired = as
        this.waiting--
        this.#retired++
      }
    if (!this.#mayLose) return
    this.#queue = [...this.all()].filter((pending) => !pending.retired)
    this.#oldest = 0
    this.#retired = 0
  }

  *all(): Iterable<Pending> {
    for (let i = this.#oldest; i < this.#queue.length; i++) yield this.#queue[i]!
  }
}

/** Replies name the ask by an id that we choose, from 1 to `max` and around again. */
export class NumberedRequests implements Requests {
  readonly #max: number
  readonly #mayLose: boolean
  readonly #byWireId = new Map<number, Pending>()
  readonly #wireIds = new Map<number, number>()
  readonly #retired = new Map<number, Pending>()
  #last = 0

  constructor(max: number, mayLose = false) {
    this.#max = max
    this.#mayLose = mayLose
  }

  get waiting(): number {
    return this.#byWireId.size
  }

  get isFull(): boolean {
    return this.#mayLose ? this.waiting >= this.#max : this.#used >= this.#max
  }

  get #used(): number {
    return this.#byWireId.size + this.#retired.size
  }

  add(pending: Pending): number {
    // A datagram that is lost would keep its id for ever; on a stream the reply comes, and must not be taken for another's.
    if (this.#mayLose && this.#used >= this.#max) this.#retired.delete(this.#retired.keys().next().value!)
    do this.#last = this.#last >= this.#max ? 1 : this.#last + 1
    while (this.#byWireId.has(this.#last) || this.#retired.has(this.#last))
    this.#byWireId.set(this.#last, pending)
    this.#wireIds.set(pending.id, this.#last)
    return this.#last
  }

  settle(wireId: number): Pending | undefined {
    const pending = this.#byWireId.get(wireId)
    if (pending) {
      this.#byWireId.delete(wireId)
      this.#wireIds.delete(pending.id)
      return pending
    }
    const late = this.#retired.get(wireId)
    this.#retired.delete(wireId)
    return late
  }

  retire(id: number, as: 'late' | 'heartbeat'): void {
    const wireId = this.#wireIds.get(id)
    if (wireId === undefined) return
    const pending = this.#byWireId.get(wireId)!
    pending.retired = as
    this.#byWireId.delete(wireId)
    this.#wireIds.delete(id)
    this.#retired.set(wireId, pending)
    if (this.#retired.size > REMEMBERED) this.#retired.delete(this.#retired.keys().next().value!)
  }

  all(): Iterable<Pending> {
    return this.#byWireId.values()
  }
}
