/**
 * Byte order: of one number, or of everything within a record, an array, … that does not say its own.
 *
 *   be(u32)  0x01020304    | 01 02 03 04 |
 *   le(u32)  0x01020304    | 04 03 02 01 |
 */
import type { Codec, Description } from '../codec.js'
import { nodeOf } from './foreign.js'
import type { Mode } from './mode.js'
import type { Raw } from './raw.js'
import type { Read } from './reader.js'
import type { Scanner } from './scan.js'
import type { DerivesOf, InOf, OutOf, Schema, SizeOf } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import { Wrapper } from './wrapper.js'
import type { Write } from './writer.js'

class Order extends Wrapper {
  readonly #little: boolean
  constructor(codec: Codec<any, any>, little: boolean) {
    super(nodeOf(codec))
    this.#little = little
  }
  override describe(): Description {
    return { kind: this.#little ? 'le' : 'be', of: this.inner.describe() }
  }
  override reader(mode: Mode): Read {
    return this.inner.reader(mode.ordered(this.#little))
  }
  override writer(mode: Mode): Write {
    return this.inner.writer(mode.ordered(this.#little))
  }
  override raw(mode: Mode): Raw | undefined {
    return this.inner.raw(mode.ordered(this.#little))
  }
  override scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    return this.inner.scanner(s, mode.ordered(this.#little))
  }
  override emitRead(source: ReadSource): string {
    const { mode } = source
    source.mode = mode.ordered(this.#little)
    const value = source.part(this.inner)
    source.mode = mode
    return value
  }
  override emitWrite(source: WriteSource, value: string): boolean {
    const { mode } = source
    source.mode = mode.ordered(this.#little)
    source.part(this.inner, value)
    source.mode = mode
    return true
  }
}

type Ordered<C> = Schema<OutOf<C>, InOf<C>, SizeOf<C>, DerivesOf<C>>

/**
 * Little-endian: `codec` and all within it that does not say otherwise.
 *
 * @example
 * le(record({ id: u16, crc: be(u16) })).encode({ id: 1, crc: 1 })   // 01 00 00 01
 */
export function le<C extends Codec<any, any>>(codec: C): Ordered<C> {
  return new Order(codec, true)
}

/** Big-endian, which is what numbers are anyway unless they are within `le`. */
export function be<C extends Codec<any, any>>(codec: C): Ordered<C> {
  return new Order(codec, false)
}
