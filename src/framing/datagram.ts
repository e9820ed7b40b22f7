/**
 * One datagram is one frame: the network itself keeps the boundaries.
 *
 *   | datagram |   | datagram |   ||   | datagram |         an empty one is a frame, too
 */
import { Output } from '../bytes/index.js'
import type { Description } from '../codec.js'
import { checkLength, type FramingOptions, wholeNumber } from './define.js'
import { frameError } from './errors.js'
import type { FrameDecoder, FrameHandler, Framing } from './framing.js'
import { DEFAULT_MAX_DATAGRAM } from './spelling.js'

/**
 * Frames that are whole datagrams. Each `write` is one of them. One that is too long is an error of its own: `read` throws,
 * and goes on with the next.
 *
 * `maxFrameLength` is 65 527 by default, the longest that UDP can carry; what passes a network in one piece is 1 200 bytes.
 *
 * @example
 * ```js
 * import { datagram } from 'wirewright/framing'
 *
 * const decoder = datagram().decoder()
 * decoder.write(Uint8Array.of(104, 105))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(2) [ 104, 105 ]
 * ```
 */
export function datagram({ maxFrameLength = DEFAULT_MAX_DATAGRAM }: FramingOptions = {}): Framing {
  return new DatagramFraming(wholeNumber('datagram', 'maxFrameLength', maxFrameLength))
}

class DatagramFraming implements Framing {
  readonly kind = 'datagram'
  readonly over = 'datagrams'
  readonly maxFrameLength: number

  constructor(maxFrameLength: number) {
    this.maxFrameLength = maxFrameLength
  }

  decoder(): FrameDecoder {
    return new DatagramDecoder(this.maxFrameLength)
  }

  begin(output: Output): number {
    return output.length
  }

  finish(output: Output, mark: number): void {
    try {
      checkLength(output.length - mark, this.maxFrameLength)
    } catch (error) {
      output.length = mark
      throw error
    }
  }

  describe(): Description {
    return { kind: this.kind, maxFrameLength: this.maxFrameLength }
  }
}

const NOTHING: Uint8Array = new Uint8Array(0)

/** The oldest unread datagram is lent; those that come while it is unread wait in one array, by their ends. */
class DatagramDecoder implements FrameDecoder {
  bytes: Uint8Array = NOTHING
  start = 0
  end = 0
  maxFrameLength: number
  readonly expected = undefined

  #lent: Uint8Array | undefined
  #waiting = new Output(0)
  #ends: number[] = []
  #read = 0

  constructor(maxFrameLength: number) {
    this.maxFrameLength = maxFrameLength
  }

  get held(): number {
    return (this.#lent?.length ?? 0) + this.#waiting.length - this.#consumed
  }

  get reserved(): number {
    return this.#waiting.bytes.length
  }

  get #consumed(): number {
    return this.#read === 0 ? 0 : this.#ends[this.#read - 1]!
  }

  write(chunk: Uint8Array): void {
    if (this.#lent === undefined && this.#read === this.#ends.length) this.#lent = chunk
    else this.#queue(chunk)
  }

  read(): boolean {
    if (this.#lent !== undefined) {
      this.bytes = this.#lent
      this.start = 0
      this.end = this.bytes.length
      this.#lent = undefined
    } else if (this.#read < this.#ends.length) {
      this.bytes = this.#waiting.bytes
      this.start = this.#consumed
      this.end = this.#ends[this.#read++]!
    } else {
      this.#letGo()
      return false
    }
    const length = this.end - this.start
    if (length <= this.maxFrameLength) return true
    const what = `a datagram of ${length} bytes exceeds maxFrameLength (${this.maxFrameLength})`
    const facts = { limit: this.maxFrameLength, expected: length }
    throw frameError('FRAME_TOO_LONG', what, this.bytes, this.start, this.end, facts)
  }

  readAll(handle: FrameHandler): void {
    while (this.read()) handle(this.bytes, this.start, this.end)
  }

  keep(): void {
    const lent = this.#lent
    if (lent === undefined) return
    const { bytes } = this.#waiting
    const unread = this.#ends.slice(this.#read)
    let from = this.#consumed
    this.#lent = undefined
    this.#letGo()
    this.#queue(lent)
    for (const end of unread) {
      this.#queue(bytes.subarray(from, end))
      from = end
    }
  }

  takeRest(): Uint8Array {
    const rest = new Output(this.held)
    if (this.#lent) rest.append(this.#lent)
    rest.append(this.#waiting.bytes, this.#consumed, this.#waiting.length)
    this.#lent = undefined
    this.#letGo()
    return rest.bytes
  }

  finish(): void {}

  #queue(chunk: Uint8Array): void {
    this.#waiting.append(chunk)
    this.#ends.push(this.#waiting.length)
  }

  #letGo(): void {
    this.bytes = NOTHING
    this.start = this.end = 0
    this.#waiting = new Output(0)
    this.#ends = []
    this.#read = 0
  }
}
