/**
 * From a format string to the places of its values: CPython's `prepare_s`.
 *
 *   '@BxI3s'    | B | x | . . | I I I I | s s s |      native: aligned, dots are padding
 *   '>BxI3s'    | B | x | I I I I | s s s |            standard: as written
 *               0   1   2         6       9
 */
import { HOST_IS_LITTLE_ENDIAN, type MachineNumber, machineNumber, type NumberKind } from '../bytes/index.js'
import { StructError } from './errors.js'

/** Where one value lies and what it is. */
export interface Slot {
  readonly code: string
  readonly at: number
  /** Bytes; for `s` and `p` that is their count. */
  readonly size: number
  /** How the number is read and written; `s`, `p` and `c` have none. */
  readonly number: MachineNumber | undefined
  /** Native `f` and `P` take what does not fit: a float too large becomes infinite, a pointer may be negative. */
  readonly lenient: boolean
}

/** A parsed format. */
export interface Layout {
  readonly size: number
  /** How many values. */
  readonly count: number
  /** Every code of the format: the slot of its first value, and how many values it has. */
  readonly groups: readonly (readonly [first: Slot, count: number])[]
  /** Whether there are bytes that belong to no value, written as zeros. */
  readonly padded: boolean
}

/** Every slot by itself. */
export function slotsOf(groups: Layout['groups']): Slot[] {
  return groups.flatMap(([first, count]) =>
    Array.from({ length: count }, (_, i) => ({ ...first, at: first.at + i * first.size })),
  )
}

/** Bytes of each code. After `=`, `<`, `>` and `!`. */
const STANDARD: Readonly<Record<string, number>> = {
  ...{ x: 1, c: 1, s: 1, p: 1, '?': 1, b: 1, B: 1, h: 2, H: 2, i: 4, I: 4, l: 4, L: 4, q: 8, Q: 8 },
  ...{ e: 2, f: 4, d: 8 },
}
/** Without a prefix, or with `@`: as C has them on the 64-bit machines of our time (LP64), aligned. */
const NATIVE: typeof STANDARD = { ...STANDARD, l: 8, L: 8, n: 8, N: 8, P: 8 }

/** Integers with a sign have small letters, those without capitals. */
function kindOf(code: string): NumberKind {
  return code === '?' ? 'b' : 'efd'.includes(code) ? 'f' : code < 'a' ? 'u' : 'i'
}

/** @throws {StructError} `BAD_FORMAT` or `SIZE_OVERFLOW`, in CPython's words. */
export function parse(format: string): Layout {
  const bad = (message: string) => new StructError('BAD_FORMAT', message)
  if (/\0/.test(format)) throw bad('embedded null character')
  const [, order = '@', items] = /^([@=<>!])?(.*)/s.exec(format)!
  const native = order === '@'
  const littleEndian = '@='.includes(order) ? HOST_IS_LITTLE_ENDIAN : order === '<'
  const groups: [Slot, number][] = []
  let padded = false
  let size = 0
  let total = 0
  for (const [, digits, code] of items!.matchAll(/[ \t\n\v\f\r]*(\d*)(.?)/gsu)) {
    if (!code) {
      if (digits) throw bad('repeat count given without format specifier')
      break
    }
    const width = (native ? NATIVE : STANDARD)[code]
    if (!width) throw bad('bad char in struct format')
    const number = 'xcsp'.includes(code) ? undefined : machineNumber(kindOf(code), width, littleEndian)
    const count = digits ? Number(digits) : 1
    const start = native ? Math.ceil(size / width) * width : size
    const end = start + count * width
    if (end > Number.MAX_SAFE_INTEGER) throw new StructError('SIZE_OVERFLOW', 'total struct size too long')
    const at = code === 'x' ? end : start
    padded ||= at > size
    size = end
    const string = 'sp'.includes(code)
    const values = code === 'x' ? 0 : string ? 1 : count
    const lenient = native && 'fP'.includes(code)
    groups.push([{ code, at, size: string ? count : width, number, lenient }, values])
    total += values
  }
  return { size, count: total, groups, padded }
}
