/** Values at the border: what Python would make of the ones that do not fit at once, and bytes fields in both directions. */

import { StructError } from './errors.js'
import type { Item } from './format.js'

declare const TextEncoder: { new (): { encode(text: string): Uint8Array } }

/**
 * The number to write for an argument that its scalar does not take as it is: another kind of integer, an infinity.
 * @throws {StructError} when there is none.
 */
export function coerce(item: Item, index: number, value: unknown): number | bigint {
  const { code, scalar, lenient } = item
  if (typeof value === 'boolean') value = value ? 1 : 0
  if ('efd'.includes(code)) {
    const number = typeof value === 'bigint' ? Number(value) : value
    // A bigint beyond the doubles is no float; an infinity is.
    if (typeof number !== 'number' || (number - number !== 0 && typeof value === 'bigint'))
      throw new StructError('WRONG_TYPE', 'required argument is not a float', index)
    if (!lenient && !scalar!.fits(number))
      throw new StructError('FLOAT_OVERFLOW', `float too large to pack with ${code} format`, index)
    return number
  }
  if (typeof value !== 'bigint' && !Number.isInteger(value))
    throw new StructError('WRONG_TYPE', 'required argument is not an integer', index)
  const integer = value as number | bigint
  // Comparing a number with a bigint is exact.
  const { max } = scalar!
  const min = lenient ? -(2n ** 63n) : scalar!.min
  if (integer >= min && integer <= max) return scalar!.size === 8 ? integer : Number(integer)
  throw new StructError(
    'OUT_OF_RANGE',
    lenient ? 'int too large to convert' : `'${code}' format requires ${min} <= number <= ${max}`,
    index,
  )
}

/** Anything that is bytes, as a Uint8Array over the same memory. */
export function bytesOf(buffer: unknown): Uint8Array {
  if (buffer instanceof Uint8Array) return buffer
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  // By its name, for an ArrayBuffer of another realm is no instance of ours.
  if (/ArrayBuffer\]$/.test(Object.prototype.toString.call(buffer))) return new Uint8Array(buffer as ArrayBuffer)
  throw new StructError(
    'WRONG_TYPE',
    `a bytes-like object is required, not '${buffer === null ? 'null' : typeof buffer}'`,
  )
}

/** Writes the value of an `s`, `p` or `c`. */
export function putBytes(target: Uint8Array, at: number, item: Item, index: number, value: unknown): void {
  const { code, size } = item
  const from = code === 'p' ? at + 1 : at
  const end = at + size
  let used: number
  if (typeof value === 'string' && (used = putAscii(target, from, end, value)) >= 0) {
    if (code === 'c' && value.length !== 1) badBytes(code, index)
  } else {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : (value as Uint8Array)
    if (!ArrayBuffer.isView(bytes) || bytes.BYTES_PER_ELEMENT !== 1 || (code === 'c' && bytes.length !== 1))
      badBytes(code, index)
    used = Math.max(0, Math.min(bytes.length, end - from))
    copy(bytes, 0, target, from, used)
  }
  if (code === 'p' && size > 0) target[at] = Math.min(used, 255)
  zero(target, from + used, end)
}

function badBytes(code: string, index: number): never {
  throw new StructError(
    'WRONG_TYPE',
    code === 'c' ? 'char format requires a bytes object of length 1' : `argument for '${code}' must be a bytes object`,
    index,
  )
}

/** Writes as much of `text` as there is room for and returns how much; -1 when it is not ASCII. */
function putAscii(target: Uint8Array, at: number, end: number, text: string): number {
  const length = Math.max(0, Math.min(text.length, end - at))
  for (let i = 0; i < length; i++) {
    const char = text.charCodeAt(i)
    if (char > 127) return -1
    target[at + i] = char
  }
  return length
}

/** Zeros in `target[from, to)`. */
export function zero(target: Uint8Array, from: number, to: number): void {
  if (to - from > 32) target.fill(0, from, to)
  else for (let i = from; i < to; i++) target[i] = 0
}

// Below about 32 bytes a loop is faster than the call and the view that it needs.
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
