/** Codecs from elsewhere, such as a `Struct`, as parts of these. */
import type { Codec, Description } from '../codec.js'
import { badDefinition, CodecError, show } from './errors.js'
import { Node, type Sizes } from './node.js'
import type { Reader } from './reader.js'
import type { Scan, Scanner } from './scan.js'
import type { Writer } from './writer.js'

/** The node that a codec is, or one that stands for a codec made elsewhere, such as a `Struct`. */
export function nodeOf(codec: Codec<any, any>): Node {
  return codec instanceof Node ? codec : new Foreign(codec)
}

/** A codec from elsewhere: its bytes are its own business. */
class Foreign extends Node {
  readonly #codec: Codec<any, any>
  constructor(codec: Codec<any, any>) {
    if (typeof codec?.decodeFrom !== 'function') throw badDefinition(`${show(codec)} is no codec`)
    super({ kind: 'foreign' })
    this.#codec = codec
  }
  protected measure(): Sizes {
    return [this.#codec.minSize, this.#codec.maxSize]
  }
  override describeIn(): Description {
    return this.#codec.describe()
  }
  read(r: Reader): any {
    const { value, bytesRead } = this.#codec.decodeFrom(r.bytes, r.at, r.end, r.context)
    r.at += bytesRead
    return value
  }
  write(w: Writer, value: any): void {
    this.#codec.encodeTo(value, w.out, w.context)
  }
  override *scan(s: Scanner): Scan {
    if (this.fixedSize !== undefined) {
      yield* s.need(this.fixedSize)
      s.at += this.fixedSize
      return
    }
    const boundary = this.#codec.boundary?.(s.context)
    if (!boundary) throw new CodecError('ENDLESS', 'nothing in the bytes tells where a value ends')
    const from = s.at - s.start
    let length: number
    while ((length = boundary.scan(s.bytes, s.start + from, s.end)) < 0) yield* s.need(-length)
    s.at = s.start + from + length
  }
}
