/**
 * Bytes that are always the same: a magic number, a version, a field that is reserved and must be zero.
 *
 *   constant(u16, 0xcafe)      | ca fe |
 */
import { toHex } from '../bytes/index.js'
import type { Codec, Description } from '../codec.js'
import { badDefinition } from './errors.js'
import { nodeOf } from './foreign.js'
import type { Mode } from './mode.js'
import type { Sizes } from './node.js'
import { be, le } from './order.js'
import { plain } from './plain.js'
import type { Raw } from './raw.js'
import { fail, MISS, need, type Read } from './reader.js'
import type { Scanner } from './scan.js'
import type { InOf, Schema, SizeOf } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import { Wrapper } from './wrapper.js'
import { refuse, type Write } from './writer.js'

class Constant extends Wrapper {
  readonly #value: unknown
  /** Makes the value anew, where it is an object that whoever has it could change. */
  readonly #fresh: (() => unknown) | undefined
  /** What is compared and written, in big-endian and in little-endian order. */
  readonly #bytes: readonly [Uint8Array, Uint8Array]

  constructor(codec: Codec<any, any>, value: unknown) {
    super(nodeOf(codec), [], false)
    this.#value = value
    try {
      this.#bytes = [be(codec).encode(value), le(codec).encode(value)]
    } catch (cause) {
      throw badDefinition(`a constant that its own codec refuses: ${(cause as Error).message}`)
    }
    const [bytes] = this.#bytes
    if (typeof value === 'object' && value !== null) this.#fresh = () => be(codec).decode(bytes)
  }
  #of(mode: Mode): Uint8Array {
    return this.#bytes[mode.little ? 1 : 0]
  }
  override measure(): Sizes {
    return [this.#bytes[0].length, this.#bytes[0].length]
  }
  override describe(): Description {
    const value = this.#fresh ? { encoded: toHex(this.#bytes[0]) } : plain(this.#value)
    return { kind: 'constant', of: this.inner.describe(), value }
  }
  #matches(bytes: Uint8Array, at: number, mode: Mode): boolean {
    return this.#of(mode).every((byte, i) => bytes[at + i] === byte)
  }
  /** The constant itself, in whichever form it is given; nothing at all stands for it, too. */
  #isGiven(value: unknown): boolean {
    if (value === undefined || (value === this.#value && !this.#fresh)) return true
    try {
      const bytes = be(this.inner).encode(value)
      return bytes.length === this.#bytes[0].length && bytes.every((byte, i) => byte === this.#bytes[0][i])
    } catch {
      return false
    }
  }
  override raw(mode: Mode): Raw {
    return {
      get: (bytes, at) => {
        if (!this.#matches(bytes, at, mode)) throw MISS
        return this.#fresh ? this.#fresh() : this.#value
      },
      put: (target, at, value) => {
        if (!this.#isGiven(value)) throw MISS
        target.set(this.#of(mode), at)
      },
    }
  }
  override reader(mode: Mode): Read {
    const wanted = this.#of(mode)
    return (r) => {
      need(r, wanted.length)
      if (!this.#matches(r.bytes, r.at, mode))
        fail(
          r,
          'BAD_VALUE',
          `${toHex(r.bytes.subarray(r.at, r.at + wanted.length), ' ')} should be ${toHex(wanted, ' ')}`,
        )
      r.at += wanted.length
      return this.#fresh ? this.#fresh() : this.#value
    }
  }
  override writer(mode: Mode): Write {
    return (w, value) => {
      if (!this.#isGiven(value))
        refuse(w, 'MISMATCH', `must be the constant ${toHex(this.#of(mode), ' ')}, or left out`)
      w.out.append(this.#of(mode))
    }
  }
  override *scanner(s: Scanner): Generator<undefined, void> {
    yield* s.need(this.minSize)
    s.at += this.minSize
  }
  override emitRead(source: ReadSource): string {
    const wanted = this.#of(source.mode)
    const plus = source.take(wanted.length)
    if (wanted.length > 0) source.missIf([...wanted].map((byte, i) => `b[p+${plus + i}]!==${byte}`).join('||'))
    return this.#fresh ? source.let(`${source.outside(this.#fresh)}()`) : source.outside(this.#value)
  }
  override emitWrite(source: WriteSource, value: string): boolean {
    const wanted = this.#of(source.mode)
    source.missIf(
      `${value}!==undefined&&${this.#fresh ? '' : `${value}!==${source.outside(this.#value)}&&`}!${source.outside((v: unknown) => this.#isGiven(v))}(${value})`,
    )
    const plus = source.take(wanted.length)
    wanted.forEach((byte, i) => {
      source.line(`t[p+${plus + i}]=${byte};`)
    })
    return true
  }
}

/**
 * Always `value`: checked when decoding, and not to be given for encoding.
 *
 * @throws {CodecError} `BAD_DEFINITION` when `codec` does not take `value`.
 * @example
 * record({ magic: constant(u16, 0xcafe), id: u8 }).encode({ id: 1 })   // ca fe 01
 */
export function constant<C extends Codec<any, any>, const Value extends InOf<C>>(
  codec: C,
  value: Value,
): Schema<Value, Value | undefined, SizeOf<C> extends number ? SizeOf<C> : number> {
  return new Constant(codec, value)
}
