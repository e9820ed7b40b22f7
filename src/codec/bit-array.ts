/**
 * Booleans, eight to a byte.
 *
 *   bitArray(10)      | 7 6 5 4 3 2 1 0 | - - - - - - 9 8 |      the first in the lowest bit, as Modbus has it
 *
 * The bits that are left over in the last byte must be zero.
 */
import { badDefinition, show } from './errors.js'
import { Extent, type ExtentArgument } from './extent.js'
import { Node, type Sizes } from './node.js'
import { fail, join, need, type Reader } from './reader.js'
import type { FieldRef } from './refs.js'
import type { Scan, Scanner } from './scan.js'
import type { Schema } from './schema.js'
import { refuse, type Writer } from './writer.js'

class BitArray extends Node {
  readonly #extent: Extent
  readonly #lsb: boolean

  constructor(extent: Extent, lsb: boolean) {
    super({ kind: 'bitArray', count: extent.argument, first: lsb ? 'lsb' : 'msb' }, { implies: extent.ref })
    if (extent.rest || extent.until) throw badDefinition('bitArray() needs a number of bits')
    this.#extent = extent
    this.#lsb = lsb
  }
  protected measure(): Sizes {
    const { fixed } = this.#extent
    if (fixed !== undefined) return [Math.ceil(fixed / 8), Math.ceil(fixed / 8)]
    const [min, max] = this.#extent.sizes(0, 1 / 8)
    return [min, Math.ceil(max)]
  }
  #mask(index: number): number {
    return this.#lsb ? 1 << (index & 7) : 0x80 >> (index & 7)
  }
  read(r: Reader): boolean[] {
    const length = this.#extent.count(r)
    const size = Math.ceil(length / 8)
    const { at, trace } = r
    const isSet = (i: number) => (r.bytes[at + (i >> 3)]! & this.#mask(i)) !== 0
    // Who looks at bytes that are cut sees those that are there.
    if (trace)
      trace.fields = Array.from({ length: Math.min(length, 8 * (r.end - at)) }, (_, i) => ({
        path: join(trace.path, i),
        ...{ offset: at - r.base + (i >> 3), length: 1, bits: { first: Math.clz32(this.#mask(i)) - 24, count: 1 } },
        value: isSet(i),
      }))
    need(r, size)
    const values: boolean[] = []
    for (let i = 0; i < length; i++) values.push(isSet(i))
    for (let i = length; i < 8 * size; i++)
      if (isSet(i)) fail(r, 'BAD_VALUE', 'the bits that are left over in the last byte are not zero', at + size - 1)
    r.at += size
    return values
  }
  write(w: Writer, values: unknown): void {
    if (!Array.isArray(values) || !areBooleans(values))
      refuse(w, 'WRONG_TYPE', `${show(values)} is no array of booleans`)
    this.#extent.begin(w, values.length)
    const size = Math.ceil(values.length / 8)
    const at = w.out.reserve(size)
    w.out.bytes.fill(0, at, at + size)
    for (let i = 0; i < values.length; i++) if (values[i]) w.out.bytes[at + (i >> 3)]! |= this.#mask(i)
  }
  override *scan(s: Scanner): Scan {
    const size = Math.ceil((yield* this.#extent.scanCount(s)) / 8)
    yield* s.need(size)
    s.at += size
  }
}

function areBooleans(values: readonly unknown[]): boolean {
  // Unlike `every`, this sees the holes of a sparse array.
  for (const value of values) if (typeof value !== 'boolean') return false
  return true
}

export interface BitArrayOptions {
  /** The bit of a byte that comes first. The least significant one, as in Modbus. */
  readonly first?: 'lsb' | 'msb'
}

/**
 * As many booleans as `count` says: a number, a codec that says how many, `field('n')`, `asked('quantity')`.
 *
 * @example
 * bitArray(10).encode([true, false, true, false, false, false, false, false, true, false])   // 05 01
 */
export function bitArray(count: number, options?: BitArrayOptions): Schema<boolean[], readonly boolean[], number>
export function bitArray<Name extends string>(
  count: FieldRef<Name>,
  options?: BitArrayOptions,
): Schema<boolean[], readonly boolean[], undefined, Name>
export function bitArray(
  count: Exclude<ExtentArgument, undefined>,
  options?: BitArrayOptions,
): Schema<boolean[], readonly boolean[], undefined>
export function bitArray(
  count: ExtentArgument,
  { first = 'lsb' }: BitArrayOptions = {},
): Schema<boolean[], readonly boolean[], any, any> {
  return new BitArray(new Extent(count), first === 'lsb')
}
