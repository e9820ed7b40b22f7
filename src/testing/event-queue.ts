/**
 * What is going to happen, ordered by when; of two at the same moment the one that was asked for first comes first.
 *
 *   a binary heap: [0] is next, the children of [i] are [2i + 1] and [2i + 2]
 */

/** A callback with its time. Without the callback it was cancelled, and is passed over. */
export interface Scheduled {
  readonly at: number
  readonly order: number
  callback: (() => void) | undefined
}

export class EventQueue {
  readonly #heap: Scheduled[] = []
  #order = 0

  add(at: number, callback: () => void): Scheduled {
    const added: Scheduled = { at, order: this.#order++, callback }
    const heap = this.#heap
    let hole = heap.length
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if (!isBefore(added, heap[parent])) break
      heap[hole] = heap[parent]
      hole = parent
    }
    heap[hole] = added
    return added
  }

  /** What is next, cancelled ones passed over. */
  peek(): Scheduled | undefined {
    while (this.#heap.length > 0 && !this.#heap[0].callback) this.#removeFirst()
    return this.#heap[0]
  }

  take(): Scheduled | undefined {
    const first = this.peek()
    if (first) this.#removeFirst()
    return first
  }

  #removeFirst(): void {
    const heap = this.#heap
    const moved = heap.pop()!
    if (heap.length === 0) return
    let hole = 0
    for (let child = 1; child < heap.length; child = 2 * hole + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++
      if (isBefore(moved, heap[child])) break
      heap[hole] = heap[child]
      hole = child
    }
    heap[hole] = moved
  }
}

function isBefore(one: Scheduled, other: Scheduled): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}
