/** A receiver that remembers, and lets a test wait for what it is waiting for instead of sleeping. */
import type { Link, Receiver, TransportError } from 'wirewright/transport'

export class Recorder implements Receiver {
  readonly link: Link
  /** Every call, in order: `received`, `ended`, `drained`, `closed`. */
  readonly calls: string[] = []
  readonly chunks: Uint8Array[] = []
  error: TransportError | undefined
  readonly #waiters = new Set<() => void>()

  constructor(link: Link) {
    this.link = link
    link.start(this)
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1')
  }

  get isClosed(): boolean {
    return this.calls.includes('closed')
  }

  received(chunk: Uint8Array): void {
    this.chunks.push(chunk.slice())
    this.#note('received')
  }

  ended(): void {
    this.#note('ended')
  }

  drained(): void {
    this.#note('drained')
  }

  closed(error: TransportError | undefined): void {
    this.error = error
    this.#note('closed')
  }

  /** Resolves as soon as `condition` holds after some call; the test's own timeout is the limit. */
  until(condition: (recorder: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition(this)) return
        this.#waiters.delete(look)
        resolve()
      }
      this.#waiters.add(look)
      look()
    })
  }

  hears(text: string): Promise<void> {
    return this.until(() => this.text.length >= text.length)
  }

  closes(): Promise<void> {
    return this.until(() => this.isClosed)
  }

  /** Sees the peer go, by an end or a reset, and goes too. */
  async follows(): Promise<void> {
    await this.until(({ calls }) => calls.includes('ended') || calls.includes('closed'))
    this.link.reset()
    await this.closes()
  }

  #note(call: string): void {
    this.calls.push(call)
    for (const look of [...this.#waiters]) look()
  }
}

/** Values that arrive by callback, to be awaited one by one. */
export class Arrivals<T> {
  readonly all: T[] = []
  readonly #waiters: (() => void)[] = []
  #taken = 0

  readonly put = (value: T): void => {
    this.all.push(value)
    for (const wake of this.#waiters.splice(0)) wake()
  }

  async next(): Promise<T> {
    while (this.#taken >= this.all.length) await new Promise<void>((wake) => this.#waiters.push(wake))
    return this.all[this.#taken++]!
  }
}

export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
