/** The widths between those that processors have: 24 bits, which still can be shifted, and 48, which a number still holds. */
import { get16, get32, put16, put32, Scalar, type ScalarName, type ScalarValue, SIGNED, TWO_M32 } from './scalars.js'

class Scalar24 extends Scalar<number> {
  override read(bytes: Uint8Array, at: number): number {
    const from = at + this.first
    const word = get16(bytes, from, this.step) | (bytes[from + 2 * this.step]! << 16)
    return this.kind === SIGNED ? (word << 8) >> 8 : word
  }
  override write(bytes: Uint8Array, at: number, value: number): void {
    const from = at + this.first
    put16(bytes, from, this.step, value)
    bytes[from + 2 * this.step] = value >> 16
  }
}

const TWO_32 = 2 ** 32

/** Two words, multiplied. */
class Scalar48 extends Scalar<number> {
  override read(bytes: Uint8Array, at: number): number {
    const { step } = this
    const from = at + this.first
    const upper = get16(bytes, from + 4 * step, step)
    return (this.kind === SIGNED ? (upper << 16) >> 16 : upper) * TWO_32 + (get32(bytes, from, step) >>> 0)
  }
  override write(bytes: Uint8Array, at: number, value: number): void {
    const { step } = this
    const from = at + this.first
    put32(bytes, from, step, value)
    put16(bytes, from + 4 * step, step, Math.floor(value * TWO_M32))
  }
  override readSource(bytes: string, at: string, plus: number): string {
    const [word, upper] = this.wordsAt(bytes, at, plus)
    return `((${upper})<<16${this.kind === SIGNED ? '>>' : '>>>'}16)*${TWO_32}+((${word})>>>0)`
  }
  override writeSource(bytes: string, at: string, plus: number, value: string): string {
    return `$w[0]=Math.floor(${value}*${TWO_M32});${this.storeSource(bytes, at, plus, value, '$w[0]')}`
  }
}

/** The scalar called `name`, of any width, in one byte order. */
export function scalar<Name extends ScalarName>(name: Name, littleEndian: boolean): Scalar<ScalarValue<Name>>
export function scalar(name: ScalarName, littleEndian: boolean): Scalar<any> {
  const Width = name.endsWith('24') ? Scalar24 : name.endsWith('48') ? Scalar48 : Scalar
  return new Width(name, littleEndian)
}
