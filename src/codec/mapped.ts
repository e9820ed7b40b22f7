/** Values that stand for those of another codec: an enumeration's names for numbers, a `Date` for seconds. */
import type { Description } from '../codec.js'
import { show } from './errors.js'
import type { Mode } from './mode.js'
import type { Node } from './node.js'
import type { Raw } from './raw.js'
import { fail, MISS, type Read } from './reader.js'
import type { ReadSource, WriteSource } from './source.js'
import { Wrapper } from './wrapper.js'
import { refuse, type Write } from './writer.js'

/** Both directions, as pure functions; {@link MISS} for what has no counterpart. */
export interface Mapping {
  readonly describe: () => Description
  readonly decode: (inner: any) => unknown
  readonly encode: (outer: any) => unknown
  /** What values are, with its article: `a date`. */
  readonly what: string
}

export class Mapped extends Wrapper {
  readonly #mapping: Mapping
  constructor(inner: Node, mapping: Mapping) {
    super(inner)
    this.#mapping = mapping
  }
  override describe(): Description {
    return this.#mapping.describe()
  }
  /** What the inner value implies is not to be seen from the outer one. */
  override get implies(): undefined {
    return undefined
  }
  override get silent(): boolean {
    return false
  }
  override raw(mode: Mode): Raw | undefined {
    const raw = this.inner.raw(mode)
    const { decode, encode } = this.#mapping
    return (
      raw && {
        get: (bytes, at) => {
          const value = decode(raw.get(bytes, at))
          if (value === MISS) throw MISS
          return value
        },
        put: (target, at, value) => {
          const inner = encode(value)
          if (inner === MISS) throw MISS
          raw.put(target, at, inner)
        },
      }
    )
  }
  override reader(mode: Mode): Read {
    const read = this.inner.reader(mode)
    const { decode, what } = this.#mapping
    return (r) => {
      const { at } = r
      const inner = read(r)
      const value = decode(inner)
      if (value === MISS) {
        r.at = at
        fail(r, 'BAD_VALUE', `${show(inner)} is not ${what}`)
      }
      return value
    }
  }
  override writer(mode: Mode): Write {
    const write = this.inner.writer(mode)
    const { encode, what } = this.#mapping
    return (w, value) => {
      const inner = encode(value)
      if (inner === MISS) refuse(w, 'OUT_OF_RANGE', `${show(value)} is not ${what}`)
      write(w, inner)
    }
  }
  override emitRead(source: ReadSource): string {
    const value = source.let(`${source.outside(this.#mapping.decode)}(${source.part(this.inner)})`)
    source.missIf(`${value}===M`)
    return value
  }
  override emitWrite(source: WriteSource, value: string): boolean {
    const inner = source.let(`${source.outside(this.#mapping.encode)}(${value})`)
    source.missIf(`${inner}===M`)
    source.part(this.inner, inner)
    return true
  }
}
