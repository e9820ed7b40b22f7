/**
 * Something that may be missing, with a byte before it that says so.
 *
 *   | 00 |                 undefined
 *   | 01 | the value |
 */
import type { Codec, Description } from '../codec.js'
import { nodeOf } from './foreign.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import { fail, need, type Read } from './reader.js'
import type { Scanner } from './scan.js'
import type { DerivesOf, InOf, OutOf, Schema } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import type { Write } from './writer.js'

class Option extends Node {
  readonly #inner: Node
  constructor(inner: Node) {
    super([inner])
    this.#inner = inner
  }

  protected measure(): Sizes {
    return [1, 1 + this.#inner.maxSize]
  }

  describe(): Description {
    return { kind: 'option', of: this.#inner.describe() }
  }

  reader(mode: Mode): Read {
    const read = this.#inner.reader(mode)
    return (r) => {
      need(r, 1)
      const there = r.bytes[r.at]!
      if (there > 1) fail(r, 'BAD_VALUE', `${there} is neither 0 nor 1`)
      r.at++
      return there === 1 ? read(r) : undefined
    }
  }

  writer(mode: Mode): Write {
    const write = this.#inner.writer(mode)
    return (w, value) => {
      const at = w.out.reserve(1)
      w.out.bytes[at] = value === undefined ? 0 : 1
      if (value !== undefined) write(w, value)
    }
  }

  override *scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    yield* s.need(1)
    const there = s.bytes[s.at]!
    if (there > 1) fail(s, 'BAD_VALUE', '')
    s.at++
    if (there === 1) yield* this.#inner.scanner(s, mode)
  }

  override emitRead(source: ReadSource): string {
    const there = source.let(`b[p+${source.take(1)}]`)
    const value = source.let('undefined')
    source.block(`if(${there}===1)`, () => source.line(`${value}=${source.part(this.#inner)};`))
    source.line(`else if(${there}!==0)throw M;`)
    return value
  }

  override emitWrite(source: WriteSource, value: string): boolean {
    source.line(`t[p+${source.take(1)}]=${value}===undefined?0:1;`)
    source.block(`if(${value}!==undefined)`, () => source.part(this.#inner, value))
    return true
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
