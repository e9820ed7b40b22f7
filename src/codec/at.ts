/**
 * Values that lie elsewhere in the message, found by their distance from its start.
 *
 *   at(u32, codec)                                    | offset: u32 | … | codec |
 *   backref(codec, { pointer: u16, mark: 0xc000 })    | codec | … | c0 00 + offset |       the second time
 */
import type { Codec, Description } from '../codec.js'
import { badDefinition } from './errors.js'
import { countOf } from './extent.js'
import { nodeOf } from './foreign.js'
import { identityOf } from './identity.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import { NumberNode } from './number.js'
import { describeRef } from './plain.js'
import { bytesInWords, fail, type Read, type Reader } from './reader.js'
import { moveInto, Ref, resolveRead, resolveWrite } from './refs.js'
import type { Scanner } from './scan.js'
import type { InOf, OutOf, Schema } from './schema.js'
import { Wrapper } from './wrapper.js'
import { refuse, type Write } from './writer.js'

/** Bytes that may be read away from the straight path for each byte of the message, or a short one could say a lot. */
const JUMPS_PER_BYTE = 64

/** Reads at `offset` from the start of the message, and comes back. */
function jump(r: Reader, offset: number, read: Read): unknown {
  const { at, end } = r
  if (offset > r.limit - r.base)
    fail(r, 'BAD_LENGTH', `offset ${offset} lies behind the ${bytesInWords(r.limit - r.base)} of the message`)
  r.at = r.base + offset
  r.end = r.limit
  const value = read(r)
  r.jumped += r.at - r.base - offset
  if (r.jumped > JUMPS_PER_BYTE * (r.limit - r.base))
    fail(r, 'TOO_MANY', `more than ${JUMPS_PER_BYTE} times the message is read through offsets`)
  r.reach = Math.max(r.reach, r.at)
  r.at = at
  r.end = end
  return value
}

class At extends Node {
  override readonly jumps = true
  readonly #offset: Node | Ref | number
  readonly #inner: Node

  constructor(offset: Node | Ref | number, inner: Node) {
    super(
      [inner, ...(offset instanceof Node ? [offset] : [])],
      offset instanceof Ref ? [{ ref: offset, derives: false }] : [],
      false,
    )
    if (offset instanceof Node && offset.fixedSize === undefined) throw badDefinition('an offset has a fixed size')
    this.#offset = offset
    this.#inner = inner
  }
  protected measure(): Sizes {
    return this.#offset instanceof Node
      ? [this.#offset.minSize, Number.POSITIVE_INFINITY]
      : [0, Number.POSITIVE_INFINITY]
  }
  describe(): Description {
    const offset = this.#offset
    return {
      kind: 'at',
      offset: offset instanceof Node ? offset.describe() : offset instanceof Ref ? describeRef(offset) : offset,
      of: this.#inner.describe(),
    }
  }
  reader(mode: Mode): Read {
    const read = mode.read(this.#inner, 'target')
    const offset = this.#offset
    if (typeof offset === 'number') return (r) => jump(r, offset, read)
    const readOffset: Read = offset instanceof Ref ? (r) => resolveRead(r, offset) : offset.reader(mode)
    return (r) => jump(r, countOf(r, readOffset(r)), read)
  }
  writer(mode: Mode): Write {
    const write = mode.write(this.#inner)
    const offset = this.#offset
    const size = offset instanceof Node ? offset.minSize : 0
    const writeOffset = offset instanceof Node ? offset.writer(mode) : undefined
    return (w, value) => {
      const { out, frame, path } = w
      w.settled = out.length
      const place = out.reserve(size)
      out.bytes.fill(0, place, place + size)
      const given =
        typeof offset === 'number' ? offset : offset instanceof Ref ? Number(resolveWrite(w, offset)) : undefined
      w.later ??= []
      w.later.push(() => {
        w.frame = frame
        w.path = path
        const position = out.length - w.base
        if (given !== undefined) {
          if (!(given >= position))
            refuse(w, 'MISMATCH', `should begin at byte ${given}, where the message is still going on`)
          const gap = out.reserve(given - position)
          out.bytes.fill(0, gap, out.length)
        } else if (writeOffset) moveInto(w, place, size, () => writeOffset(w, position))
        write(w, value)
      })
    }
  }
  // biome-ignore lint/correctness/useYield: an offset may lead anywhere, so there is nothing to wait for
  override *scanner(): Generator<undefined, void> {
    throw badDefinition('what lies behind an offset may lie anywhere: the end cannot be found')
  }
}

class BackReference extends Wrapper {
  override readonly jumps = true
  readonly #pointer: NumberNode
  readonly #mark: number

  constructor(inner: Node, pointer: Node, mark: number) {
    super(inner)
    if (!(pointer instanceof NumberNode && pointer.min === 0 && pointer.size <= 4))
      throw badDefinition('the pointer of a back reference is one of u8, u16, u24, u32')
    if (!(Number.isSafeInteger(mark) && mark > 0 && mark <= Number(pointer.max)))
      throw badDefinition(`${mark} marks no pointer`)
    this.#pointer = pointer
    this.#mark = mark
  }
  override measure(): Sizes {
    return [Math.min(this.inner.minSize, this.#pointer.size), Math.max(this.inner.maxSize, this.#pointer.size)]
  }
  override describe(): Description {
    return { kind: 'backref', of: this.inner.describe(), pointer: this.#pointer.describe(), mark: this.#mark }
  }
  override raw(): undefined {
    return undefined
  }
  /** The pointer at the reader's place, or undefined when the value itself is there. */
  #peek(r: Reader, mode: Mode): number | undefined {
    return this.#pointerAt(r.bytes, r.at, r.end, mode)
  }
  #pointerAt(bytes: Uint8Array, at: number, end: number, mode: Mode): number | undefined {
    if (end - at < this.#pointer.size) return undefined
    const pointer = Number(this.#pointer.scalar(mode).read(bytes, at))
    return (pointer & this.#mark) >>> 0 === this.#mark ? (pointer & ~this.#mark) >>> 0 : undefined
  }
  override reader(mode: Mode): Read {
    const read = this.inner.reader(mode)
    return (r) => {
      const offset = this.#peek(r, mode)
      if (offset === undefined) return read(r)
      if (offset >= r.at - r.base) fail(r, 'BAD_LENGTH', `points to byte ${offset}, which is not before it`)
      const value = jump(r, offset, read)
      r.at += this.#pointer.size
      return value
    }
  }
  override writer(mode: Mode): Write {
    const write = this.inner.writer(mode)
    const writePointer = this.#pointer.writer(mode)
    return (w, value) => {
      w.settled = w.out.length
      const key = identityOf(value)
      w.memory ??= new Map()
      let seen = w.memory.get(this)
      if (!seen) w.memory.set(this, (seen = new Map()))
      const before = key === undefined ? undefined : seen.get(key)
      if (before !== undefined) return writePointer(w, (this.#mark | before) >>> 0)
      const offset = w.out.length - w.base
      write(w, value)
      if (this.#pointerAt(w.out.bytes, offset + w.base, w.out.length, mode) !== undefined) {
        w.out.length = offset + w.base
        refuse(w, 'MISMATCH', 'begins like a pointer, and would be read as one')
      }
      // What is no longer than a pointer, or too far for one, is written out each time.
      const far = offset > Number(this.#pointer.max) || (offset & this.#mark) !== 0
      if (key !== undefined && !far && w.out.length - w.base - offset > this.#pointer.size) seen.set(key, offset)
    }
  }
  override emitRead(): undefined {
    return undefined
  }
  override emitWrite(): false {
    return false
  }
  override *scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    yield* s.need(1)
    // One byte may be a whole value; whether it begins a pointer shows in the bits of the mark that it has.
    const size = this.#pointer.size
    const high = mode.little ? this.#mark & 0xff : this.#mark >>> (8 * (size - 1))
    if (high !== 0 && (s.bytes[s.at]! & high) === high) {
      yield* s.need(size)
      if (this.#peek(s, mode) !== undefined) {
        s.at += size
        return
      }
    }
    yield* this.inner.scanner(s, mode)
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
