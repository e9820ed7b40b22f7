/**
 * Bytes that are always the same: a magic number, a version, a field that is reserved and must be zero.
 *
 *   constant(u16, 0xcafe)      | ca fe |
 */
import { toHex } from '../bytes/index.js'
import type { Codec } from '../codec.js'
import { badDefinition } from './errors.js'
import { nodeOf } from './foreign.js'
import { Leaf } from './leaf.js'
import { LITTLE } from './mode.js'
import type { Node } from './node.js'
import { fail, Reader } from './reader.js'
import type { InOf, Schema, SizeOf } from './schema.js'
import type { Source } from './source.js'
import { refuse, type Writer } from './writer.js'
import { written } from './written.js'

class Constant extends Leaf {
  readonly #value: unknown
  /** Makes the value anew, where it is an object that whoever has it could change. */
  readonly #fresh: (() => unknown) | undefined
  /** What is compared and written, in big-endian and in little-endian order. */
  readonly #bytes: readonly [Uint8Array, Uint8Array]

  constructor(codec: Codec<any, any>, value: unknown) {
    const node = nodeOf(codec)
    let bytes: [Uint8Array, Uint8Array]
    try {
      bytes = [written(node, value), written(node, value, LITTLE)]
    } catch (cause) {
      throw badDefinition(`a constant that its own codec refuses: ${(cause as Error).message}`)
    }
    const isData = typeof value === 'object' && value !== null
    const shown = isData ? { encoded: toHex(bytes[0]) } : value
    super({ kind: 'constant', of: node, value: shown }, bytes[0].length, { endless: false })
    this.#value = value
    this.#bytes = bytes
    this.#fresh = isData ? () => node.read(new Reader(bytes[0], 0, bytes[0].length, undefined, 0)) : undefined
  }
  #of(mode: number): Uint8Array {
    return this.#bytes[mode & LITTLE]!
  }
  get(bytes: Uint8Array, at: number, mode: number, r?: Reader): unknown {
    const wanted = this.#of(mode)
    for (let i = 0; i < wanted.length; i++)
      if (bytes[at + i] !== wanted[i]) {
        const found = toHex(bytes.subarray(at, at + wanted.length), ' ')
        fail(r, 'BAD_VALUE', `${found} should be ${toHex(wanted, ' ')}`)
      }
    return this.#fresh ? this.#fresh() : this.#value
  }
  /** What is given may be the constant in whichever form, or nothing. */
  put(target: Uint8Array, at: number, value: unknown, mode: number, w?: Writer): void {
    const wanted = this.#of(mode)
    if (value !== undefined && (value !== this.#value || this.#fresh) && !this.#encodesLike(value))
      refuse(w, 'MISMATCH', `must be the constant ${toHex(wanted, ' ')}, or left out`)
    for (let i = 0; i < wanted.length; i++) target[at + i] = wanted[i]!
  }
  #encodesLike(value: unknown): boolean {
    try {
      return toHex(written(this.shape.of as Node, value)) === toHex(this.#bytes[0])
    } catch {
      return false
    }
  }
  override getSource(source: Source, plus: number): string {
    const wanted = this.#of(source.mode)
    if (wanted.length > 0) source.missIf([...wanted].map((byte, i) => `b[p+${plus + i}]!==${byte}`).join('||'))
    return this.#fresh ? `${source.outside(this.#fresh)}()` : source.outside(this.#value)
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
