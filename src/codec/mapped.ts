/** Values that stand for those of another codec: an enumeration's names for numbers, a `Date` for seconds. */
import { show } from './errors.js'
import type { Node } from './node.js'
import type { Raw } from './raw.js'
import { fail, MISS, type Reader, type Trace } from './reader.js'
import type { Shape } from './shape.js'
import { Wrapper } from './wrapper.js'
import { refuse, type Writer } from './writer.js'

/** Both directions, as pure functions; {@link MISS} for what has no counterpart. */
export interface Mapping {
  readonly decode: (inner: any) => unknown
  readonly encode: (outer: any) => unknown
  /** What values are, with its article: `a date`. */
  readonly what: string
  /** The parts of a value that begins at `offset` of the message, for those who look at its bytes. */
  readonly parts?: (inner: any, offset: number, path: string, mode: number) => Trace[]
}

export class Mapped extends Wrapper {
  readonly #mapping: Mapping
  constructor(shape: Shape, inner: Node, mapping: Mapping) {
    super(shape, inner)
    this.#mapping = mapping
  }
  override get silent(): boolean {
    return false
  }
  protected override makeRaw(mode: number): Raw | undefined {
    const raw = this.inner.raw(mode)
    const { decode, encode } = this.#mapping
    return (
      raw && {
        get: (bytes, at) => hit(decode(raw.get(bytes, at))),
        put: (target, at, value) => raw.put(target, at, hit(encode(value))),
      }
    )
  }
  override read(r: Reader): unknown {
    const { at } = r
    const inner = this.inner.read(r)
    const { decode, parts } = this.#mapping
    if (r.trace && parts) r.trace.fields = parts(inner, at - r.base, r.trace.path, r.mode)
    const value = decode(inner)
    if (value === MISS) this.refuse(r, inner, (r.at = at))
    return value
  }
  /** Says what is wrong with what lies at `at`. */
  protected refuse(r: Reader, inner: unknown, at: number): never {
    fail(r, 'BAD_VALUE', `${show(inner)} is not ${this.#mapping.what}`, at)
  }
  override write(w: Writer, value: unknown): void {
    const inner = this.#mapping.encode(value)
    if (inner === MISS) refuse(w, 'OUT_OF_RANGE', `${show(value)} is not ${this.#mapping.what}`)
    this.inner.write(w, inner)
  }
}

function hit(value: unknown): unknown {
  if (value === MISS) throw MISS
  return value
}
