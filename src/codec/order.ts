/**
 * Byte order: of one number, or of everything within a record, an array, … that does not say its own.
 *
 *   be(u32)  0x01020304    | 01 02 03 04 |
 *   le(u32)  0x01020304    | 04 03 02 01 |
 */
import type { Codec } from '../codec.js'
import { nodeOf } from './foreign.js'
import { ordered } from './mode.js'
import type { Raw } from './raw.js'
import type { Reader } from './reader.js'
import type { Scan, Scanner } from './scan.js'
import type { DerivesOf, InOf, OutOf, Schema, SizeOf } from './schema.js'
import type { Source } from './source.js'
import { Wrapper } from './wrapper.js'
import type { Writer } from './writer.js'

class Order extends Wrapper {
  readonly #little: boolean
  constructor(codec: Codec<any, any>, little: boolean) {
    const inner = nodeOf(codec)
    super({ kind: little ? 'le' : 'be', of: inner }, inner)
    this.#little = little
  }
  /** Does something in this order. */
  #within<T>(what: { mode: number }, act: () => T): T {
    const { mode } = what
    what.mode = ordered(mode, this.#little)
    const result = act()
    what.mode = mode
    return result
  }
  override read(r: Reader): any {
    return this.#within(r, () => this.inner.read(r))
  }
  override write(w: Writer, value: any): void {
    this.#within(w, () => this.inner.write(w, value))
  }
  protected override makeRaw(mode: number): Raw | undefined {
    return this.inner.raw(ordered(mode, this.#little))
  }
  override getSource(source: Source, plus: number): string {
    return this.#within(source, () => source.get(this.inner, plus))
  }
  override putSource(source: Source, plus: number, value: string): void {
    this.#within(source, () => source.put(this.inner, plus, value))
  }
  override *scan(s: Scanner): Scan {
    const { mode } = s
    s.mode = ordered(mode, this.#little)
    yield* this.inner.scan(s)
    s.mode = mode
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
