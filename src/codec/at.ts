/**
 * Values that lie elsewhere in the message, found by their distance from its start.
 *
 *   at(u32, codec)                                    | offset: u32 | … | codec |
 *   backref(codec, { pointer: u16, mark: 0xc000 })    | codec | … | c0 00 + offset |       the second time
 */
import type { Codec } from '../codec.js'
import { badDefinition } from './errors.js'
import { countOf } from './extent.js'
import { nodeOf } from './foreign.js'
import { identityOf } from './identity.js'
import { LITTLE } from './mode.js'
import { Node, type Sizes } from './node.js'
import { NumberNode } from './number.js'
import { bytesInWords, fail, need, type Reader, readPart } from './reader.js'
import { Ref } from './refs.js'
import type { InOf, OutOf, Schema } from './schema.js'
import { Wrapper } from './wrapper.js'
import { moveInto, refuse, type Writer } from './writer.js'

/** Bytes that may be read away from the straight path for each byte of the message, or a short one could say a lot. */
const JUMPS_PER_BYTE = 64

/** Reads at `offset` from the start of the message, and comes back. */
function jump(r: Reader, offset: number, read: () => unknown): unknown {
  const { at, end } = r
  const length = r.limit - r.base
  if (offset > length) fail(r, 'BAD_LENGTH', `offset ${offset} lies behind the ${bytesInWords(length)} of the message`)
  r.at = r.base + offset
  r.end = r.limit
  const value = read()
  r.jumped += r.at - r.base - offset
  if (r.jumped > JUMPS_PER_BYTE * length)
    fail(r, 'TOO_MANY', `more than ${JUMPS_PER_BYTE} times the message is read through offsets`)
  r.reach = Math.max(r.reach, r.at)
  r.at = at
  r.end = end
  return value
}

class At extends Node {
  readonly #offset: Node | Ref | number
  readonly #inner: Node

  constructor(offset: Node | Ref | number, inner: Node) {
    super({ kind: 'at', offset, of: inner }, { endless: false })
    if (offset instanceof Node && offset.fixedSize === undefined) throw badDefinition('an offset has a fixed size')
    this.#offset = offset
    this.#inner = inner
  }
  /** Bytes of the offset itself. */
  get #size(): number {
    return this.#offset instanceof Node ? this.#offset.minSize : 0
  }
  protected measure(): Sizes {
    return [this.#size, Number.POSITIVE_INFINITY]
  }
  read(r: Reader): unknown {
    const offset = this.#offset
    const given = typeof offset === 'number' ? offset : offset.read(r)
    return jump(r, countOf(r, given), () => readPart(r, this.#inner, 'target'))
  }
  write(w: Writer, value: unknown): void {
    const { out, frame, path, mode } = w
    const offset = this.#offset
    const size = this.#size
    w.settled = out.length
    const place = out.reserve(size)
    out.bytes.fill(0, place, place + size)
    const given = offset instanceof Ref ? Number(offset.known(w)) : offset
    w.later ??= []
    w.later.push(() => {
      Object.assign(w, { frame, path, mode })
      const position = out.length - w.base
      if (given instanceof Node) moveInto(w, place, size, () => given.write(w, position))
      else if (given >= position) out.bytes.fill(0, out.reserve(given - position), out.length)
      else refuse(w, 'MISMATCH', `should begin at byte ${given}, where the message is still going on`)
      this.#inner.write(w, value)
    })
  }
  override head(): never {
    throw badDefinition('what lies behind an offset may lie anywhere: the end cannot be found')
  }
}

class BackReference extends Wrapper {
  readonly #pointer: NumberNode
  readonly #mark: number

  constructor(inner: Node, pointer: Node, mark: number) {
    super({ kind: 'backref', of: inner, pointer, mark }, inner)
    if (!(pointer instanceof NumberNode && pointer.min === 0 && pointer.size <= 4))
      throw badDefinition('the pointer of a back reference is one of u8, u16, u24, u32')
    if (!(Number.isSafeInteger(mark) && mark > 0 && mark <= Number(pointer.max)))
      throw badDefinition(`${mark} marks no pointer`)
    this.#pointer = pointer
    this.#mark = mark
  }
  protected override measure(): Sizes {
    const { size } = this.#pointer
    return [Math.min(this.inner.minSize, size), Math.max(this.inner.maxSize, size)]
  }
  /** The offset that a pointer at `at` holds; undefined when the value itself is there. */
  #peek(bytes: Uint8Array, at: number, end: number, mode: number): number | undefined {
    if (end - at < this.#pointer.size) return undefined
    const pointer = Number(this.#pointer.get(bytes, at, mode))
    return (pointer & this.#mark) >>> 0 === this.#mark ? (pointer & ~this.#mark) >>> 0 : undefined
  }
  override read(r: Reader): unknown {
    const offset = this.#peek(r.bytes, r.at, r.end, r.mode)
    if (offset === undefined) return this.inner.read(r)
    if (offset >= r.at - r.base) fail(r, 'BAD_LENGTH', `points to byte ${offset}, which is not before it`)
    const value = jump(r, offset, () => this.inner.read(r))
    r.at += this.#pointer.size
    return value
  }
  override write(w: Writer, value: unknown): void {
    const { out, base } = w
    const { size, max } = this.#pointer
    w.settled = out.length
    const key = identityOf(value)
    w.memory ??= new Map()
    let seen = w.memory.get(this)
    if (!seen) w.memory.set(this, (seen = new Map()))
    const before = key === undefined ? undefined : seen.get(key)
    if (before !== undefined) {
      this.#pointer.write(w, (this.#mark | before) >>> 0)
      return
    }
    const offset = out.length - base
    this.inner.write(w, value)
    if (this.#peek(out.bytes, offset + base, out.length, w.mode) !== undefined) {
      out.length = offset + base
      refuse(w, 'MISMATCH', 'begins like a pointer, and would be read as one')
    }
    // What is no longer than a pointer, or too far for one, is written out each time.
    const far = offset > Number(max) || (offset & this.#mark) !== 0
    if (key !== undefined && !far && out.length - base - offset > size) seen.set(key, offset)
  }
  override head(r: Reader): Node | undefined {
    const { size } = this.#pointer
    need(r, 1)
    // One byte may be a whole value; whether it begins a pointer shows in the bits of the mark that it has.
    const high = r.mode & LITTLE ? this.#mark & 0xff : this.#mark >>> (8 * (size - 1))
    if (high === 0 || (r.bytes[r.at]! & high) !== high) return this.inner
    need(r, size)
    if (this.#peek(r.bytes, r.at, r.end, r.mode) === undefined) return this.inner
    r.at += size
    return undefined
  }
}

/**
 * A value that lies at an offset from the start of the message. When encoding with a codec for the offset, the value is
 * written behind the rest of the message; with a number or a reference, at that place, zeros filling what is between.
 *
 * @example
 * const File = record({ name: at(u8, cstring()), size: u8 })
 * File.encode({ name: 'a', size: 9 })   // 02 09 61 00
 */
export function at<C extends Codec<any, any>>(
  offset: Codec<any, any> | Ref | number,
  codec: C,
): Schema<OutOf<C>, InOf<C>, undefined> {
  return new At(offset instanceof Ref || typeof offset === 'number' ? offset : nodeOf(offset), nodeOf(codec))
}

export interface BackrefOptions {
  /** What holds the offset: an unsigned number of at most 32 bits. */
  readonly pointer: Codec<number, number>
  /** The bits that are set in a pointer, and never all of them at the beginning of the value itself. */
  readonly mark: number
}

/**
 * A value that is written out once in a message, and after that as a pointer to where it was written out: the name
 * compression of DNS (RFC 1035 section 4.1.4).
 *
 * @example
 * interface Name { label: string; rest: Name | undefined }
 * const Name: Schema<Name> = lazy(() => backref(record({ label: string(u8), rest: when(field('label').ne(''), Name) }), { pointer: u16, mark: 0xc000 }))
 */
export function backref<C extends Codec<any, any>>(
  codec: C,
  { pointer, mark }: BackrefOptions,
): Schema<OutOf<C>, InOf<C>> {
  return new BackReference(nodeOf(codec), nodeOf(pointer), mark)
}
