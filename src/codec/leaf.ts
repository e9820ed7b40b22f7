/** Values of fixed size that say themselves how they are read and written. */
import { show } from './errors.js'
import { type Nature, Node } from './node.js'
import type { Raw } from './raw.js'
import { fail, need, type Reader } from './reader.js'
import type { Shape } from './shape.js'
import { refuse, type Writer } from './writer.js'

export abstract class Leaf<Out = any, In = any> extends Node<Out, In> {
  readonly size: number

  constructor(shape: Shape, size: number, nature?: Nature) {
    super(shape, nature)
    this.size = size
  }

  /** The value of the bytes at `at`, which are there. */
  abstract get(bytes: Uint8Array, at: number, mode: number, r?: Reader): any
  /** Writes the value at `at`, where there is room. */
  abstract put(target: Uint8Array, at: number, value: any, mode: number, w?: Writer): void

  protected measure(): [number, number] {
    return [this.size, this.size]
  }
  protected override makeRaw(mode: number): Raw {
    return {
      get: (bytes, at) => this.get(bytes, at, mode),
      put: (target, at, value) => this.put(target, at, value, mode),
    }
  }
  read(r: Reader): any {
    need(r, this.size)
    const value = this.get(r.bytes, r.at, r.mode, r)
    r.at += this.size
    return value
  }
  override head(r: Reader): undefined {
    need(r, this.size)
    r.at += this.size
  }
  write(w: Writer, value: any): void {
    const { out } = w
    const at = out.reserve(this.size)
    // What is refused is refused where it would have begun.
    out.length = at
    this.put(out.bytes, at, value, w.mode, w)
    out.length = at + this.size
  }
}

/** A value that two small functions read and write. */
export class Form extends Leaf {
  readonly #what: string
  readonly #get: (bytes: Uint8Array, at: number) => unknown
  readonly #put: (value: any, target: Uint8Array, at: number) => boolean

  /** `what` values are, with its article; `get` gives undefined for bytes that mean nothing, `put` false for no such value. */
  constructor(
    kind: string,
    size: number,
    what: string,
    get: (bytes: Uint8Array, at: number) => unknown,
    put: (value: any, target: Uint8Array, at: number) => boolean,
  ) {
    super({ kind }, size)
    this.#what = what
    this.#get = get
    this.#put = put
  }
  get(bytes: Uint8Array, at: number, _mode: number, r?: Reader): unknown {
    return this.#get(bytes, at) ?? fail(r, 'BAD_VALUE', `is not ${this.#what}`)
  }
  put(target: Uint8Array, at: number, value: unknown, _mode: number, w?: Writer): void {
    if (!this.#put(value, target, at)) refuse(w, 'WRONG_TYPE', `${show(value)} is not ${this.#what}`)
  }
}
