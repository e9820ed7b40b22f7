/**
 * Frames that begin with their body's length as a varint: protobuf's delimited messages, MQTT's packets.
 *
 *   +--------------+------------------------+----------------------+
 *   | other header | length: 1 to 5 bytes   | payload              |     length counts the payload only
 *   +--------------+------------------------+----------------------+
 *   |<lengthOffset>| 1bbbbbbb … 0bbbbbbb, least significant first
 */
import type { Output } from '../bytes/index.js'
import { isMinimalVarint, readVarint, varintLength, varintSize, writeVarint } from '../bytes/index.js'
import { checkLength, defineFraming, type FramingOptions, wholeNumber } from './define.js'
import { FrameSizeError, FramingUsageError, frameError } from './errors.js'
import { DEFAULT_MAX_FRAME_LENGTH, type Framing } from './framing.js'
import { stated } from './spelling.js'
import type { Splitter } from './stream-decoder.js'

/** How a varint prefix may differ from the plain case. */
export interface VarintPrefixOptions extends FramingOptions {
  /**
   * The most bytes that a length may take, 1 to 7. 5 by default, for the 32 bits of protobuf's delimited messages; MQTT
   * allows 4 (5.0 section 1.5.5).
   */
  maxPrefixLength?: number
  /** Bytes of header in front of the length. None by default. When there are some, the whole header is part of the body. */
  lengthOffset?: number
}

/**
 * Frames whose length is a varint. A length in more bytes than it needs is refused: two spellings of one frame are a door
 * for those who want two readers to disagree.
 *
 * Sending takes the body that receiving gives. Behind a header that is part of it, any varint may hold the place of the
 * length (one zero byte will do): the right one takes its place.
 *
 * @throws {FramingUsageError} when an option is out of range
 * @example
 * ```js
 * import { varintPrefix } from 'wirewright/framing'
 *
 * const decoder = varintPrefix().decoder()
 * decoder.write(Uint8Array.of(2, 104, 105, 0x80))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(2) [ 104, 105 ]
 * console.log(decoder.read(), decoder.held)                                    // false 1
 *
 * // MQTT: | type and flags: 1 byte | length: 1 to 4 bytes | … |, all of which is the body
 * varintPrefix({ lengthOffset: 1, maxPrefixLength: 4 })
 * ```
 */
export function varintPrefix(options: VarintPrefixOptions = {}): Framing {
  const most = wholeNumber('varintPrefix', 'maxPrefixLength', options.maxPrefixLength ?? 5, 1)
  if (most > 7)
    throw new FramingUsageError(
      'FRAMING_INVALID',
      `varintPrefix: maxPrefixLength is ${most}; 7 bytes already say more than any frame can be long`,
    )
  const offset = wholeNumber('varintPrefix', 'lengthOffset', options.lengthOffset ?? 0)
  const limit = wholeNumber('varintPrefix', 'maxFrameLength', options.maxFrameLength ?? DEFAULT_MAX_FRAME_LENGTH)
  const longest = 128 ** most - 1
  const maxFrameLength = Math.min(limit, offset === 0 ? longest : offset + most + longest)
  return defineFraming('varintPrefix', {
    maxFrameLength,
    details: stated('varintPrefix', { lengthOffset: offset, maxPrefixLength: most }),
    splitter: () => new VarintSplitter(offset, most),
    head: offset === 0 ? 1 : 0,
    seal(output, start) {
      sealVarint(output, start, offset, most)
      if (offset > 0) checkLength(output.length - start, maxFrameLength)
    },
  })
}

class VarintSplitter implements Splitter {
  head = 0
  readonly tail = 0
  readonly #offset: number
  readonly #most: number

  constructor(offset: number, most: number) {
    this.#offset = offset
    this.#most = most
  }

  split(bytes: Uint8Array, start: number, end: number, maxFrameLength: number): number {
    const at = start + this.#offset
    if (at >= end) return start - at - 1
    const size = varintLength(bytes, at, end, this.#most)
    if (size === 0) return start - end - 1
    if (size < 0) {
      const what = `a length of more than ${this.#most} bytes`
      throw frameError('FRAME_MALFORMED', what, bytes, start, end)
    }
    const declared = readVarint(bytes, at, size)
    if (!isMinimalVarint(bytes, at, size)) {
      const what = `length ${declared} is written in ${size} bytes and needs ${varintSize(declared)}`
      throw frameError('FRAME_MALFORMED', what, bytes, start, end, { declared })
    }
    const header = this.#offset + size
    this.head = this.#offset === 0 ? size : 0
    if (header + declared - this.head > maxFrameLength) {
      const what = `declared length ${declared} exceeds maxFrameLength (${maxFrameLength})`
      throw frameError('FRAME_TOO_LONG', what, bytes, start, end, { declared, limit: maxFrameLength })
    }
    return header + declared
  }
}

/** One byte was left free, or came with the body; a longer length pushes the body along. */
function sealVarint(output: Output, start: number, offset: number, most: number): void {
  const at = start + offset
  const place = offset === 0 ? 1 : varintLength(output.bytes, at, output.length, most)
  if (at >= output.length || place < 1)
    throw new FrameSizeError(
      'FRAME_TOO_SHORT',
      `a body of ${output.length - start} bytes has no length behind its first ${offset}`,
    )
  const length = output.length - at - place
  const size = varintSize(length)
  if (size > most)
    throw new FrameSizeError(
      'FRAME_TOO_LONG',
      `a length of ${length} needs ${size} bytes, and maxPrefixLength is ${most}`,
    )
  if (size !== place) {
    if (size > place) output.reserve(size - place)
    output.bytes.copyWithin(at + size, at + place, at + place + length)
    output.length = at + size + length
  }
  writeVarint(length, output.bytes, at)
}
