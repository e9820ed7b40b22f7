/**
 * Where a frame's length stands and what it counts, from options to numbers.
 *
 *   | other header: offset | length: field.size | rest |        frame = declared length + extra
 *   | strip, which is no part of the body | body       |
 */
import { type FramingOptions, oneOf, wholeNumber } from './define.js'
import { FramingUsageError } from './errors.js'
import { type LengthField, lengthField } from './length-field.js'

/** What a length counts: the bytes behind it, itself as well, or the whole frame. */
export type LengthCounts = 'after' | 'from-itself' | 'all'

/** How a length prefix may differ from the plain case. */
export interface LengthPrefixOptions extends FramingOptions {
  /** The longest body, in bytes; never more than the length can say. 1 MiB by default: larger ones belong in pieces. */
  maxFrameLength?: number
  /** Bytes of header in front of the length. None by default. */
  lengthOffset?: number
  /** What the length counts. `'after'` by default: the bytes behind it, as nearly every protocol does. */
  counts?: LengthCounts
  /** Bytes that the frame has beyond those that the length counts; negative when it has fewer. 0 by default. */
  lengthAdjustment?: number
  /**
   * How many of the frame's first bytes do not belong to the body. By default the length alone is taken off when it comes
   * first; a header that says more than a length is left on (0), for the body's codec to read.
   */
  strip?: number
}

/** The layout of the frames, in numbers. */
export interface LengthLayout {
  readonly field: LengthField
  readonly offset: number
  readonly counts: LengthCounts
  readonly adjustment: number
  readonly strip: number
  /** The whole frame's length minus the declared one. */
  readonly extra: number
  /** The shortest frame that there can be. */
  readonly least: number
  /** The longest body that the length can say. */
  readonly longest: number
}

/** @throws when no frame could be laid out like that */
export function layoutOf(format: string, options: LengthPrefixOptions): LengthLayout {
  const invalid = (message: string) => new FramingUsageError('FRAMING_INVALID', `lengthPrefix: ${message}`)
  const field = lengthField(format)
  const offset = wholeNumber('lengthPrefix', 'lengthOffset', options.lengthOffset ?? 0)
  const header = offset + field.size
  const strip = wholeNumber('lengthPrefix', 'strip', options.strip ?? (offset === 0 ? header : 0))
  const counts = oneOf('lengthPrefix', 'counts', options.counts ?? 'after', ['after', 'from-itself', 'all'])
  const adjustment = options.lengthAdjustment ?? 0
  if (!Number.isSafeInteger(adjustment))
    throw invalid(`lengthAdjustment is ${adjustment}, and must be a whole number of bytes`)
  const extra = extraFor(field.size, offset, counts, adjustment)
  const least = Math.max(header, strip)
  if (field.max + extra < least)
    throw invalid(
      `no length that '${format}' can say, with lengthAdjustment ${adjustment}, makes a frame of ${least} bytes`,
    )
  return { field, offset, counts, adjustment, strip, extra, least, longest: field.max + extra - strip }
}

/** What a frame has beyond its declared length. */
export function extraFor(size: number, offset: number, counts: LengthCounts, adjustment: number): number {
  return adjustment + (counts === 'after' ? offset + size : counts === 'from-itself' ? offset : 0)
}
