/** Codecs that contain themselves. */
import type { Codec, Description } from '../codec.js'
import { CodecError } from './errors.js'
import { nodeOf } from './foreign.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import { fail, type Read } from './reader.js'
import type { Scanner } from './scan.js'
import type { Schema } from './schema.js'
import { refuse, type Write } from './writer.js'

/** Thrift's number. */
const DEPTH = 64

// Those that are being described, the outermost first; a description that meets one of them again names it by its index.
const beingDescribed: Lazy[] = []

class Lazy extends Node {
  override readonly jumps = true
  readonly #definition: () => Codec<any, any>
  readonly #depth: number
  #inner: Node | undefined
  #measuring = false
  readonly #functions = new Map<Mode, { read?: Read; write?: Write }>()

  constructor(definition: () => Codec<any, any>, depth: number) {
    super()
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
  #in(mode: Mode): { read?: Read; write?: Write } {
    let functions = this.#functions.get(mode)
    if (!functions) this.#functions.set(mode, (functions = {}))
    return functions
  }
  protected measure(): Sizes {
    if (this.#measuring) return [0, Number.POSITIVE_INFINITY]
    this.#measuring = true
    const { minSize, maxSize } = this.#node
    this.#measuring = false
    return [minSize, maxSize]
  }
  describe(): Description {
    const known = beingDescribed.indexOf(this)
    if (known >= 0) return { kind: 'lazy', level: known }
    const level = beingDescribed.push(this) - 1
    try {
      return { kind: 'lazy', level, depth: this.#depth, of: this.#node.describe() }
    } finally {
      beingDescribed.pop()
    }
  }
  reader(mode: Mode): Read {
    const functions = this.#in(mode)
    return (r) => {
      // Not before it is called, or a codec that contains itself would be built for ever.
      functions.read ??= mode.traces ? this.#node.reader(mode) : this.#node.partReader(mode)
      if (++r.depth > this.#depth) fail(r, 'TOO_DEEP', `nested more than ${this.#depth} levels deep`)
      const value = functions.read(r)
      r.depth--
      return value
    }
  }
  writer(mode: Mode): Write {
    const functions = this.#in(mode)
    return (w, value) => {
      functions.write ??= mode.traces ? this.#node.writer(mode) : this.#node.partWriter(mode)
      if (++w.depth > this.#depth) refuse(w, 'TOO_DEEP', `nested more than ${this.#depth} levels deep`)
      functions.write(w, value)
      w.depth--
    }
  }
  override *scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    if (++s.depth > this.#depth) fail(s, 'TOO_DEEP', '')
    if (this.#node.endless) throw new CodecError('ENDLESS', 'nothing in the bytes tells where a value ends')
    yield* this.#node.scanner(s, mode)
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
