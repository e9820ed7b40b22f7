/** Values at the border: what Python would make of the ones that do not fit at once, and bytes fields in both directions. */
import { fitsNumber, type MachineNumber, readNumber } from '../bytes/index.js'
import { StructError } from './errors.js'
import type { Slot } from './format.js'

declare const TextEncoder: { new (): { encode(text: string): Uint8Array } }

/**
 * The number to write for an argument that its scalar does not take as it is: another kind of integer, an infinity.
 * @throws {StructError} when there is none.
 */
export function coerce({ code, number: format, lenient }: Slot, index: number, value: unknown): unknown {
  if (code === '?') return value
  const { min, max, size } = format!
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
  if (float ? lenient || fitsNumber(format!, number) : number >= (lenient ? -(2n ** 63n) : min) && number <= max)
    return size === 8 ? number : Number(number)
  if (typeof value === 'bigint' && (float || lenient))
    throw new StructError('OUT_OF_RANGE', 'int too large to convert', index)
  if (float) throw new StructError('FLOAT_OVERFLOW', `float too large to pack with ${code} format`, index)
  throw new StructError('OUT_OF_RANGE', `'${code}' format requires ${min} <= number <= ${max}`, index)
}

/** @throws {StructError} when a struct with names was given something that cannot have any. */
export function checkObject(value: unknown): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new StructError('WRONG_TYPE', `an object with the values is required, not ${typeof value}`)
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
  const pascal = code === 'p' && size > 0 ? 1 : 0
  const start = at + pascal
  const room = size - pascal
  // How many bytes there are, and how many of them there is room for.
  let given = typeof value === 'string' ? value.length : 0
  let length = typeof value === 'string' ? putAscii(target, start, room, value) : -1
  if (length < 0) {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
    if (!ArrayBuffer.isView(bytes) || (bytes as Uint8Array).BYTES_PER_ELEMENT !== 1) throw notBytes(code, index)
    given = bytes.byteLength
    length = Math.min(given, room)
    copy(bytes as Uint8Array, 0, target, start, length)
  }
  if (code === 'c' && given !== 1) throw notBytes(code, index)
  if (pascal) target[at] = Math.min(length, 255)
  zero(target, start + length, at + size)
}

/** Writes what there is room for, and returns how much that is; -1 for a text that is not all ASCII. */
function putAscii(target: Uint8Array, at: number, room: number, text: string): number {
  const length = Math.min(text.length, room)
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 127) return -1
    target[at + i] = unit
  }
  return length
}

function notBytes(code: string, index: number): StructError {
  return new StructError(
    'WRONG_TYPE',
    code === 'c' ? 'char format requires a bytes object of length 1' : `argument for '${code}' must be a bytes object`,
    index,
  )
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
  return size && Math.min(bytes[at]!, size - 1)
}

/** The value in a slot of the struct that begins at `at`. */
export function readSlot({ number, code, size, at: plus }: Slot, b: Uint8Array, at: number, views: boolean): unknown {
  const from = at + plus
  if (number) return readNumber(number, b, from)
  const bytes = views ? viewOf : copyOf
  return code === 'p' ? bytes(b, from + 1, pascalLength(b, from, size)) : bytes(b, from, size)
}

/** What `DataView` and typed arrays call a number, as `BigInt64`; `?` gives 0 and 1, and `e` the next wider float. */
export function elementOf({ name, size, max }: MachineNumber): string {
  const family = name[0] === 'f' ? 'Float' : name[0] === 'i' ? 'Int' : 'Uint'
  return (typeof max === 'bigint' ? 'Big' : '') + family + (name === 'f16' ? 32 : 8 * size)
}
