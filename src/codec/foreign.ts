/** Codecs from elsewhere, such as a `Struct`, as parts of these. */
import type { Codec, Description } from '../codec.js'
import { badDefinition, show } from './errors.js'
import { Node, type Sizes } from './node.js'
import type { Read } from './reader.js'
import type { Write } from './writer.js'

/** The node that a codec is, or one that stands for a codec made elsewhere, such as a `Struct`. */
export function nodeOf(codec: Codec<any, any>): Node {
  return codec instanceof Node ? codec : new Foreign(codec)
}

/** A codec from elsewhere: its bytes are its own business. */
class Foreign extends Node {
  readonly #codec: Codec<any, any>
  constructor(codec: Codec<any, any>) {
    if (typeof codec?.decodeFrom !== 'function') throw badDefinition(`${show(codec)} is no codec`)
    super()
    this.#codec = codec
  }
  measure(): Sizes {
    return [this.#codec.minSize, this.#codec.maxSize]
  }
  describe(): Description {
    return this.#codec.describe()
  }
  reader(): Read {
    const codec = this.#codec
    return (r) => {
      const { value, bytesRead } = codec.decodeFrom(r.bytes, r.at, r.end, r.context)
      r.at += bytesRead
      return value
    }
  }
  writer(): Write {
    return (w, value) => this.#codec.encodeTo(value, w.out, w.context)
  }
}
