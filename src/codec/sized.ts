/**
 * Anything within a number of bytes that is said: no more, no fewer.
 *
 *   sized(16, codec)              | codec's 16 bytes |
 *   sized(u16, codec)             | length: u16 | codec |
 *   sized(field('n'), codec)      | n | … | codec |
 *   sized(until(0), codec)        | codec | 00 |
 */
import type { Codec, Description } from '../codec.js'
import { badDefinition } from './errors.js'
import { Extent, type ExtentArgument } from './extent.js'
import { nodeOf } from './foreign.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import { NumberNode } from './number.js'
import { fail, type Read } from './reader.js'
import { type FieldRef, moveInto, report } from './refs.js'
import type { Scanner } from './scan.js'
import type { DerivesOf, InOf, OutOf, Schema } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import { refuse, type Write } from './writer.js'

class Sized extends Node {
  readonly #extent: Extent
  readonly #inner: Node
  constructor(extent: Extent, inner: Node) {
    super([inner, ...extent.parts], extent.uses, false)
    if (extent.rest) throw badDefinition('sized() needs a size')
    this.#extent = extent
    this.#inner = inner
  }
  protected measure(): Sizes {
    const { fixed, prefix, tail } = this.#extent
    if (fixed !== undefined) return [fixed, fixed]
    const around = prefix ? [prefix.minSize, prefix.maxSize] : [tail, tail]
    return [around[0]! + this.#inner.minSize, around[1]! + this.#inner.maxSize]
  }
  describe(): Description {
    return { kind: 'sized', ...this.#extent.describe('length'), of: this.#inner.describe() }
  }
  override get silent(): boolean {
    return this.#inner.silent
  }
  reader(mode: Mode): Read {
    const open = this.#extent.opener(mode)
    const read = this.#inner.reader(mode)
    const { tail } = this.#extent
    return (r) => {
      const end = open(r)
      const outer = r.end
      r.end = end
      const value = read(r)
      if (r.at !== end) fail(r, 'TRAILING_BYTES', `${end - r.at} of the bytes that belong to it are left over`)
      r.end = outer
      r.at = end + tail
      return value
    }
  }
  writer(mode: Mode): Write {
    const extent = this.#extent
    const write = this.#inner.writer(mode)
    const prefix = extent.prefix?.writer(mode)
    const reserved = extent.prefix?.fixedSize ?? 0
    return (w, value) => {
      const { out } = w
      const at = out.reserve(reserved)
      out.bytes.fill(0, at, at + reserved)
      const from = out.length
      write(w, value)
      const end = out.length
      const length = end - from
      if (prefix) moveInto(w, at, reserved, () => prefix(w, length))
      else if (extent.ref) report(w, extent.ref, length)
      else if (extent.until) extent.close(w, from)
      else if (length !== extent.fixed) refuse(w, 'WRONG_LENGTH', `takes ${length} bytes, must take ${extent.fixed}`)
    }
  }
  override scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    return this.#extent.scanContent(s, mode)
  }
  override emitRead(source: ReadSource): string | undefined {
    if (this.#extent.until) return undefined
    const count = this.#extent.emitCount(source)
    source.settle()
    source.needExpression(count)
    const outer = source.let('e')
    source.line(`e=p+${count};`)
    const value = source.part(this.#inner)
    source.forget()
    source.missIf('p!==e')
    source.line(`e=${outer};`)
    return value
  }
  override emitWrite(source: WriteSource, value: string): boolean {
    const { prefix, fixed } = this.#extent
    const counted = prefix instanceof NumberNode && !prefix.big ? prefix : undefined
    if (!counted && fixed === undefined) return false
    const plus = counted ? source.take(counted.size) : source.plus
    const from = source.let(`p+${plus}`)
    source.part(this.#inner, value)
    source.settle()
    if (!counted) {
      source.missIf(`p-${from}!==${fixed}`)
      return true
    }
    const length = source.let(`p-${from}-${counted.size}`)
    const number = counted.scalar(source.mode)
    source.missIf(`!(${number.fitsSource(length)})`)
    source.line(number.writeSource('t', from, 0, length))
    return true
  }
}

/**
 * `codec` in exactly as many bytes as `length` says: a number, a codec that says how many, `field('n')`, `until(0)`. What
 * takes all the bytes that are left takes these.
 *
 * @example
 * sized(u16, array(u32))   // an array by its length in bytes
 */
export function sized<C extends Codec<any, any>>(
  length: number,
  codec: C,
): Schema<OutOf<C>, InOf<C>, number, DerivesOf<C>>
export function sized<C extends Codec<any, any>, Name extends string>(
  length: FieldRef<Name>,
  codec: C,
): Schema<OutOf<C>, InOf<C>, number | undefined, Name | DerivesOf<C>>
export function sized<C extends Codec<any, any>>(
  length: ExtentArgument,
  codec: C,
): Schema<OutOf<C>, InOf<C>, number | undefined, DerivesOf<C>>
export function sized(length: ExtentArgument, codec: Codec<any, any>): Schema<any, any, any, any> {
  return new Sized(new Extent(length), nodeOf(codec))
}
