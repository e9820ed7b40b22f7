/**
 * Numbers of a few bits each, within a number of whole bytes.
 *
 *   bits(u8, { failed: 1, fn: 7 })                    | failed fn fn fn fn fn fn fn |
 *   bits(u8, { low: 4, high: 4 }, { first: 'lsb' })   | high high high high low low low low |
 *
 * Across bytes the byte order of the number decides: its most significant bits are those of its first byte in big-endian,
 * of its last in little-endian.
 */
import { quote } from '../bytes/index.js'
import type { Codec } from '../codec.js'
import { badDefinition, show } from './errors.js'
import { nodeOf } from './foreign.js'
import { Mapped } from './mapped.js'
import { checkName } from './names.js'
import type { Node } from './node.js'
import { NumberNode } from './number.js'
import { join, MISS, type Trace } from './reader.js'
import type { Schema, SizeOf } from './schema.js'
import type { Source } from './source.js'
import { unwrapped } from './wrapper.js'
import { refuse, type Writer } from './writer.js'

interface Bits {
  readonly name: string
  readonly width: number
  /** Distance from the least significant bit. */
  readonly shift: number
  readonly max: number
}

class BitsNode extends Mapped {
  readonly #number: NumberNode
  readonly #fields: readonly Bits[]

  constructor(inner: Node, widths: Readonly<Record<string, number>>, first: 'msb' | 'lsb') {
    super({ kind: 'bits', of: inner, widths: Object.entries(widths), first }, inner, {
      decode: (number) => this.#take(number),
      encode: (values) => this.#join(values),
      what: '',
      parts: (...given) => this.#parts(...given),
    })
    // le(u16) and be(u16) are numbers, too.
    const number = unwrapped(inner)
    const total = number.minSize * 8
    if (!(number instanceof NumberNode && Number(number.min) === 0))
      throw badDefinition('bits() needs an unsigned number')
    this.#number = number
    let used = 0
    this.#fields = Object.entries(widths).map(([name, width]) => {
      if (!(Number.isSafeInteger(width) && width > 0 && width <= 53)) throw badDefinition(`${name} has ${width} bits`)
      checkName(name, 'field')
      used += width
      return { name, width, shift: first === 'msb' ? total - used : used - width, max: 2 ** width - 1 }
    })
    if (used !== total)
      throw badDefinition(`${used} bits in a number of ${total}: name the ones that are not used, too`)
  }

  /** Whether the shift operators can hold the number. */
  get #narrow(): boolean {
    return this.#number.size <= 4
  }

  #take(number: number | bigint): Record<string, number> {
    const values: Record<string, number> = {}
    for (const { name, width, shift, max } of this.#fields)
      values[name] = !this.#narrow
        ? Number(BigInt.asUintN(width, BigInt(number) >> BigInt(shift)))
        : width === 32
          ? Number(number)
          : ((number as number) >>> shift) & max
    return values
  }

  #join(values: any): unknown {
    if (typeof values !== 'object' || values === null) return MISS
    let number = 0n
    let narrow = 0
    for (const { name, shift, max } of this.#fields) {
      const value = values[name]
      if (!fits(value, max)) return MISS
      if (this.#narrow) narrow |= value << shift
      else number |= BigInt(value) << BigInt(shift)
    }
    return this.#narrow ? narrow >>> 0 : this.#number.big ? number : Number(number)
  }

  #parts(number: number | bigint, offset: number, path: string, mode: number): Trace[] {
    const values = this.#take(number)
    const { size } = this.#number
    // Little-endian numbers have no order of bits that one could count through their bytes.
    const countable = !this.#isLittleEndian(mode)
    return this.#fields.map(({ name, width, shift }) => {
      const bit = size * 8 - shift - width
      const first = bit % 8
      const place = countable
        ? { offset: offset + (bit - first) / 8, length: Math.ceil((first + width) / 8) }
        : { offset, length: size }
      return {
        path: join(path, name),
        ...place,
        bits: { first: countable ? first : bit, count: width },
        value: values[name],
      }
    })
  }

  #isLittleEndian(mode: number): boolean {
    // What the order of a number is shows in how it is written.
    const probe = new Uint8Array(this.#number.size)
    this.inner.raw(mode)?.put(probe, 0, this.#number.big ? 1n : 1)
    return this.#number.size > 1 && probe[0] === 1
  }

  override write(w: Writer, values: any): void {
    if (typeof values !== 'object' || values === null) refuse(w, 'WRONG_TYPE', `${show(values)} is no object`)
    const wrong = this.#fields.find(({ name, max }) => !fits(values[name], max))
    if (wrong) {
      if (w.path !== undefined) w.path = join(w.path, wrong.name)
      refuse(w, 'OUT_OF_RANGE', `${show(values[wrong.name])} does not fit ${wrong.width} bits (0 … ${wrong.max})`)
    }
    super.write(w, values)
  }

  override getSource(source: Source, plus: number): string {
    if (!this.#narrow) return super.getSource(source, plus)
    const number = source.let(source.get(this.inner, plus))
    const parts = this.#fields.map(
      ({ name, shift, max, width }) => `${quote(name)}:${width === 32 ? number : `${number}>>>${shift}&${max}`}`,
    )
    return `{${parts}}`
  }

  override putSource(source: Source, plus: number, values: string): void {
    if (!this.#narrow) {
      super.putSource(source, plus, values)
      return
    }
    const parts = this.#fields.map(({ name, shift, max }) => {
      const value = source.let(`${values}[${quote(name)}]`)
      source.missIf(`typeof ${value}!=='number'||(${value}>>>0)!==${value}||${value}>${max}`)
      return `${value}<<${shift}`
    })
    source.put(this.inner, plus, source.let(`(${parts.join('|')})>>>0`))
  }
}

function fits(value: unknown, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max
}

export interface BitsOptions {
  /** Where the field that is named first lies: in the most significant bits, as protocols draw it, or the least. */
  readonly first?: 'msb' | 'lsb'
}

type Parts<Widths> = { -readonly [K in keyof Widths]: number }

/**
 * Fields of so many bits each in an unsigned number, all bits of which are named.
 *
 * @example
 * const Op = bits(u8, { failed: 1, fn: 7 })
 * Op.decode(new Uint8Array([0x83]))   // { failed: 1, fn: 3 }
 */
export function bits<C extends Codec<any, any>, const Widths extends Readonly<Record<string, number>>>(
  codec: C,
  widths: Widths,
  { first = 'msb' }: BitsOptions = {},
): Schema<Parts<Widths>, { readonly [K in keyof Widths]: number }, SizeOf<C>> {
  return new BitsNode(nodeOf(codec), widths, first)
}
