/** What executes a layout. There are two, `generated.ts` and `interpreted.ts`, made from the same slots, and they do the same. */
import { StructError } from './errors.js'
import type { Layout, Slot } from './format.js'

/** What an engine is made for. */
export interface Plan extends Layout {
  /** Objects with these names instead of tuples. */
  readonly names: readonly string[] | undefined
  /** Bytes fields share the memory of what was unpacked. */
  readonly views?: boolean
}

/** Packs and unpacks one layout. */
export interface Engine {
  readonly slots: readonly Slot[]

  // Values are written one after the other: those before a refused one stay written.
  pack(...values: unknown[]): Uint8Array
  packInto(buffer: unknown, offset: unknown, ...values: unknown[]): void
  /** Writes a tuple, or an object when there are names. The caller has checked that there is room. */
  put(bytes: Uint8Array, at: number, value: unknown): void
  /** Fills new memory of their size with many; left out where it would do nothing but `put` one after the other. */
  putAll?(bytes: Uint8Array, values: readonly unknown[]): void

  // The caller of these has checked that the bytes are there.
  /** A tuple, or an object when there are names. */
  get(bytes: Uint8Array, at: number): unknown
  /** Structs that follow one another from the start to the end, one by one. */
  each(bytes: Uint8Array, call: (value: unknown, row: number) => void): void
  /** The same, but each value into its column. */
  fill(bytes: Uint8Array, columns: readonly Column[]): void
}

/** A typed array, or an array of byte strings. */
export interface Column {
  [row: number]: unknown
}

/** Where `size` bytes begin for an offset that may count from the end. @throws {StructError} when they are not all there. */
export function place(method: 'packInto' | 'unpackFrom', length: number, offset: number, size: number): number {
  if (!Number.isInteger(offset)) throw new StructError('WRONG_TYPE', 'an offset must be an integer')
  const at = offset < 0 ? offset + length : offset
  if (at >= 0 && at + size <= length) return at
  throw misplaced(method, length, offset, size)
}

function misplaced(method: 'packInto' | 'unpackFrom', length: number, offset: number, size: number): StructError {
  const packing = method === 'packInto'
  return new StructError(
    'OUT_OF_BOUNDS',
    offset >= 0
      ? `${method} requires a buffer of at least ${size + offset} bytes for ${packing ? '' : 'un'}packing ${size} bytes at offset ${offset} (actual buffer size is ${length})`
      : offset + size > 0
        ? `${packing ? 'no space to pack' : 'not enough data to unpack'} ${size} bytes at offset ${offset}`
        : `offset ${offset} out of range for ${length}-byte buffer`,
  )
}

/** @throws {StructError} when there are too few or too many. Of `packInto`, buffer and offset are not among the values. */
export function checkCount(method: 'pack' | 'packInto', expected: number, got: number | undefined): void {
  if (got !== expected)
    throw new StructError(
      'WRONG_COUNT',
      `${method} expected ${got! < 0 ? `${got! < -1 ? 'buffer' : 'offset'} argument` : `${expected} items for packing (got ${got})`}`,
    )
}
