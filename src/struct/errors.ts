/**
 * What can go wrong with a struct: our own program's mistakes (CPython's `struct.error`, in its words) and, for those who
 * use a struct as a codec, bytes that arrived in the wrong number.
 */
import { PeerError, UsageError } from '../errors.js'

/**
 * - `BAD_FORMAT` the format is not one, or not one that will do here
 * - `SIZE_OVERFLOW` the format describes more bytes than a number can count
 * - `BAD_NAMES` too few or too many names, the same name twice, or one that objects reserve
 * - `WRONG_COUNT` too few or too many values
 * - `WRONG_TYPE` a value (or an offset, or a buffer) of the wrong type
 * - `OUT_OF_RANGE` an integer that does not fit its code
 * - `FLOAT_OVERFLOW` a finite float that would become infinite; CPython raises OverflowError here
 * - `WRONG_SIZE` a buffer that is not exactly one struct long, or not a whole number of them
 * - `OUT_OF_BOUNDS` a buffer that ends too early for this offset, or an offset outside it
 */
export type StructErrorCode =
  | 'BAD_FORMAT'
  | 'SIZE_OVERFLOW'
  | 'BAD_NAMES'
  | 'WRONG_COUNT'
  | 'WRONG_TYPE'
  | 'OUT_OF_RANGE'
  | 'FLOAT_OVERFLOW'
  | 'WRONG_SIZE'
  | 'OUT_OF_BOUNDS'

/** Python's `struct.error`: everything that packing, unpacking and parsing a format throw. */
export class StructError extends UsageError<StructErrorCode> {
  /** Which value was refused: its place among the values of the struct, from 0. */
  readonly index: number | undefined

  constructor(code: StructErrorCode, message: string, index?: number) {
    super(code, message)
    this.index = index
  }
}

/** - `WRONG_SIZE` fewer or more bytes than the struct has */
export type StructDataErrorCode = 'WRONG_SIZE'

/** Bytes that arrived do not hold the struct: what `decode` and `decodeFrom` throw. */
export class StructDataError extends PeerError<StructDataErrorCode> {
  /** At which byte it went wrong, counted from where the struct begins. */
  readonly offset: number

  constructor(code: StructDataErrorCode, message: string, offset: number) {
    super(code, message)
    this.offset = offset
  }
}
