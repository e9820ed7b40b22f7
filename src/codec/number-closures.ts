/**
 * Numbers read, and checked and written, by one function each, for where no code can be generated: every further call
 * would cost as much as the work itself.
 */
import { HOST_IS_LITTLE_ENDIAN, SCRATCH, type Scalar } from '../bytes/index.js'
import type { Raw } from './raw.js'
import { MISS } from './reader.js'

const words = SCRATCH.$w as Int32Array
const floats = SCRATCH.$f as Float32Array
const doubles = SCRATCH.$d as Float64Array
const unsigned = SCRATCH.$u as BigUint64Array
const LOW = HOST_IS_LITTLE_ENDIAN ? 0 : 1
const HIGH = 1 - LOW

type Get = Raw['get']
type Put = Raw['put']

/** The functions of the commonest kinds; the others are put together from what {@link Scalar} has. */
export function closuresOf(number: Scalar, fits: (value: unknown) => boolean): { get: Get; put: Put } {
  const { size, littleEndian, read, write, max } = number
  // Where the bytes lie, least significant first.
  const [p0, p1, p2, p3, p4, p5, p6, p7] = Array.from({ length: 8 }, (_, i) => (littleEndian ? i : size - 1 - i)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const gets: Record<string, Get> = {
    u8: (b, at) => b[at]!,
    i8: (b, at) => (b[at]! << 24) >> 24,
    u16: (b, at) => (b[at + p1]! << 8) | b[at + p0]!,
    i16: (b, at) => (((b[at + p1]! << 8) | b[at + p0]!) << 16) >> 16,
    u32: (b, at) => ((b[at + p3]! << 24) | (b[at + p2]! << 16) | (b[at + p1]! << 8) | b[at + p0]!) >>> 0,
    i32: (b, at) => (b[at + p3]! << 24) | (b[at + p2]! << 16) | (b[at + p1]! << 8) | b[at + p0]!,
    f32: (b, at) => {
      words[0] = (b[at + p3]! << 24) | (b[at + p2]! << 16) | (b[at + p1]! << 8) | b[at + p0]!
      return floats[0]
    },
    f64: (b, at) => {
      words[LOW] = (b[at + p3]! << 24) | (b[at + p2]! << 16) | (b[at + p1]! << 8) | b[at + p0]!
      words[HIGH] = (b[at + p7]! << 24) | (b[at + p6]! << 16) | (b[at + p5]! << 8) | b[at + p4]!
      return doubles[0]
    },
    u64: (b, at) => {
      words[LOW] = (b[at + p3]! << 24) | (b[at + p2]! << 16) | (b[at + p1]! << 8) | b[at + p0]!
      words[HIGH] = (b[at + p7]! << 24) | (b[at + p6]! << 16) | (b[at + p5]! << 8) | b[at + p4]!
      return unsigned[0]
    },
  }
  const puts: Record<string, Put> = {
    i8: (b, at, v) => {
      if ((v << 24) >> 24 !== v) throw MISS
      b[at] = v
    },
    u8: (b, at, v) => {
      if ((v & 0xff) !== v) throw MISS
      b[at] = v
    },
    u16: (b, at, v) => {
      if ((v & 0xffff) !== v) throw MISS
      b[at + p0] = v
      b[at + p1] = v >> 8
    },
    i16: (b, at, v) => {
      if ((v << 16) >> 16 !== v) throw MISS
      b[at + p0] = v
      b[at + p1] = v >> 8
    },
    u32: (b, at, v) => {
      if (v >>> 0 !== v) throw MISS
      b[at + p0] = v
      b[at + p1] = v >> 8
      b[at + p2] = v >> 16
      b[at + p3] = v >> 24
    },
    i32: (b, at, v) => {
      if ((v | 0) !== v) throw MISS
      b[at + p0] = v
      b[at + p1] = v >> 8
      b[at + p2] = v >> 16
      b[at + p3] = v >> 24
    },
    f32: (b, at, v) => {
      if (typeof v !== 'number' || !((v > -max && v < max) || v - v !== 0)) throw MISS
      floats[0] = v
      const word = words[0]!
      b[at + p0] = word
      b[at + p1] = word >> 8
      b[at + p2] = word >> 16
      b[at + p3] = word >> 24
    },
    f64: (b, at, v) => {
      if (typeof v !== 'number') throw MISS
      doubles[0] = v
      const low = words[LOW]!
      const high = words[HIGH]!
      b[at + p0] = low
      b[at + p1] = low >> 8
      b[at + p2] = low >> 16
      b[at + p3] = low >> 24
      b[at + p4] = high
      b[at + p5] = high >> 8
      b[at + p6] = high >> 16
      b[at + p7] = high >> 24
    },
    u64: (b, at, v) => {
      if (typeof v !== 'bigint') {
        if (!fits(v)) throw MISS
        v = BigInt(v)
      } else if (BigInt.asUintN(64, v) !== v) throw MISS
      unsigned[0] = v
      const low = words[LOW]!
      const high = words[HIGH]!
      b[at + p0] = low
      b[at + p1] = low >> 8
      b[at + p2] = low >> 16
      b[at + p3] = low >> 24
      b[at + p4] = high
      b[at + p5] = high >> 8
      b[at + p6] = high >> 16
      b[at + p7] = high >> 24
    },
  }
  return {
    get: gets[number.name] ?? read,
    put:
      puts[number.name] ??
      ((b, at, v) => {
        if (!fits(v)) throw MISS
        write(b, at, v as never)
      }),
  }
}
