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
  /** Bytes that belong to no value, written as zeros: `[from, to)`. */
  readonly gaps: readonly (readonly [from: number, to: number])[]
}

/** Every slot by itself. */
export function slotsOf(groups: Layout['groups']): Slot[] {
  return groups.flatMap(([first, count]) =>
    Array.from({ length: count }, (_, i) => ({ ...first, at: first.at + i * first.size })),
  )
}

/** The codes that are no numbers: padding, one byte as such, bytes, bytes with their length. */
const OTHERS = 'xcsp'

type Table = Readonly<Record<string, readonly [kind: NumberKind, bytes: 1 | 2 | 4 | 8]>>

const COMMON: Table = {
  ...{ '?': ['b', 1], e: ['f', 2], f: ['f', 4], d: ['f', 8] },
  ...{ b: ['i', 1], B: ['u', 1], h: ['i', 2], H: ['u', 2], i: ['i', 4], I: ['u', 4], q: ['i', 8], Q: ['u', 8] },
}
/** After `=`, `<`, `>` and `!`. */
const STANDARD: Table = { ...COMMON, l: ['i', 4], L: ['u', 4] }
/** Without a prefix, or with `@`: as C has them on the 64-bit machines of our time (LP64), aligned. */
const NATIVE: Table = { ...COMMON, l: ['i', 8], L: ['u', 8], n: ['i', 8], N: ['u', 8], P: ['u', 8] }

/** @throws {StructError} `BAD_FORMAT` or `SIZE_OVERFLOW`, in CPython's words. */
export function parse(format: string): Layout {
  const bad = (message: string) => new StructError('BAD_FORMAT', message)
  if (format.includes('\0')) throw bad('embedded null character')
  const [, order = '@', items] = /^([@=<>!])?(.*)/s.exec(format)!
  const native = order === '@'
  const littleEndian = '@='.includes(order) ? HOST_IS_LITTLE_ENDIAN : order === '<'
  const groups: [Slot, number][] = []
  const gaps: [number, number][] = []
  let size = 0
  let total = 0
  for (const [, digits, code] of items!.matchAll(/[ \t\n\v\f\r]*(\d*)(.?)/gsu)) {
    if (!code) {
      if (digits) throw bad('repeat count given without format specifier')
      break
    }
    const [kind, width = 1] = (native ? NATIVE : STANDARD)[code] ?? []
    if (!kind && !OTHERS.includes(code)) throw bad('bad char in struct format')
    const number = kind && machineNumber(kind, width, littleEndian)
    const count = digits ? Number(digits) : 1
    const start = native ? Math.ceil(size / width) * width : size
    const end = start + count * width
    if (end > Number.MAX_SAFE_INTEGER) throw new StructError('SIZE_OVERFLOW', 'total struct size too long')
    const at = code === 'x' ? end : start
    if (at > size) gaps.push([size, at])
    size = end
    const string = 'sp'.includes(code)
    const values = code === 'x' ? 0 : string ? 1 : count
    const lenient = code === 'P' || (code === 'f' && native)
    groups.push([{ code, at, size: string ? count : width, number, lenient }, values])
    total += values
  }
  return { size, count: total, groups, gaps }
}
