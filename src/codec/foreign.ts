/** Codecs from elsewhere, such as a `Struct`, as parts of these. */
import type { Codec, Description, Field } from '../codec.js'
import { badDefinition, CodecError, type CodecErrorCode, DecodeError, show } from './errors.js'
import { Node, type Sizes } from './node.js'
import { join, MISS, messageOf, need, type Reader, type Trace, within, wordsOf } from './reader.js'
import type { Scan, Scanner } from './scan.js'
import type { Writer } from './writer.js'

/** The node that a codec is, or one that stands for a codec made elsewhere, such as a `Struct`. */
export function nodeOf(codec: Codec<any, any>, names?: readonly string[]): Node {
  return codec instanceof Node ? codec : new Foreign(codec, names)
}

/** What a `Struct` says as it is said here. */
const CODES: Readonly<Record<string, CodecErrorCode>> = {
  WRONG_TYPE: 'WRONG_TYPE',
  OUT_OF_RANGE: 'OUT_OF_RANGE',
  FLOAT_OVERFLOW: 'OUT_OF_RANGE',
  WRONG_COUNT: 'WRONG_LENGTH',
}

/** A codec from elsewhere: its bytes are its own business. */
class Foreign extends Node {
  readonly #codec: Codec<any, any>
  readonly #names: readonly string[] | undefined

  /** `names` are those of its parts, if they are not those that a `Struct` has. */
  constructor(codec: Codec<any, any>, names?: readonly string[]) {
    if (typeof codec?.decodeFrom !== 'function') throw badDefinition(`${show(codec)} is no codec`)
    super({ kind: 'foreign' })
    this.#codec = codec
    this.#names = names ?? (codec as { names?: readonly string[] }).names
  }
  protected measure(): Sizes {
    return [this.#codec.minSize, this.#codec.maxSize]
  }
  override describeIn(): Description {
    return this.#codec.describe()
  }
  read(r: Reader): any {
    const { at, trace } = r
    // Who looks closer sees the parts that are there.
    if (!trace) need(r, this.minSize)
    try {
      const { value, bytesRead } = this.#codec.decodeFrom(r.bytes, at, r.end, r.context)
      r.at = at + bytesRead
      if (trace) this.#show(r, trace, at, r.at)
      return value
    } catch (thrown) {
      if (!trace) throw thrown
      const { path, offset } = (r.trace = this.#show(r, trace, at, Math.min(r.end, at + (this.fixedSize ?? r.end))))
      r.at = r.base + offset
      const options = { cause: thrown }
      if (thrown instanceof DecodeError)
        throw new DecodeError(thrown.code, wordsOf(thrown), path, at - r.base + thrown.offset, options)
      throw new DecodeError(
        r.end - at < this.minSize ? 'TRUNCATED' : 'REFUSED',
        messageOf(thrown),
        path,
        offset,
        options,
      )
    }
  }
  /** Puts what the codec itself shows into the trace; returns the innermost field that is wrong. */
  #show(r: Reader, trace: Trace, start: number, end: number): Trace {
    let wrong = trace
    const place = ({ path, offset, fields, error, ...rest }: Field, name?: string): Trace => {
      const placed = name === undefined ? within(trace.path, path) : join(trace.path, name)
      const part: Trace = { path: placed, offset: offset + start - r.base, ...rest }
      if (error) wrong = part
      if (fields) part.fields = fields.map((inner) => place(inner))
      return part
    }
    const { fields } = this.#codec.inspect(r.bytes, start, end, r.context)
    if (fields) trace.fields = fields.map((field, i) => place(field, this.#names?.[i]))
    return wrong
  }
  write(w: Writer, value: any): void {
    try {
      this.#codec.encodeTo(value, w.out, w.context)
    } catch (thrown) {
      if (w.path === undefined) throw MISS
      const at = w.out.length - w.base
      const options = { cause: thrown }
      if (thrown instanceof CodecError)
        throw new CodecError(thrown.code, wordsOf(thrown), within(w.path, thrown.path), at + thrown.offset, options)
      const { code = '', index } = (thrown ?? {}) as { code?: string; index?: number }
      const part = this.#codec.inspect(new Uint8Array(this.minSize)).fields?.[index!]
      const path = part ? join(w.path, this.#names?.[index!] ?? index!) : w.path
      throw new CodecError(CODES[code] ?? 'REFUSED', messageOf(thrown), path, at + (part?.offset ?? 0), options)
    }
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
