/**
 * Integers that take as many bytes as they need: seven bits each, the lowest first (unsigned LEB128).
 *
 *   300       | 1 0101100 | 0 0000010 |
 *
 * The shortest form is written. A longer one is read, too, up to the most bytes that the number may take.
 */
import {
  bigVarintSize,
  MQTT_VARINT_BYTES,
  readBigVarint,
  readVarint,
  zigzag64 as toZigzag64,
  unzigzag32,
  unzigzag64,
  VARINT32_BYTES,
  VARINT64_BYTES,
  varintLength,
  writeBigVarint,
  writeVarint,
  zigzag32,
} from '../bytes/index.js'
import type { Description } from '../codec.js'
import { show } from './errors.js'
import { Mapped } from './mapped.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import { literal } from './plain.js'
import { fail, MISS, type Read } from './reader.js'
import type { Scanner } from './scan.js'
import type { Schema } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import { refuse, type Write } from './writer.js'

class Varint extends Node {
  readonly kind: string
  readonly #bytes: number
  readonly #max: number | bigint

  constructor(kind: string, bytes: number, max: number | bigint) {
    super()
    this.kind = kind
    this.#bytes = bytes
    this.#max = max
  }
  get #big(): boolean {
    return typeof this.#max === 'bigint'
  }
  protected measure(): Sizes {
    return [1, this.#bytes]
  }
  describe(): Description {
    return { kind: this.kind }
  }
  reader(_mode: Mode): Read {
    return (r) => {
      const length = varintLength(r.bytes, r.at, r.end, this.#bytes)
      if (length === 0) fail(r, 'TRUNCATED', 'the bytes end before the number does')
      if (length < 0) fail(r, 'BAD_VALUE', `takes more than ${this.#bytes} bytes`)
      const value = (this.#big ? readBigVarint : readVarint)(r.bytes, r.at, length)
      if (value > this.#max) fail(r, 'BAD_VALUE', `${value} is more than ${this.#max}`)
      r.at += length
      return value
    }
  }
  #fits(value: any): boolean {
    const whole = typeof value === 'bigint' ? this.#big : Number.isSafeInteger(value)
    return whole && value >= 0 && value <= this.#max
  }
  writer(_mode: Mode): Write {
    return (w, value) => {
      if (!this.#fits(value)) refuse(w, 'OUT_OF_RANGE', `${show(value)} does not fit ${this.kind} (0 … ${this.#max})`)
      const at = w.out.reserve(this.#big ? bigVarintSize(BigInt(value)) : this.#bytes)
      if (this.#big) writeBigVarint(BigInt(value), w.out.bytes, at)
      else w.out.length = writeVarint(value, w.out.bytes, at)
    }
  }
  override *scanner(s: Scanner): Generator<undefined, void> {
    for (let i = 0; ; i++) {
      yield* s.need(1)
      if (i >= this.#bytes) fail(s, 'BAD_VALUE', '')
      if (s.bytes[s.at++]! < 0x80) return
    }
  }
  override emitRead(source: ReadSource): string {
    source.forget()
    // Most are of one byte.
    const value = source.let('p<e?b[p]:128')
    const length = source.name()
    const read = source.outside(this.#big ? readBigVarint : readVarint)
    source.line(
      `if(${value}<128){p++;${this.#big ? `${value}=BigInt(${value});` : ''}}` +
        `else{const ${length}=${source.outside(varintLength)}(b,p,e,${this.#bytes});if(${length}<1)throw M;` +
        `${value}=${read}(b,p,${length});if(${value}>${literal(this.#max)})throw M;p+=${length};}`,
    )
    return value
  }
  override emitWrite(source: WriteSource, value: string): boolean {
    if (this.#big) return false
    source.missIf(`!Number.isSafeInteger(${value})||${value}<0||${value}>${this.#max}`)
    source.settle()
    source.room(String(this.#bytes))
    source.line(`if(${value}<128)t[p++]=${value};else p=${source.outside(writeVarint)}(${value},t,p);`)
    return true
  }
}

type Variable<T, In = T> = Schema<T, In, undefined>

/** 0 … 2^32 - 1 in one to five bytes. */
export const varint: Variable<number> = /* @__PURE__ */ new Varint('varint', VARINT32_BYTES, 2 ** 32 - 1)
/** 0 … 2^64 - 1 in one to ten bytes, as a bigint; encoding takes numbers as well. */
export const varint64: Variable<bigint, bigint | number> = /* @__PURE__ */ new Varint(
  'varint64',
  VARINT64_BYTES,
  2n ** 64n - 1n,
)
/** 0 … 268 435 455 in one to four bytes: MQTT's variable byte integer (MQTT 5.0 section 1.5.5). */
export const varint4: Variable<number> = /* @__PURE__ */ new Varint('varint4', MQTT_VARINT_BYTES, 2 ** 28 - 1)

/** -2^31 … 2^31 - 1, those near zero in few bytes. */
export const zigzag: Variable<number> = /* @__PURE__ */ new Mapped(varint as unknown as Varint, {
  describe: () => ({ kind: 'zigzag' }),
  decode: unzigzag32,
  encode: (value) => ((value | 0) === value ? zigzag32(value) : MISS),
  what: 'a 32-bit integer',
})
/** -2^63 … 2^63 - 1 as a bigint, those near zero in few bytes; encoding takes numbers as well. */
export const zigzag64: Variable<bigint, bigint | number> = /* @__PURE__ */ new Mapped(varint64 as unknown as Varint, {
  describe: () => ({ kind: 'zigzag64' }),
  decode: unzigzag64,
  encode: (value) => {
    const whole = Number.isSafeInteger(value) ? BigInt(value) : value
    return typeof whole === 'bigint' && BigInt.asIntN(64, whole) === whole ? toZigzag64(whole) : MISS
  },
  what: 'a 64-bit integer',
})
