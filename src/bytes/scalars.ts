/**
 * The fixed-size numbers of the wire: one table, from which generated code and closures are both made.
 *
 *   u24, big-endian       b[at] << 16     | b[at + 1] << 8 | b[at + 2]
 *   u24, little-endian    b[at + 2] << 16 | b[at + 1] << 8 | b[at]
 *
 * A {@link Scalar} says everything about one of them in two languages, each rule written on neighbouring lines: as source
 * text for those who generate straight-line code, as closures for where code generation is forbidden. Byte shifts and a
 * shared scratch for floats and 64 bits, because constructing a `DataView` costs more than reading a short message.
 *
 * A generator writes its function around the texts and hands in the scratch (see `compile.ts`, which does it for you):
 *
 *   const u16 = scalar('u16', false), f32 = scalar('f32', true)
 *   `return [${u16.readSource('b', 'at', 0)}, ${f32.readSource('b', 'at', 2)}]`
 *   // return [b[at]<<8|b[at+1], ($w[0]=b[at+5]<<24|b[at+4]<<16|b[at+3]<<8|b[at+2],$f[0])]
 */

/** `u24` is an unsigned integer of 24 bits, `f16` is IEEE 754 half precision, `bool` is one byte, zero or not. */
export type ScalarName =
  | 'u8'
  | 'i8'
  | 'u16'
  | 'i16'
  | 'u24'
  | 'i24'
  | 'u32'
  | 'i32'
  | 'u48'
  | 'i48'
  | 'u64'
  | 'i64'
  | 'f16'
  | 'f32'
  | 'f64'
  | 'bool'

/** What reading gives: `bigint` for 64 bits, `boolean` for `bool`, otherwise `number`. */
export type ScalarValue<Name extends ScalarName> = Name extends 'u64' | 'i64'
  ? bigint
  : Name extends 'bool'
    ? boolean
    : number

/** One kind of number in one byte order. */
export interface Scalar<T = number | bigint | boolean> {
  readonly name: ScalarName
  /** Bytes. */
  readonly size: number
  readonly littleEndian: boolean
  /**
   * The range that {@link Scalar.fits} admits: bigints for 64 bits. For a float, what rounds to a finite value lies
   * strictly between these two; infinities and NaN fit as well. For `bool`, 0 and 1.
   */
  readonly min: number | bigint
  readonly max: number | bigint

  /** The value at `bytes[at]`. Nothing is checked: the caller knows that `size` bytes are there. */
  read(bytes: Uint8Array, at: number): T
  /**
   * Writes a value that {@link Scalar.fits}. Nothing is checked: an integer out of range loses its upper bits, a float
   * out of range becomes infinite, `bool` takes anything for its truth. 64 bits take an integral number as well as a bigint.
   */
  write(bytes: Uint8Array, at: number, value: T | number): void
  /** Whether `value` is of the type that reading gives and within range. A float takes every `number` but those too large. */
  fits(value: unknown): boolean

  /**
   * An expression for what {@link Scalar.read} does, tight enough to stand in a list; put parentheses around it elsewhere.
   * `bytes` names a Uint8Array, `at` an offset (a name; an expression in parentheses), `plus` is a constant added to it.
   */
  readSource(bytes: string, at: string, plus: number): string
  /** Statements for what {@link Scalar.write} does. `value` is evaluated several times: give it a name. */
  writeSource(bytes: string, at: string, plus: number, value: string): string
  /** An expression for what {@link Scalar.fits} does; put parentheses around it. `value` is evaluated several times. */
  fitsSource(value: string): string
}

const FIRST_BYTE_OF_ONE = new Uint8Array(new Uint32Array([1]).buffer)[0]!

/** Whether this machine stores the least significant byte first: what `@` and `=` mean in a struct format. */
export const HOST_IS_LITTLE_ENDIAN: boolean = FIRST_BYTE_OF_ONE === 1

// Eight bytes seen in five ways. Filled and emptied within one expression, so that nothing can come between.
const words = new Int32Array(2)
const floats = new Float32Array(words.buffer)
const doubles = new Float64Array(words.buffer)
const unsigned64 = new BigUint64Array(words.buffer)
const signed64 = new BigInt64Array(words.buffer)
const LOW = 1 - FIRST_BYTE_OF_ONE
const HIGH = 1 - LOW

/** What the source texts refer to. Hand these to generated code as its parameters; own names there must not begin with `$`. */
export const SCRATCH: Readonly<Record<string, unknown>> = {
  $w: words,
  $f: floats,
  $d: doubles,
  $u: unsigned64,
  $i: signed64,
  $half: doubleToHalf,
  $unhalf: halfToDouble,
}

const TWO_32 = 4294967296
const TWO_M32 = 1 / TWO_32
/** By size: the least magnitude that rounds to infinity (a tie goes to the even neighbour, which is one too many). */
const OVERFLOW = [0, 0, 65520, 0, 3.4028235677973366e38, 0, 0, 0, Number.POSITIVE_INFINITY]

/**
 * The scalar called `name` in one byte order (which is of no consequence for one byte).
 *
 * @example
 * const u16 = scalar('u16', false)
 * const bytes = new Uint8Array(2)
 * u16.write(bytes, 0, 513)         // bytes: 02 01
 * u16.read(bytes, 0)               // 513
 * u16.fits(65536)                  // false
 * u16.readSource('b', 'at', 4)     // 'b[at+4]<<8|b[at+5]'
 */
export function scalar<Name extends ScalarName>(name: Name, littleEndian: boolean): Scalar<ScalarValue<Name>> {
  const kind = name[0]
  const size = name === 'bool' ? 1 : Number(name.slice(1)) / 8
  const signed = kind === 'i'
  // Where the least significant byte lies, and in which direction the others.
  const first = littleEndian ? 0 : size - 1
  const step = littleEndian ? 1 : -1
  const [access, range] =
    kind === 'b'
      ? [BOOLEAN, BOOLEAN]
      : kind === 'f'
        ? [
            size === 2 ? half(first, step) : scratched(size, first, step, size === 4 ? '$f' : '$d'),
            floatRange(OVERFLOW[size]!),
          ]
        : size === 8
          ? [scratched(size, first, step, signed ? '$i' : '$u'), bigRange(signed)]
          : [size === 6 ? wide(first, step, signed) : narrow(size, first, step, signed), integerRange(size, signed)]
  return { name, size, littleEndian, ...range, ...access } as unknown as Scalar<ScalarValue<Name>>
}

type Access<T = number> = Pick<Scalar<T>, 'read' | 'write' | 'readSource' | 'writeSource'>
type Range = Pick<Scalar, 'min' | 'max' | 'fits' | 'fitsSource'>

const BOOLEAN: Access<boolean> & Range = {
  read: (b, at) => b[at] !== 0,
  readSource: (b, at, plus) => `${byte(b, at, plus)}!==0`,
  write: (b, at, v) => void (b[at] = v ? 1 : 0),
  writeSource: (b, at, plus, v) => `${byte(b, at, plus)}=${v}?1:0;`,
  min: 0,
  max: 1,
  fits: (v) => typeof v === 'boolean',
  fitsSource: (v) => `typeof ${v}==='boolean'`,
}

/** 8 to 48 bits. */
function integerRange(size: number, signed: boolean): Range {
  const count = 2 ** (8 * size)
  const [min, max] = signed ? [-count / 2, count / 2 - 1] : [0, count - 1]
  return {
    ...{ min, max },
    fits: (v) => typeof v === 'number' && v >= min && v <= max && Math.floor(v) === v,
    fitsSource: (v) => `typeof ${v}==='number'&&${v}>=${min}&&${v}<=${max}&&Math.floor(${v})===${v}`,
  }
}

function bigRange(signed: boolean): Range {
  const [min, max] = signed ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n]
  return {
    ...{ min, max },
    fits: (v) => typeof v === 'bigint' && v >= min && v <= max,
    fitsSource: (v) => `typeof ${v}==='bigint'&&${v}>=${min}n&&${v}<=${max}n`,
  }
}

function floatRange(max: number): Range {
  return {
    ...{ min: -max, max },
    // v - v is 0 for everything finite, NaN for infinities and NaN.
    fits: (v) => typeof v === 'number' && ((v > -max && v < max) || v - v !== 0),
    fitsSource: (v) => `typeof ${v}==='number'&&(${v}>-${max}&&${v}<${max}||${v}-${v}!==0)`,
  }
}

/** 8 to 32 bits: what the shift operators can hold. One function for each width, which the optimiser can put in its place. */
function narrow(size: number, first: number, step: number, signed: boolean): Access {
  const [read, write] = (
    [
      [signed ? (b, at) => (b[at]! << 24) >> 24 : (b, at) => b[at]!, (b, at, v) => void (b[at] = v)],
      [
        signed ? (b, at) => (get16(b, at + first, step) << 16) >> 16 : (b, at) => get16(b, at + first, step),
        (b, at, v) => put16(b, at + first, step, v),
      ],
      [
        signed ? (b, at) => (get24(b, at + first, step) << 8) >> 8 : (b, at) => get24(b, at + first, step),
        (b, at, v) => put24(b, at + first, step, v),
      ],
      [
        signed ? (b, at) => get32(b, at + first, step) : (b, at) => get32(b, at + first, step) >>> 0,
        (b, at, v) => put32(b, at + first, step, v),
      ],
    ] satisfies [Access['read'], Access['write']][]
  )[size - 1]!
  const spare = 32 - 8 * size
  return {
    ...{ read, write },
    readSource: (b, at, plus) => {
      const shifted = join(b, at, plus + first, step, size)
      if (signed) return spare ? `(${shifted})<<${spare}>>${spare}` : shifted
      return spare ? shifted : `(${shifted})>>>0`
    },
    writeSource: (b, at, plus, v) => spread(b, at, plus + first, step, size, v),
  }
}

/** 48 bits: too many to shift, few enough for a number. Two parts, multiplied. */
function wide(first: number, step: number, signed: boolean): Access {
  const low = narrow(4, first, step, false)
  const high = narrow(2, first + 4 * step, step, signed)
  return {
    read: (b, at) => high.read(b, at) * TWO_32 + low.read(b, at),
    readSource: (b, at, plus) => `(${high.readSource(b, at, plus)})*${TWO_32}+(${low.readSource(b, at, plus)})`,
    write: (b, at, v) => {
      low.write(b, at, v)
      high.write(b, at, Math.floor(v * TWO_M32))
    },
    writeSource: (b, at, plus, v) =>
      `${low.writeSource(b, at, plus, v)}$w[0]=Math.floor(${v}*${TWO_M32});${high.writeSource(b, at, plus, '$w[0]')}`,
  }
}

/** Floats and 64 bits go through the scratch, which sees them as what they are and as one or two words. */
function scratched(size: number, first: number, step: number, name: '$f' | '$d' | '$u' | '$i'): Access<any> {
  const two = size > 4
  const low = two ? LOW : 0
  const upper = first + 4 * step
  const putBig: Access<any>['write'] = (b, at, v) => {
    if (typeof v === 'number') {
      words[LOW] = v
      words[HIGH] = Math.floor(v * TWO_M32)
    } else unsigned64[0] = v
    put64(b, at + first, step)
  }
  // One function for each view: sharing one between four kinds of arrays costs more than the rest of it.
  const access: Record<typeof name, Pick<Access<any>, 'read' | 'write'>> = {
    $f: {
      read: (b, at) => {
        words[0] = get32(b, at + first, step)
        return floats[0]
      },
      write: (b, at, v) => {
        floats[0] = v
        put32(b, at + first, step, words[0]!)
      },
    },
    $d: {
      read: (b, at) => {
        get64(b, at + first, step)
        return doubles[0]
      },
      write: (b, at, v) => {
        doubles[0] = v
        put64(b, at + first, step)
      },
    },
    $u: {
      read: (b, at) => {
        get64(b, at + first, step)
        return unsigned64[0]
      },
      write: putBig,
    },
    $i: {
      read: (b, at) => {
        get64(b, at + first, step)
        return signed64[0]
      },
      write: putBig,
    },
  }
  return {
    ...access[name],
    readSource: (b, at, plus) =>
      `($w[${low}]=${join(b, at, plus + first, step, 4)},${two ? `$w[${HIGH}]=${join(b, at, plus + upper, step, 4)},` : ''}${name}[0])`,
    writeSource: (b, at, plus, v) =>
      (/[ui]/.test(name)
        ? `if(typeof ${v}==='number'){$w[${LOW}]=${v};$w[${HIGH}]=Math.floor(${v}*${TWO_M32})}else `
        : '') +
      `${name}[0]=${v};` +
      spread(b, at, plus + first, step, 4, `$w[${low}]`) +
      (two ? spread(b, at, plus + upper, step, 4, `$w[${HIGH}]`) : ''),
  }
}

function half(first: number, step: number): Access {
  return {
    read: (b, at) => halfToDouble(get16(b, at + first, step)),
    readSource: (b, at, plus) => `$unhalf(${join(b, at, plus + first, step, 2)})`,
    write: (b, at, v) => put16(b, at + first, step, doubleToHalf(v)),
    writeSource: (b, at, plus, v) => `$w[0]=$half(${v});${spread(b, at, plus + first, step, 2, '$w[0]')}`,
  }
}

// The bytes of one word from the least significant on, as functions and as text.

function get16(b: Uint8Array, at: number, step: number): number {
  return b[at]! | (b[at + step]! << 8)
}

function get24(b: Uint8Array, at: number, step: number): number {
  return get16(b, at, step) | (b[at + 2 * step]! << 16)
}

function get32(b: Uint8Array, at: number, step: number): number {
  return get24(b, at, step) | (b[at + 3 * step]! << 24)
}

function get64(b: Uint8Array, at: number, step: number): void {
  words[LOW] = get32(b, at, step)
  words[HIGH] = get32(b, at + 4 * step, step)
}

/** The expression for what these do with `size` bytes. */
function join(bytes: string, at: string, plus: number, step: number, size: number): string {
  const parts = Array.from({ length: size }, (_, i) => byte(bytes, at, plus + i * step) + (i > 0 ? `<<${8 * i}` : ''))
  return parts.reverse().join('|')
}

function put16(b: Uint8Array, at: number, step: number, value: number): void {
  b[at] = value
  b[at + step] = value >> 8
}

function put24(b: Uint8Array, at: number, step: number, value: number): void {
  put16(b, at, step, value)
  b[at + 2 * step] = value >> 16
}

function put32(b: Uint8Array, at: number, step: number, value: number): void {
  put24(b, at, step, value)
  b[at + 3 * step] = value >> 24
}

function put64(b: Uint8Array, at: number, step: number): void {
  put32(b, at, step, words[LOW]!)
  put32(b, at + 4 * step, step, words[HIGH]!)
}

/** The statements for what these do with `size` bytes; a Uint8Array keeps the lowest eight bits of what it is given. */
function spread(bytes: string, at: string, plus: number, step: number, size: number, value: string): string {
  const part = (i: number) => `${byte(bytes, at, plus + i * step)}=${value}${i > 0 ? `>>${8 * i}` : ''};`
  return Array.from({ length: size }, (_, i) => part(i)).join('')
}

function byte(bytes: string, at: string, plus: number): string {
  return plus === 0 ? `${bytes}[${at}]` : `${bytes}[${at}+${plus}]`
}

/** Half precision, rounded once, from the double itself: by way of a float, 0x1ffdffffff * 2**-26 would come out wrong. */
function doubleToHalf(value: number): number {
  doubles[0] = value
  const high = words[HIGH]!
  const sign = (high >>> 16) & 0x8000
  const magnitude = Math.abs(value)
  if (!(magnitude < OVERFLOW[2]!)) return sign | (magnitude >= OVERFLOW[2]! ? 0x7c00 : 0x7e00)
  // Adding 2**52 leaves no room for a fraction, and the addition itself rounds half to even.
  if (magnitude < 2 ** -14) return sign | (magnitude * 2 ** 24 + 2 ** 52 - 2 ** 52)
  const kept = ((high >>> 10) & 0x1fffff) - ((1023 - 15) << 10)
  const rest = high & 0x3ff
  const up = rest > 0x200 || (rest === 0x200 && (words[LOW] !== 0 || (kept & 1) === 1))
  return sign | (up ? kept + 1 : kept)
}

function halfToDouble(bits: number): number {
  const exponent = (bits >> 10) & 31
  const fraction = bits & 0x3ff
  if (exponent === 31 && fraction !== 0) {
    // A NaN with the sign that it has on the wire.
    words[0] = ((bits & 0x8000) << 16) | 0x7fc00000
    return floats[0]!
  }
  const magnitude =
    exponent === 31
      ? Number.POSITIVE_INFINITY
      : exponent === 0
        ? fraction * 2 ** -24
        : (fraction + 1024) * 2 ** -25 * (1 << exponent)
  return bits & 0x8000 ? -magnitude : magnitude
}
