/** What executes a layout. There are two, `generated.ts` and `closures.ts`, made from the same slots, and they do the same. */
import { StructError } from './errors.js'
import type { Layout, Slot } from './format.js'

/** What an engine is made for. */
export interface Plan {
  readonly size: number
  readonly slots: readonly Slot[]
  readonly gaps: Layout['gaps']
  /** Objects with these names instead of tuples. */
  readonly names: readonly string[] | undefined
  /** Bytes fields share the memory of what was unpacked. */
  readonly views: boolean
}

/** Packs one layout. Values are written one after the other: those before a refused one stay written. */
export interface Writer {
  pack(...values: unknown[]): Uint8Array
  packInto(buffer: unknown, offset: unknown, ...values: unknown[]): void
  /** Writes a tuple, or an object when there are names. The caller has checked that there is room. */
  put(bytes: Uint8Array, at: number, value: unknown): void
  /** Fills new memory of their size with many; left out where it would do nothing but `put` one after the other. */
  putAll?(bytes: Uint8Array, values: readonly unknown[]): void
}

/** Unpacks one layout. The caller has checked that the bytes are there. */
export interface Reader {
  /** A tuple, or an object when there are names. */
  get(bytes: Uint8Array, at: number): unknown
  /** `rows` structs that follow one another from the start, one by one. */
  each(bytes: Uint8Array, rows: number, call: (value: unknown, row: number) => void): void
  /** The same, but each value into its column. */
  fill(bytes: Uint8Array, rows: number, columns: readonly Column[]): void
}

/** A typed array, or an array of byte strings. */
export interface Column {
  [row: number]: unknown
}

/** Where `size` bytes begin for an offset that may count from the end. @throws {StructError} when they are not all there. */
export function place(method: 'packInto' | 'unpackFrom', length: number, offset: unknown, size: number): number {
  const packing = method === 'packInto'
  let at = offset as number
  if (!Number.isSafeInteger(at)) throw new StructError('WRONG_TYPE', 'an offset must be an integer')
  if (at < 0) {
    if (at + size > 0)
      outOfBounds(`${packing ? 'no space to pack' : 'not enough data to unpack'} ${size} bytes at offset ${at}`)
    if (at + length < 0) outOfBounds(`offset ${at} out of range for ${length}-byte buffer`)
    at += length
  }
  if (length - at < size)
    outOfBounds(
      `${method} requires a buffer of at least ${size + at} bytes for ${packing ? '' : 'un'}packing ${size} bytes at offset ${at} (actual buffer size is ${length})`,
    )
  return at
}

function outOfBounds(message: string): never {
  throw new StructError('OUT_OF_BOUNDS', message)
}

/** @throws {StructError} always: the caller has counted. Of `packInto`, buffer and offset are not among the values. */
export function wrongCount(method: 'pack' | 'packInto', expected: number, got: number | undefined): never {
  throw new StructError(
    'WRONG_COUNT',
    `${method} expected ${got! < 0 ? `${got! < -1 ? 'buffer' : 'offset'} argument` : `${expected} items for packing (got ${got})`}`,
  )
}
