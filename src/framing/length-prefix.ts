/**
 * Length-prefixed frames.
 *
 *   +-----------+----------------------+
 *   | length: I | payload              |     length counts the payload only
 *   +-----------+----------------------+
 */
import { type Output, showBytes } from '../bytes/index.js'
import type { Description } from '../codec.js'
import { type LengthFormat, lengthFormat } from '../struct/index.js'
import { DEFAULT_MAX_FRAME_LENGTH, type FrameDecoder, FrameSizeError, type Framing, FramingError } from './framing.js'
import { type Splitter, StreamDecoder } from './stream-decoder.js'
import { guessSpeaker } from './wrong-speaker.js'

/** How a length prefix may differ from the plain case. */
export interface LengthPrefixOptions {
  /** The longest payload, in bytes; never more than the prefix can say. 1 MiB by default: larger ones belong in pieces. */
  maxFrameLength?: number
}

/**
 * Frames that begin with their payload's length, as one unsigned integer in struct's notation: `!I` is four bytes, most
 * significant first.
 *
 * @throws {StructError} when `format` is not exactly one unsigned integer
 * @example
 * ```js
 * const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
 * ```
 */
export function lengthPrefix(format: string, options: LengthPrefixOptions = {}): Framing {
  return new LengthPrefix(format, options)
}

class LengthPrefix implements Framing {
  readonly kind = 'lengthPrefix'
  readonly maxFrameLength: number
  readonly #format: string
  readonly #length: LengthFormat

  constructor(format: string, { maxFrameLength = DEFAULT_MAX_FRAME_LENGTH }: LengthPrefixOptions) {
    this.#format = format
    this.#length = lengthFormat(format)
    this.maxFrameLength = Math.min(maxFrameLength, this.#length.max)
  }

  decoder(): FrameDecoder {
    return new StreamDecoder(new LengthSplitter(this.#format, this.#length), this.maxFrameLength)
  }

  begin(output: Output): number {
    return output.reserve(this.#length.size)
  }

  finish(output: Output, mark: number): void {
    const length = output.length - mark - this.#length.size
    if (length > this.maxFrameLength) {
      output.length = mark
      throw new FrameSizeError(`a payload of ${length} bytes exceeds maxFrameLength (${this.maxFrameLength})`)
    }
    this.#length.write(output.bytes, mark, length)
  }

  describe(): Description {
    return { kind: this.kind, format: this.#format, maxFrameLength: this.maxFrameLength }
  }
}

class LengthSplitter implements Splitter {
  readonly head: number
  readonly tail = 0
  readonly #format: string
  readonly #length: LengthFormat

  constructor(format: string, length: LengthFormat) {
    this.head = length.size
    this.#format = format
    this.#length = length
  }

  split(bytes: Uint8Array, start: number, end: number, maxFrameLength: number): number {
    if (end - start < this.head) return -this.head
    const length = this.#length.read(bytes, start)
    if (length > maxFrameLength) throw this.#tooLong(bytes, start, end, length, maxFrameLength)
    return this.head + length
  }

  #tooLong(bytes: Uint8Array, start: number, end: number, length: number, limit: number): FramingError {
    const first = Uint8Array.prototype.slice.call(bytes, start, Math.min(end, start + 16))
    const hint = guessSpeaker(first) ?? this.#otherOrder(first, limit) ?? ''
    return new FramingError(
      'FRAME_TOO_LONG',
      `declared length ${length} exceeds maxFrameLength (${limit})${hint && `; ${hint}`}; the frame begins ${showBytes(first)}`,
    )
  }

  /** Most often the two sides disagree about byte order. */
  #otherOrder(first: Uint8Array, limit: number): string | undefined {
    const little = this.#format.trimStart().startsWith('<')
    const swapped = (little ? '!' : '<') + this.#format.replace(/^[@=<>!]/, '')
    const length = lengthFormat(swapped).read(first, 0)
    if (length > limit) return undefined
    return `read ${little ? 'big' : 'little'}-endian it is ${length}: did you mean lengthPrefix('${swapped}')?`
  }
}
