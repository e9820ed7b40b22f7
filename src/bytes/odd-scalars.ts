/** The widths between those that processors have: 24 bits, which still can be shifted, and 48, which a number still holds. */
import {
  get16,
  get32,
  integer,
  type Kind,
  type Kinds,
  type MachineScalarName,
  machineScalar,
  put16,
  put32,
  type Scalar,
  type ScalarName,
  type ScalarValue,
  scalarOf,
  TWO_M32,
} from './scalars.js'

type OddScalarName = Exclude<ScalarName, MachineScalarName>

const KINDS: Kinds<OddScalarName> = {
  u24: (first, step) => ({
    ...integer(24, false),
    array: Uint32Array,
    read: (b, at) => get24(b, at + first, step),
    write: (b, at, v) => put24(b, at + first, step, v),
  }),
  i24: (first, step) => ({
    ...integer(24, true),
    array: Int32Array,
    read: (b, at) => (get24(b, at + first, step) << 8) >> 8,
    write: (b, at, v) => put24(b, at + first, step, v),
  }),
  u48: (first, step) => ({
    ...wide(0, '>>>'),
    array: Float64Array,
    read: (b, at) => get16(b, at + first + 4 * step, step) * TWO_32 + (get32(b, at + first, step) >>> 0),
    write: (b, at, v) => put48(b, at + first, step, v),
  }),
  i48: (first, step) => ({
    ...wide(-(2 ** 47), '>>'),
    array: Float64Array,
    read: (b, at) =>
      ((get16(b, at + first + 4 * step, step) << 16) >> 16) * TWO_32 + (get32(b, at + first, step) >>> 0),
    write: (b, at, v) => put48(b, at + first, step, v),
  }),
}

/**
 * The scalar called `name`, of any width, in one byte order (which is of no consequence for one byte).
 *
 * @example
 * const u24 = scalar('u24', false)
 * const bytes = new Uint8Array(3)
 * u24.write(bytes, 0, 66051)       // bytes: 01 02 03
 * u24.read(bytes, 0)               // 66051
 * u24.fits(2 ** 24)                // false
 */
export function scalar<Name extends ScalarName>(name: Name, littleEndian: boolean): Scalar<ScalarValue<Name>>
export function scalar(name: ScalarName, littleEndian: boolean): Scalar {
  return isOdd(name) ? scalarOf(KINDS, name, littleEndian) : machineScalar(name, littleEndian)
}

function isOdd(name: ScalarName): name is OddScalarName {
  return name in KINDS
}

const TWO_32 = 2 ** 32

/** 48 bits: two words, multiplied. */
function wide(min: number, shift: '>>' | '>>>'): Omit<Kind, 'array' | 'read' | 'write'> {
  const max = min + 2 ** 48 - 1
  return {
    ...{ min, max },
    fits: (v) => typeof v === 'number' && v >= min && v <= max && Math.floor(v) === v,
    fitsSource: (v) => `typeof ${v}==='number'&&${v}>=${min}&&${v}<=${max}&&Math.floor(${v})===${v}`,
    fromWords: (word, upper) => `((${upper})<<16${shift}16)*${TWO_32}+((${word})>>>0)`,
    toWords: (v) => [`$w[0]=Math.floor(${v}*${TWO_M32});`, v, '$w[0]'],
  }
}

function get24(b: Uint8Array, at: number, step: number): number {
  return get16(b, at, step) | (b[at + 2 * step]! << 16)
}

function put24(b: Uint8Array, at: number, step: number, value: number): void {
  put16(b, at, step, value)
  b[at + 2 * step] = value >> 16
}

function put48(b: Uint8Array, at: number, step: number, value: number): void {
  put32(b, at, step, value)
  put16(b, at + 4 * step, step, Math.floor(value * TWO_M32))
}
