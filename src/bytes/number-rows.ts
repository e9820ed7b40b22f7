/**
 * Numbers at places known beforehand, by a loop, for where no code can be generated: one function that V8 compiles as a
 * whole takes half the time of a call for each.
 */
import { HIGH, LOW, type MachineNumber, OVERFLOW, SCRATCH } from './machine-numbers.js'
import { get16, get32, put16, put32 } from './words.js'

const { $w: words, $f: floats, $d: doubles, $u: unsigned64, $i: signed64, $half: toHalf, $unhalf: fromHalf } = SCRATCH

/**
 * Three for each place: what it is, where its least significant byte lies, and the way to the others.
 *
 * What it is: the kind times four and the logarithm of the size, so `u8 u16 u32 u64`, from 4 on `i8 i16 i32 i64`, from 9 on
 * `f16 f32 f64 bool`, and last what is no number.
 */
export type NumberRow = ArrayLike<number>

/** What lies where. Without a number, it is something else. */
export interface Place {
  readonly at: number
  readonly number: MachineNumber | undefined
}

/** Called for what is no number or does not fit one: gives what to write instead, or throws. */
export type Otherwise = (index: number, bytes: Uint8Array, at: number, value?: unknown) => unknown

/** Rows are made once, and used for many messages. */
export function numberRow(places: readonly Place[]): NumberRow {
  const row = places.flatMap(({ at, number }) =>
    number ? ['uifb'.indexOf(number.kind) * 4 + Math.log2(number.size), at + number.first, number.step] : [OTHER, 0, 0],
  )
  // A typed array saves a tenth of the time, where every place fits.
  return row.some((n) => n !== (n | 0)) ? row : Int32Array.from(row)
}

const OTHER = 13

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
      case 0: // u8
        value = bytes[from]
        break
      case 1: // u16
        value = get16(bytes, from, step)
        break
      case 2: // u32
        value = get32(bytes, from, step) >>> 0
        break
      case 4: // i8
        value = (bytes[from]! << 24) >> 24
        break
      case 5: // i16
        value = (get16(bytes, from, step) << 16) >> 16
        break
      case 6: // i32
        value = get32(bytes, from, step)
        break
      case 9: // f16
        value = fromHalf(get16(bytes, from, step))
        break
      case 12: // bool
        value = bytes[from] !== 0
        break
      default: // f32, u64, i64, f64
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
    let value = values[i]
    if (typeof value !== 'number' && op < 12 && (op & 3) < 3) value = other(i, bytes, at, value)
    switch (op) {
      case 0: // u8
        if ((value & 255) !== value) value = other(i, bytes, at, value)
        bytes[from] = value
        break
      case 1: // u16
        if ((value & 0xffff) !== value) value = other(i, bytes, at, value)
        put16(bytes, from, step, value)
        break
      case 2: // u32
        if (value >>> 0 !== value) value = other(i, bytes, at, value)
        put32(bytes, from, step, value)
        break
      case 4: // i8
        if ((value << 24) >> 24 !== value) value = other(i, bytes, at, value)
        bytes[from] = value
        break
      case 5: // i16
        if ((value << 16) >> 16 !== value) value = other(i, bytes, at, value)
        put16(bytes, from, step, value)
        break
      case 6: // i32
        if ((value | 0) !== value) value = other(i, bytes, at, value)
        put32(bytes, from, step, value)
        break
      case 9: // f16
        if (!(Math.abs(value) < OVERFLOW[2]!)) value = other(i, bytes, at, value)
        put16(bytes, from, step, toHalf(value))
        break
      case 10: // f32
        if (!(Math.abs(value) < OVERFLOW[4]!)) value = other(i, bytes, at, value)
        floats[LOW] = value
        put32(bytes, from, step, words[LOW]!)
        break
      case 12: // bool
        bytes[from] = value ? 1 : 0
        break
      case OTHER:
        other(i, bytes, at, value)
        break
      default: // u64, i64, f64
        if (op === 11) doubles[0] = typeof value === 'number' ? value : (other(i, bytes, at, value) as number)
        else {
          if (typeof value !== 'bigint' || (op === 3 ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value)) !== value)
            value = other(i, bytes, at, value)
          unsigned64[0] = value
        }
        put32(bytes, from, step, words[LOW]!)
        put32(bytes, from + 4 * step, step, words[HIGH]!)
    }
  }
}
