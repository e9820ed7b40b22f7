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

/** The form of a number by its name and byte order. */
export type FormOf = (name: ScalarName, littleEndian: boolean) => NumberForm

/** That of a number which processors have, by the functions that read it, and check and write it. */
function machineForm(functions: (number: MachineNumber) => Raw): FormOf {
  return (name, littleEndian) => {
    const number = machineNumber(name[0] as NumberKind, Number(name.slice(1)) / 8, littleEndian)
    return { ...number, ...functions(number) }
  }
}

/** That of one between them, of 24 or 48 bits. */
export const oddForm: FormOf = (name, littleEndian) => {
  const number = sideBySide(name as 'u24', littleEndian, (half) => {
    const form = HALVES[half]!(half, littleEndian)
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

// One by one, so that who uses one of them loads no other.

export const unsigned8: FormOf = /* @__PURE__ */ machineForm(() => ({
  get: (b, at) => b[at]!,
  put(b, at, v) {
    if ((v & 0xff) !== v) throw MISS
    b[at] = v
  },
}))

export const signed8: FormOf = /* @__PURE__ */ machineForm(() => ({
  get: (b, at) => (b[at]! << 24) >> 24,
  put(b, at, v) {
    if ((v << 24) >> 24 !== v) throw MISS
    b[at] = v
  },
}))

export const unsigned16: FormOf = /* @__PURE__ */ machineForm(({ first, step }) => ({
  get: (b, at) => get16(b, at + first, step),
  put(b, at, v) {
    if ((v & 0xffff) !== v) throw MISS
    put16(b, at + first, step, v)
  },
}))

export const signed16: FormOf = /* @__PURE__ */ machineForm(({ first, step }) => ({
  get: (b, at) => (get16(b, at + first, step) << 16) >> 16,
  put(b, at, v) {
    if ((v << 16) >> 16 !== v) throw MISS
    put16(b, at + first, step, v)
  },
}))

export const unsigned32: FormOf = /* @__PURE__ */ machineForm(({ first, step }) => ({
  get: (b, at) => get32(b, at + first, step) >>> 0,
  put(b, at, v) {
    if (v >>> 0 !== v) throw MISS
    put32(b, at + first, step, v)
  },
}))

export const signed32: FormOf = /* @__PURE__ */ machineForm(({ first, step }) => ({
  get: (b, at) => get32(b, at + first, step),
  put(b, at, v) {
    if ((v | 0) !== v) throw MISS
    put32(b, at + first, step, v)
  },
}))

export const unsigned64: FormOf = /* @__PURE__ */ machineForm(({ first, step }) => ({
  get(b, at) {
    words[LOW] = get32(b, at + first, step)
    words[HIGH] = get32(b, at + first + 4 * step, step)
    return unsigned[0]
  },
  put(b, at, v) {
    if (typeof v !== 'bigint') v = exact(v)
    if (BigInt.asUintN(64, v) !== v) throw MISS
    unsigned[0] = v
    put32(b, at + first, step, words[LOW]!)
    put32(b, at + first + 4 * step, step, words[HIGH]!)
  },
}))

export const signed64: FormOf = /* @__PURE__ */ machineForm(({ first, step }) => ({
  get(b, at) {
    words[LOW] = get32(b, at + first, step)
    words[HIGH] = get32(b, at + first + 4 * step, step)
    return signed[0]
  },
  put(b, at, v) {
    if (typeof v !== 'bigint') v = exact(v)
    if (BigInt.asIntN(64, v) !== v) throw MISS
    signed[0] = v
    put32(b, at + first, step, words[LOW]!)
    put32(b, at + first + 4 * step, step, words[HIGH]!)
  },
}))

export const float16: FormOf = /* @__PURE__ */ machineForm(({ first, step, max }) => ({
  get: (b, at) => fromHalf(get16(b, at + first, step)),
  put(b, at, v) {
    if (overflows(v, max as number)) throw MISS
    put16(b, at + first, step, toHalf(v))
  },
}))

export const float32: FormOf = /* @__PURE__ */ machineForm(({ first, step, max }) => ({
  get(b, at) {
    words[LOW] = get32(b, at + first, step)
    return floats[LOW]
  },
  put(b, at, v) {
    if (overflows(v, max as number)) throw MISS
    floats[LOW] = v
    put32(b, at + first, step, words[LOW]!)
  },
}))

export const float64: FormOf = /* @__PURE__ */ machineForm(({ first, step }) => ({
  get(b, at) {
    words[LOW] = get32(b, at + first, step)
    words[HIGH] = get32(b, at + first + 4 * step, step)
    return doubles[0]
  },
  put(b, at, v) {
    if (typeof v !== 'number') throw MISS
    doubles[0] = v
    put32(b, at + first, step, words[LOW]!)
    put32(b, at + first + 4 * step, step, words[HIGH]!)
  },
}))

const HALVES: Readonly<Record<string, FormOf>> = {
  ...{ u8: unsigned8, i8: signed8, u16: unsigned16, i16: signed16, u32: unsigned32 },
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
