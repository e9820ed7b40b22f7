/** First in, first out, in constant time: an array that gives up its front in large pieces. */
export class Fifo<T> {
  #items: T[] = []
  #first = 0

  get length(): number {
    return this.#items.length - this.#first
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** The item at `index`, counted from the oldest. */
  at(index: number): T | undefined {
    return this.#items[this.#first + index]
  }

  shift(): T | undefined {
    const item = this.#items[this.#first]
    if (item === undefined) return undefined
    if (++this.#first >= 64 && 2 * this.#first >= this.#items.length) {
      this.#items = this.#items.slice(this.#first)
      this.#first = 0
    }
    return item
  }

  clear(): void {
    this.#items = []
    this.#first = 0
  }
}
