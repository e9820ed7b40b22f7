/** Values at the border: what Python would make of the ones that do not fit at once, and bytes fields in both directions. */
import type { MachineNumber } from '../bytes/index.js'
import { StructError } from './errors.js'
import type { Slot } from './format.js'

declare const TextEncoder: { new (): { encode(text: string): Uint8Array } }

/**
 * What to write for an argument that its number does not take as it is: another kind of integer, an infinity.
 * @throws {StructError} when there is nothing.
 */
export function coerce({ code, number, lenient }: Slot, index: number, value: unknown): unknown {
  const { kind, big, min, max } = number!
  const float = kind === 'f'
  const whole = typeof value === 'bigint'
  const given = (typeof value === 'boolean' || (float && whole) ? Number(value) : value) as number
  // A bigint beyond the doubles is no float.
  if (float ? typeof given !== 'number' || (whole && given - given !== 0) : !whole && !Number.isInteger(given))
    throw new StructError('WRONG_TYPE', `required argument is not ${float ? 'a float' : 'an integer'}`, index)
  // Comparing a number with a bigint is exact.
  if (
    float
      ? lenient || Math.abs(given) < (max as number) || given - given !== 0
      : given >= (lenient ? -(2n ** 63n) : min) && given <= max
  )
    return big ? BigInt(given) : Number(given)
  if (float ? whole : lenient) throw new StructError('OUT_OF_RANGE', 'int too large to convert', index)
  if (float) throw new StructError('FLOAT_OVERFLOW', `float too large to pack with ${code} format`, index)
  throw new StructError('OUT_OF_RANGE', `'${code}' format requires ${min} <= number <= ${max}`, index)
}

/** @throws {StructError} when a struct with names was given something that cannot have any. */
export function checkObject(value: unknown): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new StructError('WRONG_TYPE', `an object is required, not ${typeof value}`)
}

/** Values as they are handed out: under their names, or as they come. */
export function named(names: readonly string[] | undefined, values: readonly unknown[]): unknown {
  return names ? Object.fromEntries(values.map((value, i) => [names[i], value])) : values
}

/** Anything that is bytes, as a Uint8Array over the same memory. */
export function bytesOf(buffer: unknown): Uint8Array {
  if (buffer instanceof Uint8Array) return buffer
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  // By its name, for an ArrayBuffer of another realm is no instance of ours.
  if (/ArrayBuffer\]$/.test(Object.prototype.toString.call(buffer))) return new Uint8Array(buffer as ArrayBuffer)
  throw new StructError('WRONG_TYPE', `a bytes-like object is required, not ${typeof buffer}`)
}

/** Writes the value of an `s`, `p` or `c` of the struct that begins at `at`. */
export function putBytes(target: Uint8Array, at: number, slot: Slot, index: number, value: unknown): void {
  const { code, size } = slot
  const text = typeof value === 'string'
  const bytes = value as Uint8Array
  const given = text || (ArrayBuffer.isView(value) && bytes.BYTES_PER_ELEMENT === 1) ? bytes.length : -1
  if (given < 0 || (code === 'c' && given !== 1))
    throw new StructError(
      'WRONG_TYPE',
      code === 'c'
        ? 'char format requires a bytes object of length 1'
        : `argument for '${code}' must be a bytes object`,
      index,
    )
  const from = at + slot.at
  const pascal = code === 'p' && size ? 1 : 0
  const start = from + pascal
  const length = Math.min(given, size - pascal)
  if (text)
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 127) return putBytes(target, at, slot, index, new TextEncoder().encode(value))
      target[start + i] = unit
    }
  else copy(bytes, 0, target, start, length)
  if (pascal) target[from] = Math.min(length, 255)
  zero(target, start + length, from + size)
}

// Below about 32 bytes a loop is faster than a call, and than the view that it may need.

/** Zeros in `target[from, to)`. */
export function zero(target: Uint8Array, from: number, to: number): void {
  if (to - from > 32) target.fill(0, from, to)
  else for (let i = from; i < to; i++) target[i] = 0
}

function copy(source: Uint8Array, from: number, target: Uint8Array, at: number, length: number): void {
  if (length > 32) target.set(source.subarray(from, from + length), at)
  else for (let i = 0; i < length; i++) target[at + i] = source[from + i]!
}

/** The value of an `s`, `p` or `c`: a copy of its own, or a view of the same memory. */
export function readBytes(
  bytes: Uint8Array,
  at: number,
  { code, at: plus, size }: Slot,
  views: boolean | undefined,
): Uint8Array {
  const from = at + plus
  const pascal = code === 'p' && size ? 1 : 0
  const start = from + pascal
  // However many bytes a Pascal string says that it has, it has no more than there are.
  const length = pascal ? Math.min(bytes[from]!, size - 1) : size
  if (views) return new Uint8Array(bytes.buffer, bytes.byteOffset + start, length)
  // A Buffer's `slice` would be a view, and its `subarray` another Buffer.
  const own = new Uint8Array(length)
  copy(bytes, start, own, 0, length)
  return own
}

/** What `DataView` and typed arrays call a number, as `BigInt64`; `?` gives 0 and 1, and `e` the next wider float. */
export function elementOf({ kind, size, big }: MachineNumber): string {
  if (kind === 'f') return `Float${Math.max(32, 8 * size)}`
  return `${big ? 'Big' : ''}${kind === 'i' ? 'Int' : 'Uint'}${8 * size}`
}
