/**
 * Numbers read, and checked and written, by one function each: without generated code every further call would cost as
 * much as the work itself.
 */
import {
  get16,
  get32,
  HIGH,
  LOW,
  type MachineNumber,
  machineNumber,
  type NumberKind,
  put16,
  put32,
  SCRATCH,
  type ScalarName,
  sideBySide,
} from '../bytes/index.js'
import type { Raw } from './raw.js'
import { MISS } from './reader.js'

const { $w: words, $f: floats, $d: doubles, $u: unsigned, $i: signed, $half: toHalf, $unhalf: fromHalf } = SCRATCH

/** A kind of number in one byte order, in both languages. */
export interface NumberForm
  extends Raw,
    Pick<MachineNumber, 'size' | 'min' | 'max' | 'readSource' | 'writeSource' | 'fitsSource'> {}

/** Numbers that processors have. */
export function machineForm(name: ScalarName, littleEndian: boolean): NumberForm {
  const number = machineNumber(name[0] as NumberKind, Number(name.slice(1)) / 8, littleEndian)
  const [get, put] = functionsOf(name, number)
  return { ...number, get, put }
}

/** Those between them, of 24 and 48 bits. */
export function oddForm(name: ScalarName, littleEndian: boolean): NumberForm {
  const number = sideBySide(name as 'u24', littleEndian, (half) => {
    const form = machineForm(half, littleEndian)
    return { ...form, read: form.get, write: form.put }
  })
  return {
    ...number,
    get: number.read,
    put(b, at, v) {
      if (typeof v !== 'number') throw MISS
      // Each half makes sure of itself.
      number.write(b, at, v)
    },
  }
}

function functionsOf(name: ScalarName, { first, step, max }: MachineNumber): readonly [Raw['get'], Raw['put']] {
  const store64 = (b: Uint8Array, at: number): void => {
    put32(b, at + first, step, words[LOW]!)
    put32(b, at + first + 4 * step, step, words[HIGH]!)
  }
  const functions: Readonly<Record<string, readonly [Raw['get'], Raw['put']]>> = {
    u8: [
      (b, at) => b[at]!,
      (b, at, v) => {
        if ((v & 0xff) !== v) throw MISS
        b[at] = v
      },
    ],
    i8: [
      (b, at) => (b[at]! << 24) >> 24,
      (b, at, v) => {
        if ((v << 24) >> 24 !== v) throw MISS
        b[at] = v
      },
    ],
    u16: [
      (b, at) => get16(b, at + first, step),
      (b, at, v) => {
        if ((v & 0xffff) !== v) throw MISS
        put16(b, at + first, step, v)
      },
    ],
    i16: [
      (b, at) => (get16(b, at + first, step) << 16) >> 16,
      (b, at, v) => {
        if ((v << 16) >> 16 !== v) throw MISS
        put16(b, at + first, step, v)
      },
    ],
    u32: [
      (b, at) => get32(b, at + first, step) >>> 0,
      (b, at, v) => {
        if (v >>> 0 !== v) throw MISS
        put32(b, at + first, step, v)
      },
    ],
    i32: [
      (b, at) => get32(b, at + first, step),
      (b, at, v) => {
        if ((v | 0) !== v) throw MISS
        put32(b, at + first, step, v)
      },
    ],
    u64: [
      (b, at) => {
        words[LOW] = get32(b, at + first, step)
        words[HIGH] = get32(b, at + first + 4 * step, step)
        return unsigned[0]
      },
      (b, at, v) => {
        if (typeof v !== 'bigint') v = exact(v)
        if (BigInt.asUintN(64, v) !== v) throw MISS
        unsigned[0] = v
        store64(b, at)
      },
    ],
    i64: [
      (b, at) => {
        words[LOW] = get32(b, at + first, step)
        words[HIGH] = get32(b, at + first + 4 * step, step)
        return signed[0]
      },
      (b, at, v) => {
        if (typeof v !== 'bigint') v = exact(v)
        if (BigInt.asIntN(64, v) !== v) throw MISS
        signed[0] = v
        store64(b, at)
      },
    ],
    f16: [
      (b, at) => fromHalf(get16(b, at + first, step)),
      (b, at, v) => {
        if (overflows(v, max as number)) throw MISS
        put16(b, at + first, step, toHalf(v))
      },
    ],
    f32: [
      (b, at) => {
        words[LOW] = get32(b, at + first, step)
        return floats[LOW]
      },
      (b, at, v) => {
        if (overflows(v, max as number)) throw MISS
        floats[LOW] = v
        put32(b, at + first, step, words[LOW]!)
      },
    ],
    f64: [
      (b, at) => {
        words[LOW] = get32(b, at + first, step)
        words[HIGH] = get32(b, at + first + 4 * step, step)
        return doubles[0]
      },
      (b, at, v) => {
        if (typeof v !== 'number') throw MISS
        doubles[0] = v
        store64(b, at)
      },
    ],
  }
  return functions[name]!
}

/** A number that stands for a bigint. */
function exact(value: unknown): bigint {
  if (!Number.isSafeInteger(value)) throw MISS
  return BigInt(value as number)
}

/** Whether a value is no number, or one that would become infinite: those that are infinite, and NaN, may be. */
function overflows(value: unknown, max: number): boolean {
  return typeof value !== 'number' || !((value > -max && value < max) || value - value !== 0)
}
