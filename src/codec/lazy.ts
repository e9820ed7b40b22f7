/** Codecs that contain themselves. */
import type { Codec, Description } from '../codec.js'
import { CodecError } from './errors.js'
import { nodeOf } from './foreign.js'
import { Node, type Sizes } from './node.js'
import { fail, type Reader } from './reader.js'
import type { Scan, Scanner } from './scan.js'
import type { Schema } from './schema.js'
import { refuse, type Writer } from './writer.js'

/** Thrift's number. */
const DEPTH = 64

class Lazy extends Node {
  readonly #definition: () => Codec<any, any>
  readonly #depth: number
  #inner: Node | undefined
  #measuring = false

  constructor(definition: () => Codec<any, any>, depth: number) {
    super({ kind: 'lazy' })
    this.#definition = definition
    this.#depth = depth
  }
  get #node(): Node {
    if (this.#inner) return this.#inner
    const node = nodeOf(this.#definition())
    const [name] = node.fieldsUsed()
    // It may stand in many records, and only some of them have the field.
    if (name !== undefined)
      throw new CodecError(
        'UNRESOLVED',
        `field('${name}') is used within lazy(), but is not a field of a record in there`,
      )
    return (this.#inner = node)
  }
  protected measure(): Sizes {
    if (this.#measuring) return [0, Number.POSITIVE_INFINITY]
    this.#measuring = true
    const { minSize, maxSize } = this.#node
    this.#measuring = false
    return [minSize, maxSize]
  }
  override describeIn(known: Parameters<Node['describeIn']>[0]): Description {
    return super.describeIn(known, { kind: 'lazy', depth: this.#depth, of: this.#node })
  }
  get #tooDeep(): string {
    return `nested more than ${this.#depth} levels deep`
  }
  read(r: Reader): any {
    if (++r.depth > this.#depth) fail(r, 'TOO_DEEP', this.#tooDeep)
    const value = this.#node.read(r)
    r.depth--
    return value
  }
  write(w: Writer, value: any): void {
    if (++w.depth > this.#depth) refuse(w, 'TOO_DEEP', this.#tooDeep)
    this.#node.write(w, value)
    w.depth--
  }
  override *scan(s: Scanner): Scan {
    if (++s.depth > this.#depth) fail(s, 'TOO_DEEP', '')
    if (this.#node.endless) throw new CodecError('ENDLESS', 'nothing in the bytes tells where a value ends')
    yield* this.#node.scan(s)
    s.depth--
  }
}

export interface LazyOptions {
  /** Levels that a value may have. 64, which is deeper than people nest and far from what overflows the stack. */
  readonly depth?: number
}

/**
 * A codec that is defined later, so that it can contain itself. Its type must be written down.
 *
 * @example
 * interface Tree { value: number; children: Tree[] }
 * const Tree: Schema<Tree> = record({ value: u8, children: array(lazy(() => Tree), u8) })
 */
export function lazy<Out, In = Out>(
  definition: () => Codec<Out, In>,
  { depth = DEPTH }: LazyOptions = {},
): Schema<Out, In> {
  return new Lazy(definition, depth)
}
