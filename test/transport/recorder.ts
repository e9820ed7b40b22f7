/** A receiver that writes down what it is told, and holds its link to what every link promises. */
import type { Link, Receiver, TransportError } from 'wirewright/transport'

type Call = 'received' | 'ended' | 'drained' | 'closed'

export class Recorder implements Receiver {
  readonly link: Link
  /** What was told, in order; chunks in a row count as one. */
  readonly calls: Call[] = []
  /** Sizes of the chunks, as they came. */
  readonly chunks: number[] = []
  length = 0
  drains = 0
  error: TransportError | undefined
  /** Called from within `received`. */
  onReceived: (chunk: Uint8Array) => void = () => {}

  #storage: Uint8Array = new Uint8Array(1024)
  #isBusy = false
  #broken: Error | undefined
  readonly #waiting = new Set<() => void>()

  constructor(link: Link) {
    this.link = link
    link.start(this)
    if (this.calls.length > 0) this.#broken = new Error(`start() called ${this.calls[0]} before it returned`)
  }

  /** All bytes received. */
  get bytes(): Uint8Array {
    return this.#storage.subarray(0, this.length)
  }

  has(call: Call): boolean {
    return this.calls.includes(call)
  }

  /** Resolves when the condition holds after a call; rejects when the link breaks a promise, or closes without it. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.#broken) reject(this.#broken)
        else if (holds()) resolve()
        else if (this.has('closed')) reject(this.error ?? new Error(`closed after ${this.length} bytes`))
        else return
        this.#waiting.delete(look)
      }
      this.#waiting.add(look)
      look()
    })
  }

  async untilClosed(): Promise<TransportError | undefined> {
    await this.until(() => this.has('closed'))
    return this.error
  }

  /** Throws when the link has broken a promise at any time. */
  check(): void {
    if (this.#broken) throw this.#broken
  }

  received(chunk: Uint8Array): void {
    this.#call('received', () => {
      if (chunk.length === 0) throw new Error('an empty chunk')
      if (this.has('ended')) throw new Error('bytes after the end of the stream')
      if (this.length + chunk.length > this.#storage.length) {
        const grown = new Uint8Array(2 * (this.length + chunk.length))
        grown.set(this.bytes)
        this.#storage = grown
      }
      this.#storage.set(chunk, this.length)
      this.length += chunk.length
      this.chunks.push(chunk.length)
      this.onReceived(chunk)
    })
  }

  ended(): void {
    this.#call('ended', () => {
      if (this.calls.filter((call) => call === 'ended').length > 1) throw new Error('ended twice')
    })
  }

  drained(): void {
    this.#call('drained', () => {
      if (this.link.queued > 0) throw new Error('drained, with bytes in the queue')
      this.drains++
    })
  }

  closed(error: TransportError | undefined): void {
    this.#call('closed', () => {
      this.error = error
    })
  }

  #call(call: Call, work: () => void): void {
    try {
      if (this.#isBusy) throw new Error(`${call} was called within another call`)
      if (this.has('closed')) throw new Error(`${call} was called after closed`)
      this.#isBusy = true
      if (call !== 'received' || this.calls.at(-1) !== 'received') this.calls.push(call)
      work()
    } catch (error) {
      this.#broken ??= error as Error
    } finally {
      this.#isBusy = false
      for (const look of [...this.#waiting]) look()
    }
  }
}

/** Bytes of which no two stretches are alike, so that a lost, doubled or swapped piece shows. */
export function pattern(length: number, salt = 0): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = salt | 1
  for (let i = 0; i < length; i++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223
    bytes[i] = state >>> 24
  }
  return bytes
}
