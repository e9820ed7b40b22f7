/** What executes a layout. There are two, `generated.ts` and `closures.ts`, made from the same items, and they do the same. */
import { StructError } from './errors.js'
import type { Layout } from './format.js'

/** What an engine is made for. */
export interface Plan {
  readonly layout: Layout
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
}

/** Unpacks one layout: a tuple, or an object when there are names. The caller has checked that the bytes are there. */
export type Reader = (bytes: Uint8Array, at: number) => unknown

/** Unpacks `rows` structs that follow one another, each value into its column. */
export type Filler = (bytes: Uint8Array, at: number, rows: number, columns: readonly Column[]) => void

/** A typed array, or an array of byte strings. */
export interface Column {
  [row: number]: unknown
}

export interface Engine {
  writer(plan: Plan): Writer
  reader(plan: Plan): Reader
  filler(plan: Plan): Filler
}

/** Where `size` bytes begin for an offset that may count from the end. @throws {StructError} when they are not all there. */
export function place(method: 'packInto' | 'unpackFrom', length: number, offset: unknown, size: number): number {
  if (!Number.isSafeInteger(offset))
    throw new StructError('WRONG_TYPE', `${method} requires an integer as offset, not ${String(offset)}`)
  let at = offset as number
  const packing = method === 'packInto'
  if (at < 0) {
    if (at + size > 0)
      throw outOfBounds(`${packing ? 'no space to pack' : 'not enough data to unpack'} ${size} bytes at offset ${at}`)
    if (at + length < 0) throw outOfBounds(`offset ${at} out of range for ${length}-byte buffer`)
    at += length
  }
  if (length - at < size)
    throw outOfBounds(
      `${method} requires a buffer of at least ${size + at} bytes for ${packing ? 'packing' : 'unpacking'} ${size} bytes at offset ${at} (actual buffer size is ${length})`,
    )
  return at
}

function outOfBounds(message: string): StructError {
  return new StructError('OUT_OF_BOUNDS', message)
}

/** @throws {StructError} always: the caller has counted. Of `packInto`, buffer and offset are not among the values. */
export function wrongCount(method: 'pack' | 'packInto', expected: number, got: number): never {
  throw new StructError(
    'WRONG_COUNT',
    got < 0
      ? `${method} expected ${got < -1 ? 'buffer' : 'offset'} argument`
      : `${method} expected ${expected} items for packing (got ${got})`,
  )
}
