/**
 * Numbers of fixed size, in either byte order.
 *
 *   u24, big-endian       | high | mid | low |
 *   u24, little-endian    | low | mid | high |
 *
 * Big-endian unless `le` says otherwise, for the number itself or for what contains it.
 */
import type { ScalarName } from '../bytes/index.js'
import { show } from './errors.js'
import { Leaf } from './leaf.js'
import { LITTLE } from './mode.js'
import {
  type FormOf,
  float16,
  float32,
  float64,
  type NumberForm,
  oddForm,
  signed8,
  signed16,
  signed32,
  signed64,
  unsigned8,
  unsigned16,
  unsigned32,
  unsigned64,
} from './number-forms.js'
import type { Schema } from './schema.js'
import type { Source } from './source.js'
import { refuse, type Writer } from './writer.js'

type NumberName = Exclude<ScalarName, 'bool'>

/** What writes a number to a DataView. Bigints it writes no faster. */
const SETTERS: Readonly<Partial<Record<ScalarName, string>>> = {
  ...{ u16: 'setUint16', i16: 'setInt16', u32: 'setUint32', i32: 'setInt32', f32: 'setFloat32', f64: 'setFloat64' },
}

export class NumberNode extends Leaf {
  readonly kind: NumberName
  /** Whether values are bigints. Encoding takes numbers as well, as long as they are exact. */
  readonly big: boolean
  readonly min: number | bigint
  readonly max: number | bigint
  readonly #forms: readonly [NumberForm, NumberForm]

  constructor(kind: NumberName, formOf: FormOf) {
    const form = formOf(kind, false)
    super({ kind }, form.size)
    this.kind = kind
    this.min = form.min
    this.max = form.max
    this.big = typeof form.min === 'bigint'
    this.#forms = [form, formOf(kind, true)]
  }

  protected override makeRaw(mode: number): NumberForm {
    return this.#forms[mode & LITTLE]!
  }

  get(bytes: Uint8Array, at: number, mode: number): number | bigint {
    return this.makeRaw(mode).get(bytes, at)
  }

  put(target: Uint8Array, at: number, value: unknown, mode: number, w?: Writer): void {
    try {
      this.makeRaw(mode).put(target, at, value)
    } catch {
      this.#refuse(w, value)
    }
  }

  /** Whether a number stands for one of these bigints. */
  stands(value: unknown): boolean {
    return Number.isSafeInteger(value) && (value as number) >= this.min && (value as number) <= this.max
  }

  #refuse(w: Writer | undefined, value: unknown): never {
    const wanted = this.big ? 'bigint' : 'number'
    if (typeof value !== wanted && !(this.big && typeof value === 'number'))
      refuse(w, 'WRONG_TYPE', `${show(value)} is no ${wanted}`)
    if (this.big && Number.isInteger(value) && !Number.isSafeInteger(value))
      refuse(w, 'OUT_OF_RANGE', `${show(value)} is beyond what numbers hold exactly: give a bigint`)
    const range = this.kind.startsWith('f') ? '(it would become infinite)' : `(${this.min} … ${this.max})`
    refuse(w, 'OUT_OF_RANGE', `${show(value)} does not fit ${this.kind} ${range}`)
  }

  override getSource(source: Source, plus: number): string {
    return this.makeRaw(source.mode).readSource('b', 'p', plus)
  }

  override putSource(source: Source, plus: number, value: string): void {
    const { fitsSource, writeSource } = this.makeRaw(source.mode)
    const fits = fitsSource(value)
    source.missIf(this.big ? `!(${fits})&&!${source.outside(this)}.stands(${value})` : `!(${fits})`)
    const setter = source.view && SETTERS[this.kind]
    // It is evaluated once where it is a bigint.
    const written = this.big ? `typeof ${value}==='bigint'?${value}:BigInt(${value})` : value
    source.line(
      setter
        ? `${source.view}.${setter}(p+${plus},${value},${(source.mode & LITTLE) !== 0});`
        : writeSource('t', 'p', plus, written),
    )
  }
}

type Small<Size extends number> = Schema<number, number, Size>
/** Numbers are taken as well as bigints, as long as they are exact. */
type Big = Schema<bigint, bigint | number, 8>

/** 8 bits, 0 … 255. */
export const u8: Small<1> = /* @__PURE__ */ new NumberNode('u8', unsigned8)
/** 8 bits, -128 … 127. */
export const i8: Small<1> = /* @__PURE__ */ new NumberNode('i8', signed8)
/** 16 bits, 0 … 65 535. */
export const u16: Small<2> = /* @__PURE__ */ new NumberNode('u16', unsigned16)
/** 16 bits, -32 768 … 32 767. */
export const i16: Small<2> = /* @__PURE__ */ new NumberNode('i16', signed16)
/** 24 bits, 0 … 16 777 215. */
export const u24: Small<3> = /* @__PURE__ */ new NumberNode('u24', oddForm)
/** 24 bits, -8 388 608 … 8 388 607. */
export const i24: Small<3> = /* @__PURE__ */ new NumberNode('i24', oddForm)
/** 32 bits, 0 … 4 294 967 295. */
export const u32: Small<4> = /* @__PURE__ */ new NumberNode('u32', unsigned32)
/** 32 bits, -2 147 483 648 … 2 147 483 647. */
export const i32: Small<4> = /* @__PURE__ */ new NumberNode('i32', signed32)
/** 48 bits, 0 … 281 474 976 710 655. */
export const u48: Small<6> = /* @__PURE__ */ new NumberNode('u48', oddForm)
/** 48 bits, -140 737 488 355 328 … 140 737 488 355 327. */
export const i48: Small<6> = /* @__PURE__ */ new NumberNode('i48', oddForm)
/** 64 bits as a bigint, 0 … 2^64 - 1. Encoding takes numbers as well, as long as they are exact. */
export const u64: Big = /* @__PURE__ */ new NumberNode('u64', unsigned64)
/** 64 bits as a bigint, -2^63 … 2^63 - 1. Encoding takes numbers as well, as long as they are exact. */
export const i64: Big = /* @__PURE__ */ new NumberNode('i64', signed64)
/** IEEE 754 half precision. What would become infinite by rounding is refused; infinity itself and NaN are not. */
export const f16: Small<2> = /* @__PURE__ */ new NumberNode('f16', float16)
/** IEEE 754 single precision. What would become infinite by rounding is refused; infinity itself and NaN are not. */
export const f32: Small<4> = /* @__PURE__ */ new NumberNode('f32', float32)
/** IEEE 754 double precision: every JavaScript number. */
export const f64: Small<8> = /* @__PURE__ */ new NumberNode('f64', float64)
