/** A link as one of Node's streams, for libraries that want a socket. */
import { Duplex } from 'node:stream'
import type { Link } from '../transport/index.js'

/** Bytes. */
const FIRST = 16

export class LinkStream extends Duplex {
  readonly #link: Link
  #written: (() => void) | undefined
  #isHeld = false
  /** What came first. */
  first: Buffer = Buffer.alloc(0)

  constructor(link: Link) {
    super({ allowHalfOpen: true })
    this.#link = link
    link.start({
      received: (chunk) => {
        const bytes = Buffer.from(chunk)
        if (this.first.length < FIRST) this.first = Buffer.concat([this.first, bytes.subarray(0, FIRST)])
        if (!this.push(bytes)) link.pause()
      },
      ended: () => void this.push(null),
      drained: () => {
        this.#written?.()
        this.#written = undefined
      },
      closed: (error) => {
        if (error) this.destroy(error)
        else if (!this.readableEnded) this.push(null)
      },
    })
  }

  /** Leaves what comes with the system, whoever reads. */
  hold(): void {
    this.#isHeld = true
    this.#link.pause()
  }
  release(): void {
    this.#isHeld = false
    this.#link.resume()
  }

  override _read(): void {
    if (!this.#isHeld) this.#link.resume()
  }
  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    // The link may keep the array; who wrote it may not know.
    if (this.#link.write(new Uint8Array(chunk))) done()
    else this.#written = done
  }
  override _final(done: () => void): void {
    this.#link.end()
    done()
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#link.reset()
    done(error)
  }
}
