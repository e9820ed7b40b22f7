/**
 * The numbers that processors have, as they lie on the wire: one table, from which generated code and closures are made.
 *
 *   u16, big-endian       b[at] << 8     | b[at + 1]
 *   u16, little-endian    b[at + 1] << 8 | b[at]
 *
 * A {@link Scalar} says everything about one of them in two languages: as closures for where code generation is forbidden,
 * as source text for those who write straight-line code. Byte shifts and a shared scratch for floats and 64 bits, because
 * constructing a `DataView` costs more than reading a short message. Other widths are in `odd-scalars.ts`.
 *
 * A generator writes its function around the texts and hands in the scratch (see `compile.ts`, which does it for you):
 *
 *   const u16 = machineScalar('u16', true), f32 = machineScalar('f32', true)
 *   `return [${u16.readSource('b', 'at', 0)}, ${f32.readSource('b', 'at', 2)}]`
 *   // return [(b[at+0]<<0|b[at+1]<<8)<<16>>>16, ($w[0]=b[at+2]<<0|b[at+3]<<8|b[at+4]<<16|b[at+5]<<24,$f[0])]
 */

/** `f16` is IEEE 754 half precision, `bool` is one byte, zero or not. */
export type MachineScalarName =
  | 'u8'
  | 'i8'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'u64'
  | 'i64'
  | 'f16'
  | 'f32'
  | 'f64'
  | 'bool'

/** All that there are: `u24` is an unsigned integer of 24 bits. */
export type ScalarName = MachineScalarName | 'u24' | 'i24' | 'u48' | 'i48'

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
  /** The narrowest typed array that holds every value; of `bool` 0 and 1. */
  readonly array: { new (length: number): { [index: number]: unknown } }
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

/** What tells one number from another. */
export interface Kind extends Pick<Scalar<any>, 'array' | 'min' | 'max' | 'fits' | 'fitsSource' | 'read' | 'write'> {
  /** The expression for the value; `word` is one for its four lowest bytes, `upper` for those above. */
  fromWords(word: string, upper: string): string
  /** Statements that come first, an expression for the four lowest bytes, and one for those above. */
  toWords(value: string): [first: string, word: string, upper?: string]
}

/** `first` is where the least significant byte lies, `step` in which direction the others. */
export type Kinds<Name extends ScalarName> = Readonly<Record<Name, (first: number, step: 1 | -1) => Kind>>

// One function for each: those that the optimiser finds always the same it can put in their place.
const KINDS: Kinds<MachineScalarName> = {
  u8: () => ({ ...integer(8, false), array: Uint8Array, read: (b, at) => b[at], write: put8 }),
  i8: () => ({ ...integer(8, true), array: Int8Array, read: (b, at) => (b[at]! << 24) >> 24, write: put8 }),
  u16: (first, step) => ({
    ...integer(16, false),
    array: Uint16Array,
    read: (b, at) => get16(b, at + first, step),
    write: (b, at, v) => put16(b, at + first, step, v),
  }),
  i16: (first, step) => ({
    ...integer(16, true),
    array: Int16Array,
    read: (b, at) => (get16(b, at + first, step) << 16) >> 16,
    write: (b, at, v) => put16(b, at + first, step, v),
  }),
  u32: (first, step) => ({
    ...integer(32, false),
    array: Uint32Array,
    read: (b, at) => get32(b, at + first, step) >>> 0,
    write: (b, at, v) => put32(b, at + first, step, v),
  }),
  i32: (first, step) => ({
    ...integer(32, true),
    array: Int32Array,
    read: (b, at) => get32(b, at + first, step),
    write: (b, at, v) => put32(b, at + first, step, v),
  }),
  u64: (first, step) => ({
    ...big('$u', 'asUintN', 0n),
    array: BigUint64Array,
    read: (b, at) => {
      get64(b, at + first, step)
      return unsigned64[0]
    },
    write: (b, at, v) => putBig(b, at + first, step, v),
  }),
  i64: (first, step) => ({
    ...big('$i', 'asIntN', -(2n ** 63n)),
    array: BigInt64Array,
    read: (b, at) => {
      get64(b, at + first, step)
      return signed64[0]
    },
    write: (b, at, v) => putBig(b, at + first, step, v),
  }),
  f16: (first, step) => ({
    ...float(HALF_OVERFLOW),
    array: Float32Array,
    read: (b, at) => halfToDouble(get16(b, at + first, step)),
    write: (b, at, v) => put16(b, at + first, step, doubleToHalf(v)),
    fromWords: (word) => `$unhalf(${word})`,
    toWords: (v) => [`$w[0]=$half(${v});`, '$w[0]'],
  }),
  f32: (first, step) => ({
    ...float(3.4028235677973366e38),
    array: Float32Array,
    read: (b, at) => {
      words[0] = get32(b, at + first, step)
      return floats[0]
    },
    write: (b, at, v) => {
      floats[0] = v
      put32(b, at + first, step, words[0]!)
    },
    fromWords: (word) => `($w[0]=${word},$f[0])`,
    toWords: (v) => [`$f[0]=${v};`, '$w[0]'],
  }),
  f64: (first, step) => ({
    ...float(Number.POSITIVE_INFINITY),
    array: Float64Array,
    read: (b, at) => {
      get64(b, at + first, step)
      return doubles[0]
    },
    write: (b, at, v) => {
      doubles[0] = v
      put64(b, at + first, step)
    },
    ...inTwoWords('$d'),
  }),
  bool: () => ({
    array: Uint8Array,
    ...{ min: 0, max: 1 },
    fits: (v) => typeof v === 'boolean',
    fitsSource: (v) => `typeof ${v}==='boolean'`,
    read: (b, at) => b[at] !== 0,
    write: (b, at, v) => void (b[at] = v ? 1 : 0),
    fromWords: (word) => `${word}!==0`,
    toWords: (v) => ['', `(${v}?1:0)`],
  }),
}

/**
 * The scalar called `name` in one byte order (which is of no consequence for one byte).
 *
 * @example
 * const u16 = machineScalar('u16', false)
 * const bytes = new Uint8Array(2)
 * u16.write(bytes, 0, 513)         // bytes: 02 01
 * u16.read(bytes, 0)               // 513
 * u16.fits(65536)                  // false
 */
export function machineScalar<Name extends MachineScalarName>(
  name: Name,
  littleEndian: boolean,
): Scalar<ScalarValue<Name>> {
  return scalarOf(KINDS, name, littleEndian)
}

/** The number of that name in a table of kinds. */
export function scalarOf<Name extends ScalarName>(
  kinds: Kinds<Name>,
  name: Name,
  littleEndian: boolean,
): Scalar<ScalarValue<Name>> {
  const size = name === 'bool' ? 1 : Number(name.slice(1)) / 8
  const kind = littleEndian ? kinds[name](0, 1) : kinds[name](size - 1, -1)
  /** The bytes from the least significant on, four to a word. */
  const wordsAt = (bytes: string, at: string, plus: number) => {
    const all = Array.from({ length: size }, (_, i) => `${bytes}[${at}+${plus + (littleEndian ? i : size - 1 - i)}]`)
    return [all.slice(0, 4), all.slice(4)] as const
  }
  return {
    ...{ name, size, littleEndian },
    ...kind,
    readSource(bytes, at, plus) {
      const [word, upper] = wordsAt(bytes, at, plus).map((word) => word.map((byte, i) => `${byte}<<${8 * i}`).join('|'))
      return kind.fromWords(word!, upper!)
    },
    writeSource(bytes, at, plus, value) {
      const [first, ...values] = kind.toWords(value)
      // A Uint8Array keeps the lowest eight bits of what it is given.
      const stores = wordsAt(bytes, at, plus).flatMap((word, k) =>
        word.map((byte, i) => `${byte}=${values[k]}>>${8 * i};`),
      )
      return first + stores.join('')
    },
  }
}

/** Integers that the shift operators hold: what fits is what comes back when all other bits are shifted out. */
export function integer(bits: number, signed: boolean): Omit<Kind, 'array' | 'read' | 'write'> {
  const spare = 32 - bits
  const cut = (value: string) => `(${value})<<${spare}${signed ? '>>' : '>>>'}${spare}`
  const min = signed ? -(2 ** (bits - 1)) : 0
  return {
    ...{ min, max: min + 2 ** bits - 1 },
    fits: signed
      ? (v) => typeof v === 'number' && (v << spare) >> spare === v
      : (v) => typeof v === 'number' && (v << spare) >>> spare === v,
    fitsSource: (v) => `typeof ${v}==='number'&&${cut(v)}===${v}`,
    fromWords: cut,
    toWords: (v) => ['', v],
  }
}

/** 64 bits: `view` names the scratch that sees them as bigints, `wrap` the function that shifts out all other bits. */
function big(view: string, wrap: 'asIntN' | 'asUintN', min: bigint): Omit<Kind, 'array' | 'read' | 'write'> {
  const { fromWords, toWords } = inTwoWords(view)
  return {
    ...{ min, max: min + 2n ** 64n - 1n, fromWords },
    fits: (v) => typeof v === 'bigint' && BigInt[wrap](64, v) === v,
    fitsSource: (v) => `typeof ${v}==='bigint'&&BigInt.${wrap}(64,${v})===${v}`,
    toWords(v) {
      const [store, ...both] = toWords(v)
      return [
        `if(typeof ${v}==='number'){$w[${LOW}]=${v};$w[${HIGH}]=Math.floor(${v}*${TWO_M32})}else ${store}`,
        ...both,
      ]
    },
  }
}

/** What `view` of the scratch shows, in the words that it is made of. */
function inTwoWords(view: string): Pick<Kind, 'fromWords' | 'toWords'> {
  const [low, high] = [`$w[${LOW}]`, `$w[${HIGH}]`]
  return {
    fromWords: (word, upper) => `(${low}=${word},${high}=${upper},${view}[0])`,
    toWords: (v) => [`${view}[0]=${v};`, low, high],
  }
}

/** `overflow` is the least magnitude that rounds to infinity (a tie goes to the even neighbour, which is one too many). */
function float(overflow: number): Pick<Kind, 'min' | 'max' | 'fits' | 'fitsSource'> {
  return {
    ...{ min: -overflow, max: overflow },
    // v - v is 0 for everything finite, NaN for infinities and NaN.
    fits: (v) => typeof v === 'number' && (Math.abs(v) < overflow || v - v !== 0),
    fitsSource: (v) => `typeof ${v}==='number'&&(Math.abs(${v})<${overflow}||${v}-${v}!==0)`,
  }
}

// The bytes of one word from the least significant on.

export function get16(b: Uint8Array, at: number, step: number): number {
  return b[at]! | (b[at + step]! << 8)
}

export function get32(b: Uint8Array, at: number, step: number): number {
  return get16(b, at, step) | (b[at + 2 * step]! << 16) | (b[at + 3 * step]! << 24)
}

function get64(b: Uint8Array, at: number, step: number): void {
  words[LOW] = get32(b, at, step)
  words[HIGH] = get32(b, at + 4 * step, step)
}

function put8(b: Uint8Array, at: number, value: number): void {
  b[at] = value
}

export function put16(b: Uint8Array, at: number, step: number, value: number): void {
  b[at] = value
  b[at + step] = value >> 8
}

export function put32(b: Uint8Array, at: number, step: number, value: number): void {
  put16(b, at, step, value)
  b[at + 2 * step] = value >> 16
  b[at + 3 * step] = value >> 24
}

function put64(b: Uint8Array, at: number, step: number): void {
  put32(b, at, step, words[LOW]!)
  put32(b, at + 4 * step, step, words[HIGH]!)
}

/** Moves a number down by 32 bits, exactly. */
export const TWO_M32: number = 2 ** -32

function putBig(b: Uint8Array, at: number, step: number, value: number | bigint): void {
  if (typeof value === 'number') {
    words[LOW] = value
    words[HIGH] = Math.floor(value * TWO_M32)
  } else unsigned64[0] = value
  put64(b, at, step)
}

const HALF_OVERFLOW = 65520

/** Half precision, rounded once, from the double itself: by way of a float, 0x1ffdffffff * 2**-26 would come out wrong. */
function doubleToHalf(value: number): number {
  doubles[0] = value
  const high = words[HIGH]!
  const sign = (high >>> 16) & 0x8000
  const magnitude = Math.abs(value)
  if (!(magnitude < HALF_OVERFLOW)) return sign | (magnitude >= HALF_OVERFLOW ? 0x7c00 : 0x7e00)
  // How often the smallest step, 2**-24, was doubled: never below 2**-13.
  const doublings = Math.max(((high >>> 20) & 0x7ff) - 1023 + 14, 0)
  // Adding 2**52 leaves no room for a fraction, and the addition itself rounds half to even.
  const steps = (magnitude * 2 ** 24) / (1 << doublings) + 2 ** 52 - 2 ** 52
  return sign | ((doublings << 10) + steps)
}

/** The value of half precision's bits: a float has the same ones, three fraction bytes and 112 exponents more. */
function halfToDouble(bits: number): number {
  const special = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff ? 0x7fc00000 : 0x7f800000)
  words[0] = ((bits & 0x8000) << 16) | (special || (bits & 0x7fff) << 13)
  return floats[0]! * 2 ** 112
}
