/** Values at the border: what Python would make of the ones that do not fit at once, and bytes fields in both directions. */
import { StructError } from './errors.js'
import type { Slot } from './format.js'

declare const TextEncoder: { new (): { encode(text: string): Uint8Array } }

/**
 * The number to write for an argument that its scalar does not take as it is: another kind of integer, an infinity.
 * @throws {StructError} when there is none.
 */
export function coerce({ code, scalar, lenient }: Slot, index: number, value: unknown): number | bigint {
  const { min, max, size, fits } = scalar!
  const float = 'efd'.includes(code)
  const number = (typeof value === 'boolean' || (float && typeof value === 'bigint') ? Number(value) : value) as number
  // A bigint beyond the doubles is no float, though an infinity is.
  if (
    float
      ? typeof number !== 'number' || (number - number !== 0 && number !== value)
      : typeof number !== 'bigint' && !Number.isInteger(number)
  )
    throw new StructError('WRONG_TYPE', `required argument is not ${float ? 'a float' : 'an integer'}`, index)
  // Comparing a number with a bigint is exact.
  if (float ? lenient || fits(number) : number >= (lenient ? -(2n ** 63n) : min) && number <= max)
    return size === 8 ? number : Number(number)
  if (typeof value === 'bigint' && (float || lenient))
    throw new StructError('OUT_OF_RANGE', 'int too large to convert', index)
  if (float) throw new StructError('FLOAT_OVERFLOW', `float too large to pack with ${code} format`, index)
  throw new StructError('OUT_OF_RANGE', `'${code}' format requires ${min} <= number <= ${max}`, index)
}

/** Anything that is bytes, as a Uint8Array over the same memory. */
export function bytesOf(buffer: unknown): Uint8Array {
  if (buffer instanceof Uint8Array) return buffer
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  // By its name, for an ArrayBuffer of another realm is no instance of ours.
  if (/ArrayBuffer\]$/.test(Object.prototype.toString.call(buffer))) return new Uint8Array(buffer as ArrayBuffer)
  throw new StructError('WRONG_TYPE', `a bytes-like object is required, not ${typeof buffer}`)
}

/** Writes the value of an `s`, `p` or `c`. */
export function putBytes(target: Uint8Array, at: number, { code, size }: Slot, index: number, value: unknown): void {
  const bytes = typeof value === 'string' ? utf8(value) : (value as Uint8Array)
  const character = code === 'c'
  if (!ArrayBuffer.isView(bytes) || bytes.BYTES_PER_ELEMENT !== 1 || (character && bytes.length !== 1))
    throw new StructError(
      'WRONG_TYPE',
      character ? 'char format requires a bytes object of length 1' : `argument for '${code}' must be a bytes object`,
      index,
    )
  const pascal = code === 'p' && size > 0 ? 1 : 0
  const room = size - pascal
  const length = Math.min(bytes.length, room)
  if (pascal) target[at] = Math.min(length, 255)
  copy(bytes, 0, target, at + pascal, length)
  zero(target, at + pascal + length, at + size)
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
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

/** A copy, in plain memory of its own: a Buffer's `slice` would be a view, and `subarray` another Buffer. */
export function copyOf(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const result = new Uint8Array(length)
  copy(bytes, at, result, 0, length)
  return result
}

/** The same memory. */
export function viewOf(bytes: Uint8Array, at: number, length: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + at, length)
}

/** How many bytes a Pascal string of `size` bytes says that it has; never more than there are. */
export function pascalLength(bytes: Uint8Array, at: number, size: number): number {
  return size === 0 ? 0 : Math.min(bytes[at]!, size - 1)
}
