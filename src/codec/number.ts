/**
 * Numbers of fixed size, in either byte order.
 *
 *   u24, big-endian       | high | mid | low |
 *   u24, little-endian    | low | mid | high |
 *
 * Big-endian unless `le` says otherwise, for the number itself or for what contains it.
 */
import { type Scalar, type ScalarName, scalar } from '../bytes/index.js'
import type { Description } from '../codec.js'
import { show } from './errors.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import { closuresOf } from './number-closures.js'
import type { Raw } from './raw.js'
import { need, type Read } from './reader.js'
import type { Schema } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import { refuse, type Write } from './writer.js'

export class NumberNode extends Node {
  readonly kind: Exclude<ScalarName, 'bool'>
  readonly size: number
  readonly #orders: readonly [Scalar, Scalar]

  constructor(kind: Exclude<ScalarName, 'bool'>) {
    super()
    this.kind = kind
    this.#orders = [scalar(kind, false), scalar(kind, true)]
    this.size = this.#orders[0].size
  }

  get min(): number | bigint {
    return this.#orders[0].min
  }
  get max(): number | bigint {
    return this.#orders[0].max
  }
  /** Whether values are bigints. Encoding takes numbers as well, as long as they are exact. */
  get big(): boolean {
    return typeof this.min === 'bigint'
  }
  /** What the number is in this mode's byte order. */
  scalar(mode: Mode): Scalar {
    return this.#orders[mode.little ? 1 : 0]
  }

  protected measure(): Sizes {
    return [this.size, this.size]
  }

  describe(): Description {
    return { kind: this.kind }
  }

  fits(value: unknown): boolean {
    return this.big && typeof value === 'number'
      ? Number.isSafeInteger(value) && value >= this.min && value <= this.max
      : this.#orders[0].fits(value)
  }

  override raw(mode: Mode): Raw {
    return closuresOf(this.scalar(mode), (value) => this.fits(value))
  }

  reader(mode: Mode): Read {
    const { size } = this
    const { get } = this.raw(mode)
    return (r) => {
      need(r, size)
      r.at += size
      return get(r.bytes, r.at - size)
    }
  }

  writer(mode: Mode): Write {
    const { size } = this
    const { put } = this.raw(mode)
    return (w, value) => {
      if (mode.traces && !this.fits(value)) this.#refuse(w, value)
      const at = w.out.reserve(size)
      put(w.out.bytes, at, value)
    }
  }

  #refuse(w: Parameters<Write>[0], value: unknown): never {
    const wanted = this.big ? 'bigint' : 'number'
    if (typeof value !== wanted && !(this.big && typeof value === 'number'))
      refuse(w, 'WRONG_TYPE', `${show(value)} is no ${wanted}`)
    refuse(w, 'OUT_OF_RANGE', `${show(value)} does not fit ${this.kind} ${this.range}`)
  }

  get range(): string {
    return this.kind.startsWith('f') ? '(it would become infinite)' : `(${this.min} … ${this.max})`
  }

  override emitRead(source: ReadSource): string {
    const plus = source.take(this.size)
    const method = this.#viewed(source)
    return source.let(
      method
        ? `${source.view}.get${method}(p+${plus},${source.mode.little})`
        : this.scalar(source.mode).readSource('b', 'p', plus),
    )
  }

  override emitWrite(source: WriteSource, value: string): boolean {
    source.missIf(this.#missSource(source, value))
    const plus = source.take(this.size)
    const method = this.#viewed(source)
    source.line(
      !method
        ? this.scalar(source.mode).writeSource('t', 'p', plus, value)
        : `${source.view}.set${method}(p+${plus},${this.big ? `BigInt(${value})` : value},${source.mode.little});`,
    )
    return true
  }

  /** What a DataView calls the number, where there is a view and it knows the number. */
  #viewed(source: ReadSource | WriteSource): string | undefined {
    const bits = 8 * this.size
    if (source.view === undefined || this.size === 3 || this.size === 6 || this.kind === 'f16') return undefined
    const family = { u: 'Uint', i: 'Int', f: 'Float' }[this.kind[0] as 'u' | 'i' | 'f']
    return `${this.big ? 'Big' : ''}${family}${bits}`
  }

  /** An expression that is true, or throws, for what does not fit. */
  #missSource(source: WriteSource, value: string): string {
    const signed = this.min < 0
    if (this.big)
      return `typeof ${value}==='bigint'?BigInt.as${signed ? 'Int' : 'Uint'}N(64,${value})!==${value}:!${source.outside(this)}.fits(${value})`
    if (this.kind === 'f64') return `typeof ${value}!=='number'`
    if (this.size > 4 || this.kind.startsWith('f')) return `!(${this.scalar(source.mode).fitsSource(value)})`
    // Shifts make a number of anything but a bigint or a symbol, for which they throw; only a number is equal to one.
    const spare = 32 - 8 * this.size
    return spare === 0
      ? `(${value}${signed ? '|' : '>>>'}0)!==${value}`
      : `(${value}<<${spare}${signed ? '>>' : '>>>'}${spare})!==${value}`
  }
}

type Small<Size extends number> = Schema<number, number, Size>
/** Numbers are taken as well as bigints, as long as they are exact. */
type Big = Schema<bigint, bigint | number, 8>

/** 8 bits, 0 … 255. */
export const u8: Small<1> = /* @__PURE__ */ new NumberNode('u8')
/** 8 bits, -128 … 127. */
export const i8: Small<1> = /* @__PURE__ */ new NumberNode('i8')
/** 16 bits, 0 … 65 535. */
export const u16: Small<2> = /* @__PURE__ */ new NumberNode('u16')
/** 16 bits, -32 768 … 32 767. */
export const i16: Small<2> = /* @__PURE__ */ new NumberNode('i16')
/** 24 bits, 0 … 16 777 215. */
export const u24: Small<3> = /* @__PURE__ */ new NumberNode('u24')
/** 24 bits, -8 388 608 … 8 388 607. */
export const i24: Small<3> = /* @__PURE__ */ new NumberNode('i24')
/** 32 bits, 0 … 4 294 967 295. */
export const u32: Small<4> = /* @__PURE__ */ new NumberNode('u32')
/** 32 bits, -2 147 483 648 … 2 147 483 647. */
export const i32: Small<4> = /* @__PURE__ */ new NumberNode('i32')
/** 48 bits, 0 … 281 474 976 710 655. */
export const u48: Small<6> = /* @__PURE__ */ new NumberNode('u48')
/** 48 bits, -140 737 488 355 328 … 140 737 488 355 327. */
export const i48: Small<6> = /* @__PURE__ */ new NumberNode('i48')
/** 64 bits as a bigint, 0 … 2^64 - 1. Encoding takes numbers as well, as long as they are exact. */
export const u64: Big = /* @__PURE__ */ new NumberNode('u64')
/** 64 bits as a bigint, -2^63 … 2^63 - 1. Encoding takes numbers as well, as long as they are exact. */
export const i64: Big = /* @__PURE__ */ new NumberNode('i64')
/** IEEE 754 half precision. What would become infinite by rounding is refused; infinity itself and NaN are not. */
export const f16: Small<2> = /* @__PURE__ */ new NumberNode('f16')
/** IEEE 754 single precision. What would become infinite by rounding is refused; infinity itself and NaN are not. */
export const f32: Small<4> = /* @__PURE__ */ new NumberNode('f32')
/** IEEE 754 double precision: every JavaScript number. */
export const f64: Small<8> = /* @__PURE__ */ new NumberNode('f64')
