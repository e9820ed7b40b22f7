/**
 * Numbers at places known beforehand, by a loop, for where no code can be generated: one function that V8 compiles as a
 * whole takes half the time of a call for each.
 */
import { HIGH, LOW, type MachineNumber, OVERFLOW, SCRATCH } from './machine-numbers.js'

const { $w: words, $f: floats, $d: doubles, $u: unsigned64, $i: signed64, $half: toHalf, $unhalf: fromHalf } = SCRATCH

/** Three for each place: {@link opOf} the number, where its least significant byte lies, and the way to the others. */
export type NumberRow = readonly number[]

/** What lies where. Without a number, it is something else. */
export interface Place {
  readonly at: number
  readonly number: MachineNumber | undefined
}

/** Called for what is no number or does not fit one: gives what to write instead, or throws. */
export type Otherwise = (index: number, bytes: Uint8Array, at: number, value?: unknown) => unknown

/** Rows are made once, and used for many messages. */
export function numberRow(places: readonly Place[]): NumberRow {
  return places.flatMap(({ at, number }) => (number ? [opOf(number), at + number.first, number.step] : [OTHER, 0, 0]))
}

const OTHER = -1

/** The kind times four, and the logarithm of the size: u8 u16 u32 u64, i8 i16 i32 i64, – f16 f32 f64, bool. */
function opOf({ kind, size }: MachineNumber): number {
  return 'uifb'.indexOf(kind) * 4 + Math.log2(size)
}

/** Fills `values` with what begins at `bytes[at]`. The caller knows that the bytes are there. */
export function readRow(row: NumberRow, bytes: Uint8Array, at: number, values: unknown[], other: Otherwise): void {
  for (let i = 0, p = 0; i < values.length; i++, p += 3) {
    const op = row[p]!
    const from = at + row[p + 1]!
    const step = row[p + 2]!
    let value: unknown
    switch (op) {
      case OTHER:
        value = other(i, bytes, at)
        break
      case 0:
        value = bytes[from]
        break
      case 1:
        value = get16(bytes, from, step)
        break
      case 2:
        value = get32(bytes, from, step) >>> 0
        break
      case 4:
        value = (bytes[from]! << 24) >> 24
        break
      case 5:
        value = (get16(bytes, from, step) << 16) >> 16
        break
      case 6:
        value = get32(bytes, from, step)
        break
      case 9:
        value = fromHalf(get16(bytes, from, step))
        break
      case 12:
        value = bytes[from] !== 0
        break
      default:
        words[LOW] = get32(bytes, from, step)
        if (op === 10) value = floats[LOW]
        else {
          words[HIGH] = get32(bytes, from + 4 * step, step)
          value = op === 3 ? unsigned64[0] : op === 7 ? signed64[0] : doubles[0]
        }
    }
    values[i] = value
  }
}

/** Writes `values` from `bytes[at]` on, one after the other. The caller has made sure of the room. */
export function writeRow(
  row: NumberRow,
  bytes: Uint8Array,
  at: number,
  values: readonly any[],
  other: Otherwise,
): void {
  for (let i = 0, p = 0; p < row.length; i++, p += 3) {
    const op = row[p]!
    const from = at + row[p + 1]!
    const step = row[p + 2]!
    const size = op & 3
    const spare = 32 - (8 << size)
    let value = values[i]
    const isNumber = typeof value === 'number'
    let word = 0
    if (op < 0) {
      other(i, bytes, at, value)
      continue
    }
    if (op > 11) word = value ? 1 : 0
    else if (op > 8) {
      // value - value is 0 for everything finite, NaN for infinities and NaN.
      if (!isNumber || (Math.abs(value) >= OVERFLOW[1 << size]! && value - value === 0))
        value = other(i, bytes, at, value)
      if (size === 1) word = toHalf(value)
      else if (size === 2) {
        floats[LOW] = value
        word = words[LOW]!
      } else {
        doubles[0] = value
        word = words[LOW]!
      }
    } else if (size > 2) {
      if (typeof value !== 'bigint' || (op === 3 ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value)) !== value)
        value = other(i, bytes, at, value)
      unsigned64[0] = value
      word = words[LOW]!
    } else {
      // An integer without the bits that are not its own: what fits comes back as it was.
      if (!isNumber || (op < 4 ? (value << spare) >>> spare : (value << spare) >> spare) !== value)
        value = other(i, bytes, at, value)
      word = value | 0
    }
    bytes[from] = word
    if (size > 0) {
      bytes[from + step] = word >> 8
      if (size > 1) {
        bytes[from + 2 * step] = word >> 16
        bytes[from + 3 * step] = word >> 24
        if (size > 2) {
          word = words[HIGH]!
          bytes[from + 4 * step] = word
          bytes[from + 5 * step] = word >> 8
          bytes[from + 6 * step] = word >> 16
          bytes[from + 7 * step] = word >> 24
        }
      }
    }
  }
}

function get16(b: Uint8Array, at: number, step: number): number {
  return b[at]! | (b[at + step]! << 8)
}

function get32(b: Uint8Array, at: number, step: number): number {
  return get16(b, at, step) | (get16(b, at + 2 * step, step) << 16)
}
