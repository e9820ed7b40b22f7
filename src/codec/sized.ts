/**
 * Anything within a number of bytes that is said: no more, no fewer.
 *
 *   sized(16, codec)              | codec's 16 bytes |
 *   sized(u16, codec)             | length: u16 | codec |
 *   sized(field('n'), codec)      | n | … | codec |
 *   sized(until(0), codec)        | codec | 00 |
 */
import type { Codec } from '../codec.js'
import { badDefinition } from './errors.js'
import { Extent, type ExtentArgument } from './extent.js'
import { nodeOf } from './foreign.js'
import { Node, type Sizes } from './node.js'
import { fail, type Reader } from './reader.js'
import type { FieldRef } from './refs.js'
import type { Scan, Scanner } from './scan.js'
import type { DerivesOf, InOf, OutOf, Schema } from './schema.js'
import { moveInto, refuse, type Writer } from './writer.js'

class Sized extends Node {
  readonly #extent: Extent
  readonly #inner: Node

  constructor(extent: Extent, inner: Node) {
    super({ kind: 'sized', length: extent.argument, of: inner }, { implies: extent.ref, endless: false })
    if (extent.rest) throw badDefinition('sized() needs a size')
    this.#extent = extent
    this.#inner = inner
  }
  protected measure(): Sizes {
    const { fixed, prefix, tail } = this.#extent
    if (fixed !== undefined) return [fixed, fixed]
    const [min, max] = prefix ? [prefix.minSize, prefix.maxSize] : [tail, tail]
    return [min + this.#inner.minSize, max + this.#inner.maxSize]
  }
  override get silent(): boolean {
    return this.#inner.silent
  }
  read(r: Reader): any {
    const end = this.#extent.open(r)
    const outer = r.end
    r.end = end
    const value = this.#inner.read(r)
    if (r.at !== end) fail(r, 'TRAILING_BYTES', `${end - r.at} of the bytes that belong to it are left over`)
    r.end = outer
    r.at = end + this.#extent.tail
    return value
  }
  write(w: Writer, value: unknown): void {
    const { prefix, ref, until, fixed } = this.#extent
    const { out } = w
    const reserved = prefix?.fixedSize ?? 0
    const at = out.reserve(reserved)
    out.bytes.fill(0, at, at + reserved)
    const from = out.length
    this.#inner.write(w, value)
    const length = out.length - from
    if (prefix) moveInto(w, at, reserved, () => prefix.write(w, length))
    else if (ref) ref.report(w, length)
    else if (until) until.close(w, from)
    else if (length !== fixed) refuse(w, 'WRONG_LENGTH', `takes ${length} bytes, must take ${fixed}`)
  }
  override scan(s: Scanner): Scan {
    return this.#extent.scan(s)
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
