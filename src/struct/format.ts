/**
 * From a format string to the places of its values: CPython's `prepare_s`.
 *
 *   '@BxI3s'    | B | x | . . | I I I I | s s s |      native: aligned, dots are padding
 *   '>BxI3s'    | B | x | I I I I | s s s |            standard: as written
 *               0   1   2         6       9
 */
import { HOST_IS_LITTLE_ENDIAN, type Scalar, type ScalarName, scalar } from '../bytes/index.js'
import { StructError } from './errors.js'

/** One code of the format with its count: `count` values of `size` bytes each, one behind the other. */
export interface Item {
  readonly code: string
  readonly at: number
  /** Bytes of one value; for `s` and `p` that is their count. */
  readonly size: number
  readonly count: number
  /** How many values come before. */
  readonly index: number
  /** How the number is read and written; `s`, `p` and `c` have none. */
  readonly scalar: Scalar | undefined
  /** Native `f` and `P` take what does not fit: a float too large becomes infinite, a pointer may be negative. */
  readonly lenient: boolean
}

/** A parsed format. */
export interface Layout {
  readonly format: string
  readonly size: number
  /** How many values. */
  readonly count: number
  readonly items: readonly Item[]
  /** Bytes that belong to no value, written as zeros: `[from, to)`. */
  readonly gaps: readonly (readonly [from: number, to: number])[]
}

/** One code: the number it stands for with a prefix, and without (or with `@`) on the 64-bit machines of our time (LP64). */
type Code = readonly [standard: ScalarName | 'bytes' | 'pad' | undefined, native: ScalarName | 'bytes' | 'pad']

const both = (name: ScalarName | 'bytes' | 'pad'): Code => [name, name]
const CODES: Readonly<Record<string, Code>> = {
  __proto__: null as never,
  x: both('pad'),
  c: both('bytes'),
  s: both('bytes'),
  p: both('bytes'),
  '?': both('bool'),
  b: both('i8'),
  B: both('u8'),
  h: both('i16'),
  H: both('u16'),
  i: both('i32'),
  I: both('u32'),
  l: ['i32', 'i64'],
  L: ['u32', 'u64'],
  q: both('i64'),
  Q: both('u64'),
  n: [undefined, 'i64'],
  N: [undefined, 'u64'],
  P: [undefined, 'u64'],
  e: both('f16'),
  f: both('f32'),
  d: both('f64'),
}

const SPACE = ' \t\n\v\f\r'
const isDigit = (char: string | undefined) => char !== undefined && char >= '0' && char <= '9'

/** @throws {StructError} `BAD_FORMAT` or `SIZE_OVERFLOW`, in CPython's words. */
export function parse(format: string): Layout {
  if (typeof format !== 'string') throw new StructError('WRONG_TYPE', `a format is a string, not ${typeof format}`)
  if (format.includes('\0')) throw new StructError('BAD_FORMAT', 'embedded null character')
  const prefix = '@=<>!'.includes(format[0] ?? ' ') ? format[0]! : ''
  const native = prefix === '' || prefix === '@'
  const littleEndian = native || prefix === '=' ? HOST_IS_LITTLE_ENDIAN : prefix === '<'
  const items: Item[] = []
  const gaps: [number, number][] = []
  let size = 0
  let index = 0
  const grow = (by: number) => {
    size += by
    if (size > Number.MAX_SAFE_INTEGER) throw new StructError('SIZE_OVERFLOW', 'total struct size too long')
  }
  for (let i = prefix.length; i < format.length; i++) {
    if (SPACE.includes(format[i]!)) continue
    let count = 1
    const digits = i
    while (isDigit(format[i])) i++
    if (i > digits) count = Number(format.slice(digits, i))
    const code = format[i]
    if (code === undefined) throw new StructError('BAD_FORMAT', 'repeat count given without format specifier')
    const kind = CODES[code]?.[native ? 1 : 0]
    if (!kind) throw new StructError('BAD_FORMAT', 'bad char in struct format')
    const number = kind === 'bytes' || kind === 'pad' ? undefined : scalar(kind, littleEndian)
    const width = number?.size ?? 1
    const aligned = native ? Math.ceil(size / width) * width : size
    const at = kind === 'pad' ? size + count : aligned
    if (at > size) gaps.push([size, at])
    size = aligned
    grow(count * width)
    const string = code === 's' || code === 'p'
    const item: Item = {
      ...{ code, at, index, scalar: number },
      size: string ? count : width,
      count: string ? 1 : kind === 'pad' ? 0 : count,
      lenient: code === 'P' || (code === 'f' && native),
    }
    if (item.count > 0) items.push(item)
    index += item.count
  }
  return { format, size, count: index, items, gaps }
}
