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
import type { Codec, Description } from '../codec.js'
import { badDefinition, show } from './errors.js'
import { nodeOf } from './foreign.js'
import type { Mode } from './mode.js'
import { checkName } from './names.js'
import type { Node } from './node.js'
import { NumberNode } from './number.js'
import type { Raw } from './raw.js'
import { join, MISS, type Read } from './reader.js'
import type { Schema, SizeOf } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import { unwrapped, Wrapper } from './wrapper.js'
import { refuse, type Write } from './writer.js'

interface Bits {
  readonly name: string
  readonly width: number
  /** Distance from the least significant bit. */
  readonly shift: number
  readonly max: number
}

class BitsNode extends Wrapper {
  readonly #number: NumberNode
  readonly #fields: readonly Bits[]
  readonly #first: 'msb' | 'lsb'

  constructor(inner: Node, widths: Readonly<Record<string, number>>, first: 'msb' | 'lsb') {
    super(inner)
    // le(u16) and be(u16) are numbers, too.
    const number = unwrapped(inner)
    const total = number.minSize * 8
    if (!(number instanceof NumberNode && Number(number.min) === 0))
      throw badDefinition('bits() needs an unsigned number')
    this.#number = number
    this.#first = first
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

  override describe(): Description {
    const widths = this.#fields.map(({ name, width }) => [name, width])
    return { kind: 'bits', of: this.inner.describe(), widths, first: this.#first }
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

  /** The number; the name of the field that does not fit, when one does not. */
  #join(values: any): number | bigint | Bits {
    let number = 0n
    let narrow = 0
    for (const field of this.#fields) {
      const value = values[field.name]
      if (!(Number.isInteger(value) && value >= 0 && value <= field.max)) return field
      if (this.#narrow) narrow |= value << field.shift
      else number |= BigInt(value) << BigInt(field.shift)
    }
    return this.#narrow ? narrow >>> 0 : this.#number.big ? number : Number(number)
  }

  /** Whether the shift operators can hold the number. */
  get #narrow(): boolean {
    return this.#number.size <= 4
  }

  override raw(mode: Mode): Raw | undefined {
    const raw = this.inner.raw(mode)
    return (
      raw && {
        get: (bytes, at) => this.#take(raw.get(bytes, at)),
        put: (target, at, values) => {
          const number = this.#join(values)
          if (typeof number === 'object') throw MISS
          raw.put(target, at, number)
        },
      }
    )
  }

  override reader(mode: Mode): Read {
    const read = this.inner.reader(mode)
    return (r) => {
      const offset = r.at - r.base
      const values = this.#take(read(r))
      if (r.trace) {
        const { path } = r.trace
        // Little-endian numbers have no order of bits that one could count through their bytes.
        const countable = !this.#littleEndian(mode)
        const total = this.#number.size * 8
        r.trace.fields = this.#fields.map(({ name, width, shift }) => {
          const bit = total - shift - width
          const first = bit % 8
          const place = countable
            ? { offset: offset + (bit - first) / 8, length: Math.ceil((first + width) / 8) }
            : { offset, length: this.#number.size }
          return {
            path: join(path, name),
            ...place,
            bits: { first: countable ? first : bit, count: width },
            value: values[name],
          }
        })
      }
      return values
    }
  }

  #littleEndian(mode: Mode): boolean {
    // What the order of a number is shows in how it is written.
    const probe = new Uint8Array(this.#number.size)
    this.inner.raw(mode)?.put(probe, 0, this.#number.big ? 1n : 1)
    return this.#number.size > 1 && probe[0] === 1
  }

  override writer(mode: Mode): Write {
    const write = this.inner.writer(mode)
    return (w, values) => {
      if (typeof values !== 'object' || values === null) refuse(w, 'WRONG_TYPE', `${show(values)} is no object`)
      const number = this.#join(values)
      if (typeof number === 'object') {
        if (w.path !== undefined) w.path = join(w.path, number.name)
        refuse(w, 'OUT_OF_RANGE', `${show(values[number.name])} does not fit ${number.width} bits (0 … ${number.max})`)
      }
      write(w, number)
    }
  }

  override emitRead(source: ReadSource): string {
    const number = source.part(this.inner)
    if (!this.#narrow) return source.let(`${source.outside((n: bigint) => this.#take(n))}(${number})`)
    const parts = this.#fields.map(
      ({ name, shift, max, width }) => `${quote(name)}:${width === 32 ? number : `${number}>>>${shift}&${max}`}`,
    )
    return source.let(`{${parts}}`)
  }

  override emitWrite(source: WriteSource, values: string): boolean {
    if (!this.#narrow) {
      const number = source.let(`${source.outside((v: unknown) => this.#join(v))}(${values})`)
      source.missIf(`typeof ${number}==='object'`)
      source.part(this.inner, number)
      return true
    }
    const parts = this.#fields.map(({ name, shift, max }) => {
      const value = source.let(`${values}[${quote(name)}]`)
      source.missIf(`typeof ${value}!=='number'||(${value}>>>0)!==${value}||${value}>${max}`)
      return `${value}<<${shift}`
    })
    source.part(this.inner, source.let(`(${parts.join('|')})>>>0`))
    return true
  }
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
