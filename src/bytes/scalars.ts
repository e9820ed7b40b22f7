/**
 * The numbers that processors have, as they lie on the wire. (The widths between are in `odd-scalars.ts`.)
 *
 *   u16, big-endian       | high | low |
 *   u16, little-endian    | low | high |
 *
 * Bytes become words by the size of a number, words become a value by its kind, and backwards. A {@link Scalar} does that
 * itself, and tells those who generate code how, with every rule in both languages on neighbouring lines. Byte shifts and a
 * shared scratch for floats and 64 bits, because constructing a `DataView` costs more than reading a short message.
 *
 * A generator writes its function around the texts and hands in the scratch (see `compile.ts`, which does it for you):
 *
 *   const u16 = new Scalar('u16', true), f32 = new Scalar('f32', true)
 *   `return [${u16.readSource('b', 'at', 0)}, ${f32.readSource('b', 'at', 2)}]`
 *   // return [(b[at+0]<<0|b[at+1]<<8)<<16>>>16, ($w[0]=b[at+2]<<0|b[at+3]<<8|b[at+4]<<16|b[at+5]<<24,$f[0])]
 */

/** `u24` is an unsigned integer of 24 bits, `f16` is IEEE 754 half precision, `bool` is one byte, zero or not. */
export type ScalarName = MachineScalarName | 'u24' | 'i24' | 'u48' | 'i48'
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

/** What reading gives: `bigint` for 64 bits, `boolean` for `bool`, otherwise `number`. */
export type ScalarValue<Name extends ScalarName> = Name extends 'u64' | 'i64'
  ? bigint
  : Name extends 'bool'
    ? boolean
    : number

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
const LOW_WORD = `$w[${LOW}]`
const HIGH_WORD = `$w[${HIGH}]`

// How words become a value.
const UNSIGNED = 0
export const SIGNED = 1
const FLOAT = 2
const BOOL = 3

/** Moves a number down by 32 bits, without loss. */
export const TWO_M32: number = 2 ** -32

/** By size: the least magnitude that rounds to infinity (a tie goes to the even neighbour, which is one too many). */
const OVERFLOW: Readonly<Record<number, number>> = { 2: 65520, 4: 3.4028235677973366e38 }

/**
 * One kind of number in one byte order (which is of no consequence for one byte).
 *
 * @example
 * const u16 = new Scalar('u16', false)
 * const bytes = new Uint8Array(2)
 * u16.write(bytes, 0, 513)         // bytes: 02 01
 * u16.read(bytes, 0)               // 513
 * u16.fits(65536)                  // false
 */
export class Scalar<T = number | bigint | boolean> {
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
  protected readonly kind: typeof UNSIGNED | typeof SIGNED | typeof FLOAT | typeof BOOL
  /** Where the least significant byte lies, and in which direction the others. */
  protected readonly first: number
  protected readonly step: number
  /** Bits of a word that a narrower integer leaves over. */
  protected readonly spare: number
  /** Where the scratch shows the number: of those that shifts alone do not make. */
  protected readonly cell: string | undefined

  constructor(name: ScalarName, littleEndian: boolean) {
    const kind = (this.kind = 'uifb'.indexOf(name[0]!) as 0 | 1 | 2 | 3)
    const bits = kind === BOOL ? 1 : Number(name.slice(1))
    const size = (this.size = Math.ceil(bits / 8))
    this.name = name
    this.littleEndian = littleEndian
    this.first = littleEndian ? 0 : size - 1
    this.step = littleEndian ? 1 : -1
    this.spare = 32 - bits
    if (size === 8) this.cell = `$${'uid'[kind]}[0]`
    else if (name === 'f32') this.cell = `$f[${LOW}]`
    if (kind === FLOAT) {
      this.max = OVERFLOW[size] ?? Number.POSITIVE_INFINITY
      this.min = -this.max
    } else {
      const min = kind === SIGNED ? -(2n ** BigInt(bits - 1)) : 0n
      const max = min + 2n ** BigInt(bits) - 1n
      this.min = size === 8 ? min : Number(min)
      this.max = size === 8 ? max : Number(max)
    }
  }

  /** The value at `bytes[at]`. Nothing is checked: the caller knows that `size` bytes are there. */
  read(bytes: Uint8Array, at: number): T
  read(bytes: Uint8Array, at: number): unknown {
    const { size, kind, step, spare } = this
    const from = at + this.first
    if (size === 8) {
      words[LOW] = get32(bytes, from, step)
      words[HIGH] = get32(bytes, from + 4 * step, step)
      return kind === FLOAT ? doubles[0] : kind === SIGNED ? signed64[0] : unsigned64[0]
    }
    const word = size === 1 ? bytes[from]! : size === 2 ? get16(bytes, from, step) : get32(bytes, from, step)
    if (kind === SIGNED) return (word << spare) >> spare
    if (kind === UNSIGNED) return (word << spare) >>> spare
    if (kind === BOOL) return word !== 0
    if (size === 2) return halfToDouble(word)
    words[LOW] = word
    return floats[LOW]
  }

  /**
   * An expression for what {@link Scalar.read} does, tight enough to stand in a list; put parentheses around it elsewhere.
   * `bytes` names a Uint8Array, `at` an offset (a name; an expression in parentheses), `plus` is a constant added to it.
   */
  readSource(bytes: string, at: string, plus: number): string {
    const [word, upper] = this.wordsAt(bytes, at, plus)
    if (this.cell) return `(${LOW_WORD}=${word},${upper && `${HIGH_WORD}=${upper},`}${this.cell})`
    return this.kind === BOOL ? `${word}!==0` : this.kind === FLOAT ? `$unhalf(${word})` : this.cutSource(word)
  }

  /**
   * Writes a value that {@link Scalar.fits}. Nothing is checked: an integer out of range loses its upper bits, a float
   * out of range becomes infinite, `bool` takes anything for its truth. 64 bits take an integral number as well as a bigint.
   */
  write(bytes: Uint8Array, at: number, value: T | number): void
  write(bytes: Uint8Array, at: number, value: any): void {
    const { size, kind, step } = this
    const from = at + this.first
    if (size === 8) {
      if (kind === FLOAT) doubles[0] = value
      else if (typeof value === 'number') {
        words[LOW] = value
        words[HIGH] = Math.floor(value * TWO_M32)
      } else unsigned64[0] = value
      put32(bytes, from, step, words[LOW]!)
      put32(bytes, from + 4 * step, step, words[HIGH]!)
    } else if (kind === BOOL) bytes[from] = value ? 1 : 0
    else if (size === 1) bytes[from] = value
    else if (size === 2) put16(bytes, from, step, kind === FLOAT ? doubleToHalf(value) : value)
    else {
      if (kind === FLOAT) floats[LOW] = value
      put32(bytes, from, step, kind === FLOAT ? words[LOW]! : value)
    }
  }

  /** Statements for what {@link Scalar.write} does. `value` is evaluated several times: give it a name. */
  writeSource(bytes: string, at: string, plus: number, value: string): string {
    const { kind, cell } = this
    let before = ''
    let word = kind === BOOL ? `(${value}?1:0)` : value
    if (cell || kind === FLOAT) {
      before = cell ? `${cell}=${value};` : `${LOW_WORD}=$half(${value});`
      word = LOW_WORD
    }
    if (typeof this.max === 'bigint')
      before = `if(typeof ${value}==='number'){${LOW_WORD}=${value};${HIGH_WORD}=Math.floor(${value}*${TWO_M32})}else ${before}`
    return before + this.storeSource(bytes, at, plus, word, HIGH_WORD)
  }

  /** Whether `value` is of the type that reading gives and within range. A float takes every `number` but those too large. */
  fits(value: unknown): boolean {
    const { kind, min, max } = this
    if (kind === BOOL) return typeof value === 'boolean'
    if (typeof max === 'bigint') return typeof value === 'bigint' && value >= min && value <= max
    if (typeof value !== 'number') return false
    // value - value is 0 for everything finite, NaN for infinities and NaN.
    if (kind === FLOAT) return (value > min && value < max) || value - value !== 0
    return value >= min && value <= max && Math.floor(value) === value
  }

  /** An expression for what {@link Scalar.fits} does; put parentheses around it. `value` is evaluated several times. */
  fitsSource(value: string): string {
    const { kind, min, max } = this
    const type = `typeof ${value}===`
    if (kind === BOOL) return `${type}'boolean'`
    if (typeof max === 'bigint') return `${type}'bigint'&&${value}>=${min}n&&${value}<=${max}n`
    const fits =
      kind === FLOAT
        ? `(${value}>${min}&&${value}<${max}||${value}-${value}!==0)`
        : `${value}>=${min}&&${value}<=${max}&&Math.floor(${value})===${value}`
    return `${type}'number'&&${fits}`
  }

  /** An integer of a word: without the bits that it has not. */
  protected cutSource(word: string): string {
    const { spare } = this
    return `(${word})<<${spare}${this.kind === SIGNED ? '>>' : '>>>'}${spare}`
  }

  /** Expressions for the four lowest bytes, and for those above, as words. */
  protected wordsAt(bytes: string, at: string, plus: number): [word: string, upper: string] {
    const parts = this.bytesAt(bytes, at, plus).map((byte, i) => `${byte}<<${8 * i}`)
    return [parts.slice(0, 4).join('|'), parts.slice(4).join('|')]
  }

  /** Statements that store words; a Uint8Array keeps the lowest eight bits of what it is given. */
  protected storeSource(bytes: string, at: string, plus: number, word: string, upper: string): string {
    return this.bytesAt(bytes, at, plus)
      .map((byte, i) => `${byte}=${i < 4 ? word : upper}>>${8 * i};`)
      .join('')
  }

  /** Each byte as source text, the least significant first. */
  protected bytesAt(bytes: string, at: string, plus: number): string[] {
    return Array.from({ length: this.size }, (_, i) => `${bytes}[${at}+${plus + this.first + i * this.step}]`)
  }
}

// The bytes of one word from the least significant on.

export function get16(b: Uint8Array, at: number, step: number): number {
  return b[at]! | (b[at + step]! << 8)
}

export function get32(b: Uint8Array, at: number, step: number): number {
  return get16(b, at, step) | (b[at + 2 * step]! << 16) | (b[at + 3 * step]! << 24)
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

/** Half precision, rounded once, from the double itself: by way of a float, 0x1ffdffffff * 2**-26 would come out wrong. */
function doubleToHalf(value: number): number {
  doubles[0] = value
  const high = words[HIGH]!
  const sign = (high >>> 16) & 0x8000
  const magnitude = Math.abs(value)
  if (!(magnitude < OVERFLOW[2]!)) return sign | (magnitude >= OVERFLOW[2]! ? 0x7c00 : 0x7e00)
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
