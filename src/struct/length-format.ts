/** The length field of a frame, said as a struct format: exactly one unsigned integer. */
import { quote, readNumber, writeNumber } from '../bytes/index.js'
import { StructDataError, StructError } from './errors.js'
import { parse } from './format.js'
import { outOfRange } from './values.js'

/** How a length is written in front of what it measures. */
export interface LengthFormat {
  readonly format: string
  /** Bytes of the length itself: 1, 2, 4 or 8. */
  readonly size: number
  /** The largest length that can be written; for 8 bytes 2^53 - 1, the largest that a number counts exactly. */
  readonly max: number
  /**
   * The length at `bytes[at]`; the caller knows that its bytes are there.
   * @throws {StructDataError} `LENGTH_TOO_LARGE` when eight bytes hold more than {@link LengthFormat.max}
   */
  read(bytes: Uint8Array, at: number): number
  /** Writes `length` at `bytes[at]`. @throws {StructError} `OUT_OF_RANGE` when it is not an integer from 0 to `max` */
  write(bytes: Uint8Array, at: number, length: number): void
}

/**
 * Makes a {@link LengthFormat} of a format that is one unsigned integer: `B H I L Q N`, with or without a byte order.
 * @throws {StructError} `BAD_FORMAT` for everything else
 * @example
 * const length = lengthFormat('!H')
 * length.read(Uint8Array.of(1, 2), 0)   // 258
 * length.max                            // 65535
 */
export function lengthFormat(format: string): LengthFormat {
  const { size, count, groups } = parse(format)
  const [slot] = groups[0] ?? []
  if (count !== 1 || slot?.size !== size || !'BHILQN'.includes(slot.code))
    throw new StructError(
      'BAD_FORMAT',
      `a length is one unsigned integer, such as '!H', '!I' or '<Q'; not ${quote(format)}`,
    )
  const number = slot.number!
  const max = Math.min(Number(number.max), Number.MAX_SAFE_INTEGER)
  return {
    ...{ format, size, max },
    read(bytes, at) {
      const length = readNumber(number, bytes, at) as number | bigint
      if (length > max)
        throw new StructDataError('LENGTH_TOO_LARGE', `a length of ${length} is more than ${max} bytes`, at)
      return Number(length)
    },
    write(bytes, at, length) {
      if (!Number.isInteger(length) || length < 0 || length > max) throw outOfRange(slot.code, 0, max)
      writeNumber(number, bytes, at, number.big ? BigInt(length) : length)
    },
  }
}
