/**
 * How far something reaches: how many bytes of a string, how many elements of an array.
 *
 *   16              always as many                        | content (16) |
 *   u8, varint      as many as a number before it says    | n | content (n) |
 *   field('n')      as many as an earlier field says      | n | … | content (n) |
 *   until('\r\n')   up to a terminator                    | content | 0d 0a |
 *   nothing         to the end of what there is           | content |
 */
import { encodeUtf8Into, findBytes, toHex, utf8Length } from '../bytes/index.js'
import type { Codec, Description } from '../codec.js'
import { badDefinition } from './errors.js'
import { nodeOf } from './foreign.js'
import { Node, type Read, type Sizes, type Write } from './node.js'
import { NumberNode } from './number.js'
import { fail, lack, need, type Reader } from './reader.js'
import { Ref, report, resolveRead } from './refs.js'
import type { Scan, Scanner } from './scan.js'
import type { Source } from './source.js'
import { refuse, type Writer } from './writer.js'

/** Bytes that end something; they are not a part of it and cannot occur in it. */
export class Until {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    if (bytes.length === 0) throw badDefinition('a terminator has at least one byte')
    this.bytes = bytes
  }
  describe(): Description {
    return { kind: 'until', bytes: toHex(this.bytes) }
  }
}

/** How many bytes or elements; see the top of this page. Nothing: to the end of what there is. */
export type ExtentArgument = number | Codec<any, any> | Ref | Until | undefined

/**
 * Up to a terminator: one byte, several, or text.
 *
 * @example
 * string(until('\r\n')).encode('OK')   // 4f 4b 0d 0a
 */
export function until(terminator: number | string | Uint8Array): Until {
  if (typeof terminator === 'number') return new Until(Uint8Array.of(terminator))
  if (typeof terminator !== 'string') return new Until(Uint8Array.from(terminator))
  const bytes = new Uint8Array(Math.max(0, utf8Length(terminator)))
  encodeUtf8Into(terminator, bytes, 0)
  return new Until(bytes)
}

/** A count that arrived, as a number that may be used as one. */
export function countOf(r: Reader | undefined, value: unknown): number {
  const count = typeof value === 'bigint' ? Number(value) : value
  if (Number.isSafeInteger(count) && (count as number) >= 0) return count as number
  return fail(r, 'BAD_LENGTH', `${String(value)} is no length`)
}

export class Extent {
  /** As a shape has it. */
  readonly argument: number | Node | Ref | Until | undefined
  readonly fixed: number | undefined
  readonly prefix: Node | undefined
  /** The reference that says how many; what it reaches over implies the field. */
  readonly ref: Ref | undefined
  readonly until: Until | undefined
  /** Whether it reaches to the end of what there is. */
  readonly rest: boolean
  // Of the prefix, by mode: close at hand, as every string and every array has one.
  readonly #readers: Read[] = []
  readonly #writers: Write[] = []

  constructor(given: ExtentArgument) {
    const argument =
      typeof given === 'object' && !(given instanceof Ref || given instanceof Until) ? nodeOf(given) : given
    this.argument = argument
    this.fixed = typeof argument === 'number' ? argument : undefined
    this.ref = argument instanceof Ref ? argument : undefined
    this.until = argument instanceof Until ? argument : undefined
    this.prefix = argument instanceof Node ? argument : undefined
    this.rest = argument === undefined
    if (this.fixed !== undefined && !(Number.isSafeInteger(this.fixed) && this.fixed >= 0))
      throw badDefinition(`${this.fixed} is no length`)
    if (this.prefix instanceof NumberNode && this.prefix.kind.startsWith('f'))
      throw badDefinition(`${this.prefix.kind} counts nothing`)
  }

  /** Bytes of the terminator. */
  get tail(): number {
    return this.until ? this.until.bytes.length : 0
  }

  /** The sizes of something whose elements take from `min` to `max` bytes. */
  sizes(min: number, max: number): Sizes {
    if (this.fixed !== undefined) return [this.fixed * min, this.fixed === 0 ? 0 : this.fixed * max]
    const most =
      max === 0 ? 0 : this.prefix instanceof NumberNode ? Number(this.prefix.max) * max : Number.POSITIVE_INFINITY
    return [(this.prefix?.minSize ?? 0) + this.tail, (this.prefix?.maxSize ?? 0) + most + this.tail]
  }

  // Reading.

  /** The count, of anything but what is terminated or reaches to the end. */
  count(r: Reader): number {
    const { fixed, prefix, ref } = this
    if (fixed !== undefined) return fixed
    if (!prefix) return countOf(r, resolveRead(r, ref!))
    return countOf(r, r.trace ? prefix.read(r) : (this.#readers[r.mode] ??= prefix.reader(r.mode))(r))
  }

  /** Goes to where the content begins and returns where it ends, all of it being there. */
  open(r: Reader): number {
    if (this.rest) return r.end
    if (!this.until) {
      const length = this.count(r)
      need(r, length)
      return r.at + length
    }
    const { bytes } = this.until
    const end = findBytes(r.bytes, bytes, Math.max(r.at, r.searched), r.end)
    if (end < 0) {
      // The terminator may be cut in two.
      r.searched = r.end - bytes.length + 1
      const until = Math.max(r.end + 1, r.at + bytes.length)
      lack(r, until, `the terminator ${toHex(bytes, ' ')} is missing`, r.end)
    }
    r.searched = 0
    return end
  }

  /** Statements that read the count of a prefix of fixed size at `p` and go behind it, and the count's name. */
  countSource(source: Source): string | undefined {
    const { prefix } = this
    if (!prefix?.raw(source.mode)) return undefined
    source.missIf(`r.end-p<${prefix.minSize}`)
    const count = source.let(source.get(prefix, 0))
    // What cannot be negative and is exact needs no second look.
    if (!(prefix instanceof NumberNode && prefix.min === 0))
      source.line(`${count}=${source.outside(countOf)}(undefined,${count});`)
    source.line(`p+=${prefix.minSize};`)
    return count
  }

  *scanCount(s: Scanner): Scan<number> {
    return this.prefix ? countOf(s, yield* s.value(this.prefix)) : this.count(s)
  }

  /** Waits for all of the content and what ends it. */
  *scan(s: Scanner): Scan {
    if (this.until) s.at = (yield* s.step(() => this.open(s))) + this.tail
    else {
      const length = yield* this.scanCount(s)
      yield* s.need(length)
      s.at += length
    }
  }

  // Writing.

  /** Says how many follow, for what knows it beforehand. */
  begin(w: Writer, count: number): void {
    const { fixed, prefix, ref } = this
    if (prefix && w.path === undefined) (this.#writers[w.mode] ??= prefix.writer(w.mode))(w, count)
    else if (prefix) prefix.write(w, count)
    else if (ref) report(w, ref, count)
    else if (fixed !== undefined && count !== fixed) refuse(w, 'WRONG_LENGTH', `has ${count}, must have ${fixed}`)
  }

  /** Statements that make room at `p` for a prefix of fixed size and `bytes`, an expression: the size of the prefix. */
  roomSource(source: Source, bytes: string): number | undefined {
    const { prefix } = this
    if (!prefix?.raw(source.mode)) return undefined
    source.line(`p=o.reserve(${prefix.minSize}+${bytes});t=o.bytes;`)
    return prefix.minSize
  }

  /** Ends the content that begins at `from`. */
  close(w: Writer, from: number): void {
    if (!this.until) return
    const { bytes } = this.until
    const { out } = w
    const end = out.length
    out.append(bytes)
    // Also where it begins in the content and ends in the terminator.
    if (findBytes(out.bytes, bytes, from, out.length) !== end)
      refuse(w, 'BAD_TEXT', `contains its own terminator ${toHex(bytes, ' ')}`)
  }
}
