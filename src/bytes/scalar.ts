/**
 * Numbers of any width as objects that read and write themselves, for those who have one of them in hand.
 *
 * The widths between those that processors have are two machine numbers side by side:
 *
 *   u24, big-endian     | u8 | u16 |           u48, big-endian     | u16 | u32 |
 *   u24, little-endian  | u16 | u8 |           u48, little-endian  | u32 | u16 |
 */
import { fitsNumber, machineNumber, type NumberKind, readNumber, writeNumber } from './machine-numbers.js'

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
   * strictly between these two; infinities and NaN fit as well.
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

/** By the high part, then the low. */
const PARTS = {
  u24: ['u8', 'u16'],
  i24: ['i8', 'u16'],
  u48: ['u16', 'u32'],
  i48: ['i16', 'u32'],
} as const

export type OddName = keyof typeof PARTS
export type MachineName = Exclude<ScalarName, OddName>

/**
 * The scalar called `name` in one byte order (which is of no consequence for one byte).
 *
 * @example
 * const u24 = scalar('u24', false)
 * const bytes = new Uint8Array(3)
 * u24.write(bytes, 0, 66051)       // bytes: 01 02 03
 * u24.read(bytes, 0)               // 66051
 * u24.fits(2 ** 24)                // false
 */
export function scalar<Name extends ScalarName>(name: Name, littleEndian: boolean): Scalar<ScalarValue<Name>>
export function scalar(name: ScalarName, littleEndian: boolean): Scalar<any> {
  return name in PARTS ? odd(name as OddName, littleEndian) : machine(name as MachineName, littleEndian)
}

function machine(name: MachineName, littleEndian: boolean): Scalar<any> {
  const size = name === 'bool' ? 1 : Number(name.slice(1)) / 8
  const number = machineNumber(name[0] as NumberKind, size, littleEndian)
  return {
    ...number,
    ...{ name, littleEndian },
    read: (bytes, at) => readNumber(number, bytes, at),
    write: (bytes, at, value) => writeNumber(number, bytes, at, number.big ? BigInt(value) : value),
    // It is evaluated once where it is a bigint.
    writeSource: (bytes, at, plus, value) =>
      number.writeSource(bytes, at, plus, number.big ? `typeof ${value}==='bigint'?${value}:BigInt(${value})` : value),
    fits: (value) => fitsNumber(number, value),
  }
}

/** What two numbers side by side have in common with one. */
export interface Half {
  readonly size: number
  readonly min: number | bigint
  readonly max: number | bigint
  read(bytes: Uint8Array, at: number): any
  write(bytes: Uint8Array, at: number, value: number): void
  readSource(bytes: string, at: string, plus: number): string
  writeSource(bytes: string, at: string, plus: number, value: string): string
}

/** The number of 24 or 48 bits called `name`, out of its halves, which `make` gives by their names. */
export function sideBySide(
  name: OddName,
  littleEndian: boolean,
  make: (name: MachineName) => Half,
): Half & Pick<Scalar, 'fitsSource'> {
  const [high, low] = PARTS[name].map(make) as [Half, Half]
  const [highAt, lowAt] = littleEndian ? [low.size, 0] : [0, high.size]
  const weight = 2 ** (8 * low.size)
  const min = Number(high.min) * weight
  const max = Number(high.max) * weight + Number(low.max)
  return {
    size: high.size + low.size,
    min,
    max,
    read: (bytes, at) => high.read(bytes, at + highAt) * weight + low.read(bytes, at + lowAt),
    write(bytes, at, value) {
      const rest = Math.floor(value / weight)
      low.write(bytes, at + lowAt, value - rest * weight)
      high.write(bytes, at + highAt, rest)
    },
    readSource: (bytes, at, plus) =>
      `(${high.readSource(bytes, at, plus + highAt)})*${weight}+(${low.readSource(bytes, at, plus + lowAt)})`,
    writeSource(bytes, at, plus, value) {
      const rest = `$w[0]=Math.floor(${value}/${weight});`
      return (
        low.writeSource(bytes, at, plus + lowAt, value) + rest + high.writeSource(bytes, at, plus + highAt, '$w[0]')
      )
    },
    fitsSource: (value) =>
      `typeof ${value}==='number'&&${value}>=${min}&&${value}<=${max}&&Math.floor(${value})===${value}`,
  }
}

function odd(name: OddName, littleEndian: boolean): Scalar<number> {
  const number = sideBySide(name, littleEndian, (half) => machine(half, littleEndian))
  const { min, max } = number
  return {
    ...{ ...number, name, littleEndian },
    fits: (value) => typeof value === 'number' && value >= min && value <= max && Math.floor(value) === value,
  }
}
