/**
 * Frames that say their length in an integer of fixed width.
 *
 *   +---------------+--------+---------------------------+
 *   | other header  | length | rest                      |
 *   +---------------+--------+---------------------------+
 *   |<lengthOffset->|        |<-- counts: 'after' ------>|     what the length counts
 *   |               |<------ counts: 'from-itself' ----->|
 *   |<------------------- counts: 'all' ---------------->|
 */
import type { Output } from '../bytes/index.js'
import { defineFraming, wholeNumber } from './define.js'
import { FrameSizeError, type FramingError, FramingUsageError, frameError } from './errors.js'
import { DEFAULT_MAX_FRAME_LENGTH, type Framing } from './framing.js'
import { exactLength, type LengthField } from './length-field.js'
import { countsHint, otherOrderHint, shortEndHint } from './length-hints.js'
import { type LengthLayout, type LengthPrefixOptions, layoutOf } from './length-layout.js'
import { stated } from './spelling.js'
import type { Splitter } from './stream-decoder.js'

/**
 * Frames that begin with their length, or have it somewhere in a header of fixed width.
 *
 * Sending takes the body that receiving gives. Where the header is part of it (`strip: 0`), the bytes of the length may hold
 * anything: they are filled in.
 *
 * @param format exactly one unsigned integer in struct's notation (`!H` is two bytes, most significant first), or by name:
 * `u8 u16 u24 u32 u48 u64`, with `le` behind it for the least significant byte first
 * @throws {StructError} when `format` is something else
 * @throws {FramingUsageError} when the options contradict each other
 * @example
 * ```js
 * import { lengthPrefix } from 'wirewright/framing'
 *
 * const decoder = lengthPrefix('!H').decoder()
 * decoder.write(Uint8Array.of(0, 2, 104, 105, 0))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(2) [ 104, 105 ]
 * console.log(decoder.read(), decoder.held)                                    // false 1
 *
 * // PostgreSQL: | type: 1 byte | length, itself included: 4 bytes | … |, all of which is the body
 * lengthPrefix('!I', { lengthOffset: 1, counts: 'from-itself' })
 * ```
 */
export function lengthPrefix(format: string, options: LengthPrefixOptions = {}): Framing {
  const layout = layoutOf(format, options)
  const { field, offset, strip, extra } = layout
  const limit = wholeNumber('lengthPrefix', 'maxFrameLength', options.maxFrameLength ?? DEFAULT_MAX_FRAME_LENGTH)
  const isPlain = offset === 0 && strip === field.size && extra === field.size
  return defineFraming('lengthPrefix', {
    maxFrameLength: Math.min(limit, layout.longest),
    details: stated('lengthPrefix', {
      format,
      ...{ lengthOffset: offset, counts: layout.counts, lengthAdjustment: layout.adjustment, strip },
    }),
    splitter: () => (isPlain ? new PlainLengthSplitter(layout) : new LengthSplitter(layout)),
    head: strip,
    seal: isPlain
      ? (output, start) => field.write(output.bytes, start, output.length - start - strip)
      : (output, start) => sealLength(layout, output, start),
  })
}

class LengthSplitter implements Splitter {
  readonly head: number
  readonly tail = 0
  readonly #layout: LengthLayout
  readonly #read: LengthField['read']
  readonly #offset: number
  readonly #header: number
  readonly #extra: number
  readonly #least: number

  constructor(layout: LengthLayout) {
    this.head = layout.strip
    this.#layout = layout
    this.#read = layout.field.read
    this.#offset = layout.offset
    this.#header = layout.offset + layout.field.size
    this.#extra = layout.extra
    this.#least = layout.least
  }

  split(bytes: Uint8Array, start: number, end: number, maxFrameLength: number): number {
    if (end - start < this.#header) return -this.#header
    const length = this.#read(bytes, start + this.#offset) + this.#extra
    if (length - this.head > maxFrameLength || length < this.#least)
      throw misfit(this.#layout, bytes, start, end, maxFrameLength)
    return length
  }

  explainEnd(bytes: Uint8Array, start: number, end: number): string | undefined {
    return end - start < this.#header ? undefined : shortEndHint(this.#layout, bytes, start, end)
  }
}

/**
 * The length comes first and counts the body, as it mostly does. Without the general rule a frame takes 1.8 ns less to find
 * and 15 ns less to seal.
 */
class PlainLengthSplitter extends LengthSplitter {
  readonly #layout: LengthLayout
  readonly #read: LengthField['read']

  constructor(layout: LengthLayout) {
    super(layout)
    this.#layout = layout
    this.#read = layout.field.read
  }

  override split(bytes: Uint8Array, start: number, end: number, maxFrameLength: number): number {
    const { head } = this
    if (end - start < head) return -head
    const body = this.#read(bytes, start)
    if (body > maxFrameLength) throw misfit(this.#layout, bytes, start, end, maxFrameLength)
    return head + body
  }
}

/** The length that makes no frame: too long, or too short for the header that it is to cover. */
function misfit(layout: LengthLayout, bytes: Uint8Array, start: number, end: number, limit: number): FramingError {
  const { field, offset, extra, strip, least } = layout
  const declared = exactLength(field, bytes, start + offset)
  const facts = { declared, limit }
  const length = field.read(bytes, start + offset) + extra
  if (length < least) {
    const what = `declared length ${declared} makes a frame of ${length} bytes, shorter than the ${least} of its header`
    return frameError('FRAME_MALFORMED', what, bytes, start, end, {
      ...facts,
      hint: countsHint(layout, bytes, start, limit),
    })
  }
  const body = extra === strip ? '' : `, which makes a body of ${BigInt(declared) + BigInt(extra - strip)},`
  const what = `declared length ${declared}${body} exceeds maxFrameLength (${limit})`
  const hint = otherOrderHint(layout, bytes, start, limit) ?? countsHint(layout, bytes, start, limit)
  return frameError('FRAME_TOO_LONG', what, bytes, start, end, { ...facts, hint })
}

function sealLength({ field, offset, strip, extra, least }: LengthLayout, output: Output, start: number): void {
  if (strip > 0 && (offset > 0 || strip !== field.size))
    throw new FramingUsageError(
      'BODY_UNFRAMEABLE',
      `a lengthPrefix that strips ${strip} bytes cannot send: the body does not hold the header around the length; with { strip: 0 } it does`,
    )
  const length = output.length - start
  if (length < least)
    throw new FrameSizeError('FRAME_TOO_SHORT', `a frame of ${length} bytes is shorter than the ${least} of its header`)
  const declared = length - extra
  if (declared < 0)
    throw new FrameSizeError('FRAME_TOO_SHORT', `a frame of ${length} bytes would declare a length of ${declared}`)
  field.write(output.bytes, start + offset, declared)
}
