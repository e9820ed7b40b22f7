/**
 * Something that may be missing, with a byte before it that says so.
 *
 *   | 00 |                 undefined
 *   | 01 | the value |
 */
import type { Codec } from '../codec.js'
import { nodeOf } from './foreign.js'
import { Node, type Sizes } from './node.js'
import { fail, need, type Reader } from './reader.js'
import type { DerivesOf, InOf, OutOf, Schema } from './schema.js'
import type { Writer } from './writer.js'

class Option extends Node {
  readonly #inner: Node

  constructor(inner: Node) {
    super({ kind: 'option', of: inner })
    this.#inner = inner
  }
  protected measure(): Sizes {
    return [1, 1 + this.#inner.maxSize]
  }
  override head(r: Reader): Node | undefined {
    need(r, 1)
    const there = r.bytes[r.at]!
    if (there > 1) fail(r, 'BAD_VALUE', `${there} is neither 0 nor 1`)
    r.at++
    return there ? this.#inner : undefined
  }
  read(r: Reader): any {
    return this.head(r)?.read(r)
  }
  write(w: Writer, value: unknown): void {
    const at = w.out.reserve(1)
    w.out.bytes[at] = value === undefined ? 0 : 1
    if (value !== undefined) this.#inner.write(w, value)
  }
}

/**
 * A value or `undefined`: one byte, 0 or 1, then the value if it is 1.
 *
 * @example
 * option(u16).encode(7)           // 01 00 07
 * option(u16).encode(undefined)   // 00
 */
export function option<C extends Codec<any, any>>(
  codec: C,
): Schema<OutOf<C> | undefined, InOf<C> | undefined, undefined, DerivesOf<C>> {
  return new Option(nodeOf(codec))
}
