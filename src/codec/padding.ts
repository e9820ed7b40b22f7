/**
 * Bytes that mean nothing.
 *
 *   padding(3)     | 00 00 00 |         zeros when written, anything when read
 *   align(4)       | 00 … |             up to the next multiple of 4, from the start of the message
 */
import type { Description } from '../codec.js'
import { badDefinition } from './errors.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import type { Raw } from './raw.js'
import { need, type Read } from './reader.js'
import type { Scanner } from './scan.js'
import type { Schema } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import type { Write } from './writer.js'

/** Up to so many zeros are separate statements, which are faster than a call. */
const WRITTEN_OUT = 8

class Padding extends Node<never, undefined> {
  readonly #length: number
  constructor(length: number) {
    super()
    if (!(Number.isSafeInteger(length) && length >= 0)) throw badDefinition(`${length} bytes of padding`)
    this.#length = length
  }
  override get silent(): boolean {
    return true
  }
  protected measure(): Sizes {
    return [this.#length, this.#length]
  }
  describe(): Description {
    return { kind: 'padding', length: this.#length }
  }
  override raw(_mode: Mode): Raw {
    const length = this.#length
    return { get: () => undefined, put: (target, at) => void target.fill(0, at, at + length) }
  }
  reader(): Read {
    return (r) => {
      need(r, this.#length)
      r.at += this.#length
    }
  }
  writer(): Write {
    return (w) => {
      const at = w.out.reserve(this.#length)
      w.out.bytes.fill(0, at, at + this.#length)
    }
  }
  override emitRead(source: ReadSource): string {
    source.take(this.#length)
    return 'undefined'
  }
  override emitWrite(source: WriteSource): boolean {
    const plus = source.take(this.#length)
    if (this.#length > WRITTEN_OUT) source.line(`t.fill(0,p+${plus},p+${plus + this.#length});`)
    else for (let i = 0; i < this.#length; i++) source.line(`t[p+${plus + i}]=0;`)
    return true
  }
}

class Align extends Node<never, undefined> {
  readonly #to: number
  constructor(to: number) {
    super()
    if (!(Number.isSafeInteger(to) && to > 0)) throw badDefinition(`nothing can be aligned to ${to}`)
    this.#to = to
  }
  override get silent(): boolean {
    return true
  }
  protected measure(): Sizes {
    return [0, this.#to - 1]
  }
  describe(): Description {
    return { kind: 'align', to: this.#to }
  }
  #missing(position: number): number {
    return (this.#to - (position % this.#to)) % this.#to
  }
  reader(): Read {
    return (r) => {
      const missing = this.#missing(r.at - r.base)
      need(r, missing)
      r.at += missing
    }
  }
  writer(): Write {
    return (w) => {
      w.settled = w.out.length
      const at = w.out.reserve(this.#missing(w.out.length - w.base))
      w.out.bytes.fill(0, at, w.out.length)
    }
  }
  override *scanner(s: Scanner): Generator<undefined, void> {
    const missing = this.#missing(s.at - s.start)
    yield* s.need(missing)
    s.at += missing
  }
}

/** `length` bytes that do not show in the record: zeros when written, ignored when read. What must be zero is a `constant`. */
export function padding(length: number): Schema<never, undefined, number> {
  return new Padding(length)
}

/** As many zeros as it takes to a multiple of `to` bytes, counted from the start of the message. Ignored when read. */
export function align(to: number): Schema<never, undefined> {
  return new Align(to)
}
