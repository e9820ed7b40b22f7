/** A framing from its rules: how every framing of a stream in this folder is made, and how a user makes one of their own. */
import type { Output } from '../bytes/index.js'
import type { Description } from '../codec.js'
import { FrameSizeError, FramingUsageError } from './errors.js'
import { DEFAULT_MAX_FRAME_LENGTH, type FrameDecoder, type Framing } from './framing.js'
import { type Splitter, StreamDecoder } from './stream-decoder.js'

/** The one option that every framing has. */
export interface FramingOptions {
  /** The longest body that may come or go, in bytes. 1 MiB by default: larger ones belong in pieces. */
  maxFrameLength?: number
}

/** The rules of a framing, in both directions. */
export interface FramingRules {
  /** The longest body that may come or go, in bytes. 1 MiB by default. */
  readonly maxFrameLength?: number
  /** What tells this framing from others of its kind, as plain data, for `describe()`. */
  readonly details?: Readonly<Record<string, unknown>>
  /** Finds the frames of one stream. */
  splitter(): Splitter
  /** Bytes to leave free before a body. 0 by default. */
  readonly head?: number
  /**
   * Completes a frame for sending: `output.bytes[start, start + head)` is free and must be filled, the body follows up to
   * `output.length`, where a tail may be appended. What it throws takes the frame back.
   */
  seal?(output: Output, start: number): void
}

/**
 * A framing of one's own. Chunks, carry, limits on sending and the end of the stream are taken care of; what remains to be
 * said is where a frame ends.
 *
 * @param kind its name, for descriptions and messages
 * @throws {FramingUsageError} when `maxFrameLength` is not a whole number of bytes
 * @example
 * ```js
 * import { defineFraming, FramingError } from 'wirewright/framing'
 *
 * // | STX 02 | length of the body: 1 byte | body | ETX 03 |
 * const stx = defineFraming('stx', {
 *   maxFrameLength: 255,
 *   splitter: () => ({
 *     head: 2,
 *     tail: 1,
 *     split(bytes, start, end, maxFrameLength) {
 *       if (bytes[start] !== 2) throw new FramingError('FRAME_MALFORMED', `no STX but ${bytes[start]}`)
 *       if (end - start < 2) return -2
 *       const length = bytes[start + 1]
 *       if (length > maxFrameLength) throw new FramingError('FRAME_TOO_LONG', `${length} exceeds ${maxFrameLength}`)
 *       return length + 3
 *     },
 *   }),
 *   head: 2,
 *   seal(output, start) {
 *     output.bytes.set([2, output.length - start - 2], start)
 *     output.append(Uint8Array.of(3))
 *   },
 * })
 *
 * const decoder = stx.decoder()
 * decoder.write(Uint8Array.of(2, 2, 104, 105, 3, 2))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(2) [ 104, 105 ]
 * console.log(decoder.read(), decoder.held)                                    // false 1
 * ```
 */
export function defineFraming(kind: string, rules: FramingRules): Framing {
  return new StreamFraming(kind, rules)
}

class StreamFraming implements Framing {
  readonly kind: string
  readonly over = 'stream'
  readonly maxFrameLength: number
  readonly #rules: FramingRules
  readonly #head: number

  constructor(kind: string, rules: FramingRules) {
    this.kind = kind
    this.maxFrameLength = wholeNumber(kind, 'maxFrameLength', rules.maxFrameLength ?? DEFAULT_MAX_FRAME_LENGTH)
    this.#rules = rules
    this.#head = rules.head ?? 0
  }

  decoder(): FrameDecoder {
    return new StreamDecoder(this.#rules.splitter(), this.maxFrameLength)
  }

  begin(output: Output): number {
    return output.reserve(this.#head)
  }

  finish(output: Output, mark: number): void {
    try {
      checkLength(output.length - mark - this.#head, this.maxFrameLength)
      this.#rules.seal?.(output, mark)
    } catch (error) {
      output.length = mark
      throw error
    }
  }

  describe(): Description {
    return { kind: this.kind, ...this.#rules.details, maxFrameLength: this.maxFrameLength }
  }
}

/** @throws {FrameSizeError} */
export function checkLength(length: number, maxFrameLength: number): void {
  if (length > maxFrameLength)
    throw new FrameSizeError('FRAME_TOO_LONG', `a body of ${length} bytes exceeds maxFrameLength (${maxFrameLength})`)
}

/** `value` as an option that counts bytes. @throws {FramingUsageError} */
export function wholeNumber(kind: string, option: string, value: unknown, least = 0): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number
  throw new FramingUsageError(
    'FRAMING_INVALID',
    `${kind}: ${option} is ${String(value)}, and must be a whole number of bytes${least > 0 ? `, ${least} or more` : ''}`,
  )
}

/** `value` as one of a few words. @throws {FramingUsageError} */
export function oneOf<T extends string>(kind: string, option: string, value: T, words: readonly T[]): T {
  if (words.includes(value)) return value
  const all = words.map((word) => `'${word}'`).join(', ')
  throw new FramingUsageError(
    'FRAMING_INVALID',
    `${kind}: ${option} is ${JSON.stringify(value)}, and must be one of ${all}`,
  )
}
