/**
 * Integers that take as many bytes as they need: seven bits each, the lowest first (unsigned LEB128).
 *
 *   300       | 1 0101100 | 0 0000010 |
 *
 * The shortest form is written. A longer one is read, too, up to the most bytes that the number may take, as protobuf has
 * it; not of `varint4`, as MQTT has it. What was read in a longer form takes fewer bytes when it is written: a length that
 * is left out for encoding fits in either case, one that is given may not.
 */
import {
  bigVarintSize,
  isMinimalVarint,
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
import { show } from './errors.js'
import { Mapped } from './mapped.js'
import { Node, type Sizes } from './node.js'
import { fail, lack, MISS, type Reader } from './reader.js'
import type { Schema } from './schema.js'
import { refuse, type Writer } from './writer.js'

class Varint extends Node {
  readonly #kind: string
  readonly #bytes: number
  readonly #max: number | bigint
  readonly #big: boolean

  constructor(kind: string, bytes: number, max: number | bigint) {
    super({ kind })
    this.#kind = kind
    this.#bytes = bytes
    this.#max = max
    this.#big = typeof max === 'bigint'
  }
  protected measure(): Sizes {
    return [1, this.#bytes]
  }
  read(r: Reader): number | bigint {
    const length = varintLength(r.bytes, r.at, r.end, this.#bytes)
    if (length === 0) lack(r, r.end + 1, 'the bytes end before the number does')
    if (length < 0) fail(r, 'BAD_VALUE', `takes more than ${this.#bytes} bytes`)
    const value = (this.#big ? readBigVarint : readVarint)(r.bytes, r.at, length)
    if (value > this.#max) fail(r, 'BAD_VALUE', `${value} is more than ${this.#max}`)
    // MQTT 5.0 section 1.5.5: the fewest bytes necessary. Protobuf has no such rule.
    if (this.#bytes === MQTT_VARINT_BYTES && !isMinimalVarint(r.bytes, r.at, length))
      fail(r, 'BAD_VALUE', `${value} in ${length} bytes is longer than need be`)
    r.at += length
    return value
  }
  write(w: Writer, value: any): void {
    const wanted = this.#big ? 'bigint' : 'number'
    if (typeof value !== 'number' && typeof value !== wanted) refuse(w, 'WRONG_TYPE', `${show(value)} is no ${wanted}`)
    const whole = typeof value === 'bigint' ? this.#big : Number.isSafeInteger(value)
    if (!(whole && value >= 0 && value <= this.#max))
      refuse(w, 'OUT_OF_RANGE', `${show(value)} does not fit ${this.#kind} (0 … ${this.#max})`)
    const at = w.out.reserve(this.#big ? bigVarintSize(BigInt(value)) : this.#bytes)
    if (this.#big) writeBigVarint(BigInt(value), w.out.bytes, at)
    else w.out.length = writeVarint(value, w.out.bytes, at)
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
/** 0 … 268 435 455 in one to four bytes: MQTT's variable byte integer (MQTT 5.0 section 1.5.5), in their shortest form only. */
export const varint4: Variable<number> = /* @__PURE__ */ new Varint('varint4', MQTT_VARINT_BYTES, 2 ** 28 - 1)

/** -2^31 … 2^31 - 1, those near zero in few bytes. */
export const zigzag: Variable<number> = /* @__PURE__ */ new Mapped({ kind: 'zigzag' }, varint as unknown as Varint, {
  decode: unzigzag32,
  encode: (value) => (typeof value === 'number' && (value | 0) === value ? zigzag32(value) : MISS),
  what: 'a 32-bit integer',
})
/** -2^63 … 2^63 - 1 as a bigint, those near zero in few bytes; encoding takes numbers as well. */
export const zigzag64: Variable<bigint, bigint | number> = /* @__PURE__ */ new Mapped(
  { kind: 'zigzag64' },
  varint64 as unknown as Varint,
  {
    decode: unzigzag64,
    encode: (value) => {
      const whole = Number.isSafeInteger(value) ? BigInt(value) : value
      return typeof whole === 'bigint' && BigInt.asIntN(64, whole) === whole ? toZigzag64(whole) : MISS
    },
    what: 'a 64-bit integer',
  },
)
