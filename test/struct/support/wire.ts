/** Values and errors as the Python side writes them down (see vectors/generate.py), and what they are here. */
import type { StructErrorCode } from 'wirewright/struct'

export type Wire = { i: string } | { f: string } | { s: string } | { t: string } | boolean | null
export interface PythonError {
  readonly e: string
  readonly m: string
  /** What `pack_into` left of its buffer. */
  readonly left?: string | null
}

export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
export const toHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')

/** Integers become bigints, or numbers where they are exact and `numbers` says so. */
export function fromWire(value: Wire, numbers: boolean): unknown {
  if (value === null || typeof value === 'boolean') return value
  if ('i' in value) {
    const integer = BigInt(value.i)
    return numbers && BigInt.asIntN(54, integer) === integer ? Number(integer) : integer
  }
  if ('f' in value) return new DataView(fromHex(value.f).buffer).getFloat64(0)
  return 's' in value ? fromHex(value.s) : value.t
}

/** What unpacking gave, written as Python would write it; a NaN has no payload. */
export function toWire(value: unknown, float: boolean): Wire {
  if (typeof value === 'boolean') return value
  if (value instanceof Uint8Array) return { s: toHex(value) }
  if (!float) return { i: String(value) }
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value as number)
  return { f: Number.isNaN(value) ? 'nan' : toHex(bytes) }
}

/** The same with NaNs stripped of their payload. */
export function plain(value: Wire): Wire {
  if (value !== null && typeof value === 'object' && 'f' in value && Number.isNaN(fromWire(value, false)))
    return { f: 'nan' }
  return value
}

/** Our code for an error of CPython's, by its class and its words (those before 3.12 too). */
export function codeOf({ e, m }: PythonError): StructErrorCode | 'UNKNOWN' {
  if (e === 'OverflowError') return m.startsWith('float too large') ? 'FLOAT_OVERFLOW' : 'OUT_OF_BOUNDS'
  for (const [pattern, code] of CODES) if (pattern.test(m)) return code
  return 'UNKNOWN'
}
const CODES: readonly [RegExp, StructErrorCode][] = [
  [/^bad char|^repeat count|^embedded null/, 'BAD_FORMAT'],
  [/^total struct size/, 'SIZE_OVERFLOW'],
  [/items for packing/, 'WRONG_COUNT'],
  [/^required argument|^argument for|^char format/, 'WRONG_TYPE'],
  [/format requires|^argument out of range|^int too large/, 'OUT_OF_RANGE'],
  [/^unpack requires|^iterative|^cannot iter/, 'WRONG_SIZE'],
  [/a buffer of at least|^no space|^not enough data|^offset/, 'OUT_OF_BOUNDS'],
]
