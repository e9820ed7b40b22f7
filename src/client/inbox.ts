/**
 * Messages that wait for `for await`. `put` gives a promise while nobody has taken the message, so that the connection,
 * which handles one message at a time, stops reading from a peer that is faster than its reader.
 */
export class Inbox<T> implements AsyncIterableIterator<T> {
  readonly #unread: { readonly value: T; taken(): void }[] = []
  readonly #readers: ((result: IteratorResult<T, undefined>) => void)[] = []
  #ended = false

  put(value: T): Promise<void> | undefined {
    const reader = this.#readers.shift()
    if (reader) {
      reader({ value, done: false })
      return undefined
    }
    return new Promise((taken) => this.#unread.push({ value, taken }))
  }

  /** No more will come. What was put can still be read. */
  end(): void {
    this.#ended = true
    for (const reader of this.#readers.splice(0)) reader({ value: undefined, done: true })
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const first = this.#unread.shift()
    if (first) {
      first.taken()
      return Promise.resolve({ value: first.value, done: false })
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
