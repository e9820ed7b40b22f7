/**
 * How far something reaches: how many bytes of a string, how many elements of an array.
 *
 *   16              always as many                        | content (16) |
 *   u8, varint      as many as a number before it says    | n | content (n) |
 *   field('n')      as many as an earlier field says      | n | … | content (n) |
 *   until('\r\n')   up to a terminator                    | content | 0d 0a |
 *   nothing         to the end of what there is           | content |
 */
import type { Codec, Description } from '../codec.js'
import { badDefinition } from './errors.js'
import { nodeOf } from './foreign.js'
import { Node, type Read, type Sizes, type Write } from './node.js'
import { NumberNode } from './number.js'
import { fail, need, type Reader } from './reader.js'
import { Reference } from './reference.js'
import type { Scan, Scanner } from './scan.js'
import type { Source } from './source.js'
import { refuse, type Writer } from './writer.js'

/** Bytes that end something. What looks for them is made by `until()`, so that who does not use it does not load it. */
export abstract class Terminator {
  abstract readonly bytes: Uint8Array
  abstract describe(): Description
  /** Where the content ends that begins at `r.at`. */
  abstract open(r: Reader): number
  /** Ends the content that begins at `from`. */
  abstract close(w: Writer, from: number): void
  /** Whether it is what comes next. */
  abstract isNext(r: Reader): boolean
  /** The same, waiting for as many bytes as it takes to tell. */
  abstract scanNext(s: Scanner): Scan<boolean>
  /** Ends a list of elements that begin at `starts`. */
  abstract closeList(w: Writer, starts: readonly number[]): void
}

/** How many bytes or elements; see the top of this page. Nothing: to the end of what there is. */
export type ExtentArgument = number | Codec<number | bigint, never> | Reference | Terminator | undefined

/** A count that arrived, as a number that may be used as one. */
export function countOf(r: Reader | undefined, value: unknown): number {
  const count = typeof value === 'bigint' ? Number(value) : value
  if (Number.isSafeInteger(count) && (count as number) >= 0) return count as number
  return fail(r, 'BAD_LENGTH', `${String(value)} is no length`)
}

export class Extent {
  /** As a shape has it. */
  readonly argument: number | Node | Reference | Terminator | undefined
  readonly fixed: number | undefined
  readonly prefix: Node | undefined
  /** The reference that says how many; what it reaches over implies the field. */
  readonly ref: Reference | undefined
  readonly until: Terminator | undefined
  /** Whether it reaches to the end of what there is. */
  readonly rest: boolean
  // Of the prefix, by mode: close at hand, as every string and every array has one.
  readonly #readers: Read[] = []
  readonly #writers: Write[] = []

  constructor(given: ExtentArgument) {
    const argument =
      typeof given === 'object' && !(given instanceof Reference || given instanceof Terminator)
        ? nodeOf(given as Codec<any, any>)
        : given
    this.argument = argument
    this.fixed = typeof argument === 'number' ? argument : undefined
    this.ref = argument instanceof Reference ? argument : undefined
    this.until = argument instanceof Terminator ? argument : undefined
    this.prefix = argument instanceof Node ? argument : undefined
    this.rest = argument === undefined
    if (this.fixed !== undefined && !(Number.isSafeInteger(this.fixed) && this.fixed >= 0))
      throw badDefinition(`${this.fixed} is no length`)
    const kind = this.prefix?.shape.kind ?? ''
    if (/^(f\d\d|bool|string|bytes)$/.test(kind)) throw badDefinition(`${kind} counts nothing`)
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
    if (!prefix) return countOf(r, ref!.read(r))
    return countOf(r, r.trace ? prefix.read(r) : (this.#readers[r.mode] ??= prefix.reader(r.mode))(r))
  }

  /** Goes to where the content begins and returns where it ends, all of it being there. */
  open(r: Reader): number {
    if (this.rest) return r.end
    if (this.until) return this.until.open(r)
    const length = this.count(r)
    need(r, length)
    return r.at + length
  }

  /**
   * Statements that read a prefix of fixed size at `p`, and behind it as many elements of `size` bytes as it says, which
   * `take` takes, given their number. The name of what that gives; undefined where there is no such prefix.
   */
  readSource(source: Source, size: number, take: (count: string) => string): string | undefined {
    const { prefix } = this
    if (!prefix?.raw(source.mode)) return undefined
    source.missIf(`r.end-p<${prefix.minSize}`)
    const count = source.let(source.get(prefix, 0))
    // What cannot be negative and is exact needs no second look.
    if (!(prefix instanceof NumberNode && prefix.min === 0))
      source.line(`${count}=${source.outside(countOf)}(undefined,${count});`)
    source.line(`p+=${prefix.minSize};`)
    const length = size === 1 ? count : `${count}*${size}`
    source.missIf(`r.end-p<${length}`)
    const content = source.let(take(count))
    source.line(`p+=${length};`)
    return content
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
    else if (ref) ref.report(w, count)
    else if (fixed !== undefined && count !== fixed) refuse(w, 'WRONG_LENGTH', `has ${count}, must have ${fixed}`)
  }

  /** Statements that make room at `p` for a prefix of fixed size and `bytes`, an expression: the size of the prefix. */
  roomSource(source: Source, bytes: string): number | undefined {
    const { prefix } = this
    if (!prefix?.raw(source.mode)) return undefined
    source.line(`p=o.reserve(${prefix.minSize}+${bytes});t=o.bytes;`)
    return prefix.minSize
  }
}
