/**
 * The numbers that processors have, as they lie on the wire.
 *
 *   u16, big-endian       | high | low |
 *   u16, little-endian    | low | high |
 *
 * Bytes become a word, or two, by the size of a number, and words a value by its kind; writing goes the other way. It is
 * said in two languages: by functions, and by source text for those who generate code. Byte shifts and a shared scratch
 * for floats and 64 bits, because constructing a `DataView` costs more than reading a short message.
 *
 * A generator writes its function around the texts and hands in the scratch (see `compile.ts`, which does it for you):
 *
 *   const u16 = machineNumber('u', 2, true), f32 = machineNumber('f', 4, true)
 *   `return [${u16.readSource('b', 'at', 0)}, ${f32.readSource('b', 'at', 2)}]`
 *   // return [(b[at+0]<<0|b[at+1]<<8)<<16>>>16, ($w[0]=b[at+2]<<0|b[at+3]<<8|b[at+4]<<16|b[at+5]<<24,$f[0])]
 */

import { get16, get32, put16, put32 } from './words.js'

/** Unsigned, integer with a sign, IEEE 754 float, bool (one byte, zero or not). */
export type NumberKind = 'u' | 'i' | 'f' | 'b'

/** One of them in one byte order. */
export interface MachineNumber {
  readonly kind: NumberKind
  /** Bytes: 1, 2, 4 or 8. */
  readonly size: number
  /** Values are bigints. */
  readonly big: boolean
  /** What fits: bigints for 64 bits. What rounds to a finite float lies strictly between these two. */
  readonly min: number | bigint
  readonly max: number | bigint
  /** Where the least significant byte lies, and in which direction the others. */
  readonly first: number
  readonly step: 1 | -1
  /** Bits of a word that are not the number's. */
  readonly spare: number

  /**
   * An expression for what {@link readNumber} does, tight enough to stand in a list; put parentheses around it elsewhere.
   * `bytes` names a Uint8Array, `at` an offset (a name; an expression in parentheses), `plus` is a constant added to it.
   */
  readSource(bytes: string, at: string, plus: number): string
  /** Statements for what {@link writeNumber} does. `value` is evaluated several times: give it a name. */
  writeSource(bytes: string, at: string, plus: number, value: string): string
  /** An expression for what {@link fitsNumber} does; put parentheses around it. `value` is evaluated several times. */
  fitsSource(value: string): string
}

// Eight bytes seen in five ways. Filled and emptied within one expression, so that nothing can come between.
const words = Int32Array.of(1, 0)
const floats = new Float32Array(words.buffer)
const doubles = new Float64Array(words.buffer)
const unsigned64 = new BigUint64Array(words.buffer)
const signed64 = new BigInt64Array(words.buffer)

/** Whether this machine stores the least significant byte first: what `@` and `=` mean in a struct format. */
export const HOST_IS_LITTLE_ENDIAN: boolean = new Uint8Array(words.buffer)[0] === 1
/** Which of the words is which half of eight bytes. */
export const LOW: 0 | 1 = HOST_IS_LITTLE_ENDIAN ? 0 : 1
export const HIGH: 0 | 1 = LOW ? 0 : 1

interface Scratch extends Readonly<Record<string, unknown>> {
  readonly $w: Int32Array
  readonly $f: Float32Array
  readonly $d: Float64Array
  readonly $u: BigUint64Array
  readonly $i: BigInt64Array
  readonly $half: (value: number) => number
  readonly $unhalf: (bits: number) => number
}

/** What the source texts refer to. Hand these to generated code as its parameters; own names there must not begin with `$`. */
export const SCRATCH: Scratch = {
  $w: words,
  $f: floats,
  $d: doubles,
  $u: unsigned64,
  $i: signed64,
  $half: doubleToHalf,
  $unhalf: halfToDouble,
}

/** By size: the least magnitude that rounds to infinity (a tie goes to the even neighbour, which is one too many). */
export const OVERFLOW: Readonly<Record<number, number>> = { 2: 65520, 4: (2 - 2 ** -24) * 2 ** 127, 8: Infinity }

/**
 * The number of this kind and size in one byte order (which is of no consequence for one byte).
 *
 * @example
 * const i16 = machineNumber('i', 2, false)
 * readNumber(i16, Uint8Array.of(255, 254), 0)   // -2
 * i16.readSource('b', 'at', 0)                  // '(b[at+1]<<0|b[at+0]<<8)<<16>>16'
 */
export function machineNumber(kind: NumberKind, size: number, littleEndian: boolean): MachineNumber {
  const float = kind === 'f'
  const signed = kind === 'i'
  const big = size === 8 && !float
  const spare = 32 - 8 * size
  const first = littleEndian ? 0 : size - 1
  const step = littleEndian ? 1 : -1
  // All ones.
  const highest = BigInt.asUintN(signed ? 8 * size - 1 : 8 * size, -1n)
  const lowest = signed ? ~highest : 0n
  const max = float ? OVERFLOW[size]! : big ? highest : Number(highest)
  const min = float ? -max : big ? lowest : Number(lowest)

  // The words of the scratch, and where it shows what they make: a float, or 64 bits.
  const low = `$w[${LOW}]`
  const high = `$w[${HIGH}]`
  const shown = size === 2 ? `$unhalf(${low})` : size === 4 ? `$f[${LOW}]` : `$${float ? 'd' : kind}[0]`
  /** An integer without the bits that are not its own: what fits comes back as it was. */
  const cut = (value: string) =>
    big ? `BigInt.as${signed ? 'Int' : 'Uint'}N(64,${value})` : `(${value})<<${spare}${signed ? '>>' : '>>>'}${spare}`
  /** Each byte, the least significant first. */
  const bytesAt = (bytes: string, at: string, plus: number) =>
    Array.from({ length: size }, (_, i) => `${bytes}[${at}+${plus + first + i * step}]`)

  // All in one literal: with spreads, V8 gives the numbers different shapes, and what follows gets slow.
  return {
    kind,
    size,
    big,
    min,
    max,
    first,
    step,
    spare,
    readSource(bytes, at, plus) {
      // Shifts are counted modulo 32: those of the upper word begin at 0 again.
      const parts = bytesAt(bytes, at, plus).map((byte, i) => `${byte}<<${8 * i}`)
      const word = parts.slice(0, 4).join('|')
      const upper = size === 8 ? `${high}=${parts.slice(4).join('|')},` : ''
      return float || big ? `(${low}=${word},${upper}${shown})` : kind === 'b' ? `${word}!==0` : cut(word)
    },
    writeSource(bytes, at, plus, value) {
      let before = ''
      let word = kind === 'b' ? `(${value}?1:0)` : value
      if (big || float) {
        before = size === 2 ? `${low}=$half(${value});` : `${shown}=${value};`
        word = low
      }
      // A Uint8Array keeps the lowest eight bits of what it is given.
      const stores = bytesAt(bytes, at, plus).map((byte, i) => `${byte}=${i < 4 ? word : high}>>${8 * i};`)
      return before + stores.join('')
    },
    fitsSource(value) {
      const test = float ? `(Math.abs(${value})<${max}||${value}-${value}!==0)` : `${cut(value)}===${value}`
      return kind === 'b' ? 'true' : `typeof ${value}==='${typeof max}'&&${test}`
    },
  }
}

/** The value at `bytes[at]`. Nothing is checked: the caller knows that `size` bytes are there. */
export function readNumber({ size, kind, first, step, spare }: MachineNumber, bytes: Uint8Array, at: number): unknown {
  const from = at + first
  if (size === 8) {
    words[LOW] = get32(bytes, from, step)
    words[HIGH] = get32(bytes, from + 4 * step, step)
    return kind === 'f' ? doubles[0] : kind === 'i' ? signed64[0] : unsigned64[0]
  }
  const word = size === 1 ? bytes[from]! : size === 2 ? get16(bytes, from, step) : get32(bytes, from, step)
  if (kind === 'i') return (word << spare) >> spare
  if (kind === 'u') return word >>> 0
  if (kind === 'b') return word !== 0
  if (size === 2) return halfToDouble(word)
  words[LOW] = word
  return floats[LOW]
}

/**
 * Writes a value that fits. Nothing is checked: an integer out of range loses its upper bits, a float out of range becomes
 * infinite, `bool` takes anything for its truth.
 */
export function writeNumber(
  { size, kind, first, step }: MachineNumber,
  bytes: Uint8Array,
  at: number,
  value: any,
): void {
  const from = at + first
  if (size === 8) {
    if (kind === 'f') doubles[0] = value
    else unsigned64[0] = value
    put32(bytes, from, step, words[LOW]!)
    put32(bytes, from + 4 * step, step, words[HIGH]!)
  } else if (size === 4) {
    if (kind === 'f') {
      floats[LOW] = value
      value = words[LOW]
    }
    put32(bytes, from, step, value)
  } else if (size === 2) put16(bytes, from, step, kind === 'f' ? doubleToHalf(value) : value)
  else bytes[from] = kind === 'b' ? (value ? 1 : 0) : value
}

/** Whether `value` is of the type that reading gives and within range. A float takes every `number` but those too large. */
export function fitsNumber({ kind, big, min, max }: MachineNumber, value: unknown): boolean {
  if (big) return typeof value === 'bigint' && value >= min && value <= max
  if (kind === 'b') return true
  if (typeof value !== 'number') return false
  // value - value is 0 for everything finite, NaN for infinities and NaN.
  if (kind === 'f') return Math.abs(value) < (max as number) || value - value !== 0
  return value >= min && value <= max && Number.isInteger(value)
}

/** Half precision, rounded once, from the double itself: by way of a float, 0x1ffdffffff * 2**-26 would come out wrong. */
function doubleToHalf(value: number): number {
  doubles[0] = value
  const high = words[HIGH]!
  const sign = (high >>> 16) & 0x8000
  const magnitude = Math.abs(value)
  if (!(magnitude < OVERFLOW[2]!)) return sign | (magnitude > 0 ? 0x7c00 : 0x7e00)
  // How often the smallest step, 2**-24, was doubled: never below 2**-13.
  const doublings = Math.max(((high >>> 20) & 0x7ff) - (1023 - 14), 0)
  // Adding 2**52 leaves no room for a fraction, and the addition itself rounds half to even.
  const steps = (magnitude * 2 ** 24) / (1 << doublings) + 2 ** 52 - 2 ** 52
  return sign | ((doublings << 10) + steps)
}

/** The value of half precision's bits: a float has the same ones, 13 bits of fraction and 112 exponents more. */
function halfToDouble(bits: number): number {
  const magnitude = bits & 0x7fff
  const float = magnitude < 0x7c00 ? magnitude << 13 : magnitude > 0x7c00 ? 0x7fc00000 : 0x7f800000
  words[LOW] = ((bits & 0x8000) << 16) | float
  return floats[LOW]! * 2 ** 112
}
