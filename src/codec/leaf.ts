/** Values of fixed size that two small functions read and write. */
import { show } from './errors.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import type { Raw } from './raw.js'
import { fail, MISS, need, type Read } from './reader.js'
import type { ReadSource, WriteSource } from './source.js'
import { refuse, type Write } from './writer.js'

export abstract class Leaf extends Node {
  abstract readonly size: number
  /** What values are, with its article: `a UUID`. */
  protected abstract readonly what: string
  /** The value of the bytes at `at`; undefined when they mean nothing. */
  protected abstract get(bytes: Uint8Array, at: number): unknown
  /** Writes a value; false when it is none. */
  protected abstract put(value: unknown, target: Uint8Array, at: number): boolean

  protected measure(): Sizes {
    return [this.size, this.size]
  }
  override raw(_mode: Mode): Raw {
    return {
      get: (bytes, at) => {
        const value = this.get(bytes, at)
        if (value === undefined) throw MISS
        return value
      },
      put: (target, at, value) => {
        if (!this.put(value, target, at)) throw MISS
      },
    }
  }
  reader(_mode: Mode): Read {
    const { size } = this
    return (r) => {
      need(r, size)
      const value = this.get(r.bytes, r.at)
      if (value === undefined) fail(r, 'BAD_VALUE', `is not ${this.what}`)
      r.at += size
      return value
    }
  }
  writer(_mode: Mode): Write {
    const { size } = this
    return (w, value) => {
      const at = w.out.reserve(size)
      if (this.put(value, w.out.bytes, at)) return
      w.out.length = at
      refuse(w, 'WRONG_TYPE', `${show(value)} is not ${this.what}`)
    }
  }
  override emitRead(source: ReadSource): string {
    const plus = source.take(this.size)
    const value = source.let(`${source.outside(this.get)}(b,p+${plus})`)
    source.missIf(`${value}===undefined`)
    return value
  }
  override emitWrite(source: WriteSource, value: string): boolean {
    const plus = source.take(this.size)
    source.missIf(`!${source.outside(this.put)}(${value},t,p+${plus})`)
    return true
  }
}
