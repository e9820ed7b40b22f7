/**
 * Bytes that mean nothing.
 *
 *   padding(3)     | 00 00 00 |         zeros when written, anything when read
 *   align(4)       | 00 … |             up to the next multiple of 4, from the start of the message
 */
import { badDefinition } from './errors.js'
import { Leaf } from './leaf.js'
import { Node, type Sizes } from './node.js'
import { need, type Reader } from './reader.js'
import type { Schema } from './schema.js'
import type { Source } from './source.js'
import type { Writer } from './writer.js'

/** Up to so many zeros are separate statements, which are faster than a call. */
const WRITTEN_OUT = 8

class Padding extends Leaf<never, undefined> {
  constructor(length: number) {
    if (!(Number.isSafeInteger(length) && length >= 0)) throw badDefinition(`${length} bytes of padding`)
    super({ kind: 'padding', length }, length)
  }
  override get silent(): boolean {
    return true
  }
  get(): undefined {
    return undefined
  }
  put(target: Uint8Array, at: number): void {
    target.fill(0, at, at + this.size)
  }
  override putSource(source: Source, plus: number, value: string): void {
    if (this.size > WRITTEN_OUT) super.putSource(source, plus, value)
    else for (let i = 0; i < this.size; i++) source.line(`t[p+${plus + i}]=0;`)
  }
}

class Align extends Node<never, undefined> {
  readonly #to: number
  constructor(to: number) {
    super({ kind: 'align', to })
    if (!(Number.isSafeInteger(to) && to > 0)) throw badDefinition(`nothing can be aligned to ${to}`)
    this.#to = to
  }
  override get silent(): boolean {
    return true
  }
  protected measure(): Sizes {
    return [0, this.#to - 1]
  }
  #missing(position: number): number {
    return (this.#to - (position % this.#to)) % this.#to
  }
  read(r: Reader): void {
    const missing = this.#missing(r.at - r.base)
    need(r, missing)
    r.at += missing
  }
  write(w: Writer): void {
    w.settled = w.out.length
    const at = w.out.reserve(this.#missing(w.out.length - w.base))
    w.out.bytes.fill(0, at, w.out.length)
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
