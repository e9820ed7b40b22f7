/**
 * How far something reaches: how many bytes of a string, how many elements of an array.
 *
 *   16              always as many                        | content (16) |
 *   u8, varint      as many as a number before it says    | n | content (n) |
 *   field('n')      as many as an earlier field says      | n | … | content (n) |
 *   until('\r\n')   up to a terminator                    | content | 0d 0a |
 *   nothing         to the end of what there is           | content |
 */
import { encodeUtf8Into, toHex, utf8Length } from '../bytes/index.js'
import type { Codec } from '../codec.js'
import { badDefinition } from './errors.js'
import { nodeOf } from './foreign.js'
import type { Mode } from './mode.js'
import type { Node, Sizes } from './node.js'
import { NumberNode } from './number.js'
import { describeRef } from './plain.js'
import { fail, need, type Reader } from './reader.js'
import { Ref, report, resolveRead, type Use } from './refs.js'
import type { Scanner } from './scan.js'
import type { ReadSource, WriteSource } from './source.js'
import { refuse, type Writer } from './writer.js'

/** Bytes that end something; they are not a part of it and cannot occur in it. */
export class Until {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    if (bytes.length === 0) throw badDefinition('a terminator has at least one byte')
    this.bytes = bytes
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

/** Where `bytes` next contains `wanted`, or -1. */
export function find(bytes: Uint8Array, wanted: Uint8Array, from: number, end: number): number {
  const first = wanted[0]!
  const last = end - wanted.length
  for (let at = bytes.indexOf(first, from); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
    let i = 1
    while (i < wanted.length && bytes[at + i] === wanted[i]) i++
    if (i === wanted.length) return at
  }
  return -1
}

/** A count that arrived, as a number that may be used as one. */
export function countOf(r: Reader, value: unknown): number {
  const count = typeof value === 'bigint' ? Number(value) : value
  if (Number.isSafeInteger(count) && (count as number) >= 0) return count as number
  return fail(r, 'BAD_LENGTH', `${String(value)} is no length`)
}

export class Extent {
  readonly fixed: number | undefined
  readonly prefix: Node | undefined
  readonly ref: Ref | undefined
  readonly until: Until | undefined
  readonly parts: readonly Node[]
  readonly uses: readonly Use[]

  constructor(argument: ExtentArgument) {
    this.fixed = typeof argument === 'number' ? argument : undefined
    this.ref = argument instanceof Ref ? argument : undefined
    this.until = argument instanceof Until ? argument : undefined
    this.prefix =
      argument === undefined || typeof argument === 'number' || this.ref || this.until
        ? undefined
        : nodeOf(argument as Codec<any, any>)
    if (this.fixed !== undefined && !(Number.isSafeInteger(this.fixed) && this.fixed >= 0))
      throw badDefinition(`${this.fixed} is no length`)
    if (this.prefix instanceof NumberNode && this.prefix.kind.startsWith('f'))
      throw badDefinition(`${this.prefix.kind} counts nothing`)
    this.parts = this.prefix ? [this.prefix] : []
    this.uses = this.ref ? [{ ref: this.ref, derives: this.ref.path.length === 1 && this.ref.source === 'field' }] : []
  }

  get rest(): boolean {
    return this.fixed === undefined && !this.prefix && !this.ref && !this.until
  }

  /** The field of the enclosing record that says how many. */
  get implies(): string | undefined {
    return this.uses[0]?.derives ? this.ref!.path[0] : undefined
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

  /** What a description says of it under `key`: nothing when it reaches to the end. */
  describe(key: string): Readonly<Record<string, unknown>> {
    if (this.ref) return { [key]: describeRef(this.ref) }
    if (this.until) return { [key]: { kind: 'until', bytes: toHex(this.until.bytes) } }
    return this.rest ? {} : { [key]: this.prefix ? this.prefix.describe() : this.fixed }
  }

  // Reading.

  /** The count, of anything but what is terminated or reaches to the end. */
  counter(mode: Mode): (r: Reader) => number {
    const { fixed, ref, prefix } = this
    if (fixed !== undefined) return () => fixed
    if (ref) return (r) => countOf(r, resolveRead(r, ref))
    const read = prefix!.reader(mode)
    // What cannot be negative and is exact needs no second look.
    return prefix instanceof NumberNode && prefix.min === 0 ? read : (r) => countOf(r, read(r))
  }

  /** Goes to where the content begins and returns where it ends, all of it being there. */
  opener(mode: Mode): (r: Reader) => number {
    if (this.rest) return (r) => r.end
    if (this.until) {
      const { bytes } = this.until
      return (r) => {
        const end = find(r.bytes, bytes, r.at, r.end)
        return end < 0 ? fail(r, 'TRUNCATED', `the terminator ${toHex(bytes, ' ')} is missing`, r.end) : end
      }
    }
    const count = this.counter(mode)
    return (r) => {
      const length = count(r)
      need(r, length)
      return r.at + length
    }
  }

  *scanCount(s: Scanner, mode: Mode): Generator<undefined, number> {
    if (this.fixed !== undefined) return this.fixed
    if (this.ref) return countOf(s, resolveRead(s, this.ref))
    return countOf(s, yield* s.value(this.prefix!, this.prefix!.reader(mode), mode))
  }

  /** Waits for all of the content and what ends it. */
  *scanContent(s: Scanner, mode: Mode): Generator<undefined, void> {
    if (!this.until) {
      const length = yield* this.scanCount(s, mode)
      yield* s.need(length)
      s.at += length
      return
    }
    const { bytes } = this.until
    // How far it has been searched; the terminator may be cut in two.
    let searched = s.at - s.start
    for (;;) {
      const end = find(s.bytes, bytes, s.start + searched, s.end)
      if (end >= 0) {
        s.at = end + bytes.length
        return
      }
      searched = Math.max(searched, s.end - s.start - bytes.length + 1)
      yield* s.need(Math.max(s.end - s.at + 1, bytes.length))
    }
  }

  /** Source for the count, which is in the variable that is returned. */
  emitCount(source: ReadSource): string {
    if (this.fixed !== undefined) return String(this.fixed)
    const value = this.ref ? source.let(source.ref(this.ref)) : source.part(this.prefix!)
    const { prefix } = this
    if (prefix instanceof NumberNode && prefix.min === 0) return value
    source.line(
      `if(typeof ${value}==='bigint')${value}=Number(${value});if(!Number.isSafeInteger(${value})||${value}<0)throw M;`,
    )
    return value
  }

  /** Source that goes beyond the content; returns expressions for where it begins and ends. */
  emitContent(source: ReadSource): readonly [start: string, end: string] {
    if (this.fixed !== undefined) {
      const plus = source.take(this.fixed)
      return [`p+${plus}`, `p+${plus + this.fixed}`]
    }
    const start = source.name()
    if (this.until || this.rest) {
      source.forget()
      source.line(`const ${start}=p;`)
      if (this.rest) {
        source.line('p=e;')
        return [start, 'p']
      }
      const end = source.let(`${source.outside(find)}(b,${source.outside(this.until!.bytes)},p,e)`)
      source.missIf(`${end}<0`)
      source.line(`p=${end}+${this.tail};`)
      return [start, end]
    }
    const count = this.emitCount(source)
    source.settle()
    source.needExpression(count)
    source.line(`const ${start}=p;p+=${count};`)
    return [start, 'p']
  }

  // Writing.

  /** Says how many follow, for what knows it beforehand. */
  begin(mode: Mode): (w: Writer, count: number) => void {
    const { fixed, ref, prefix } = this
    if (prefix) {
      const write = prefix.writer(mode)
      return (w, count) => write(w, count)
    }
    if (ref) return (w, count) => report(w, ref, count)
    if (fixed === undefined) return () => {}
    return (w, count) => {
      if (count !== fixed) refuse(w, 'WRONG_LENGTH', `has ${count}, must have ${fixed}`)
    }
  }

  /** Ends the content that begins at `from`. */
  close(w: Writer, from: number): void {
    if (!this.until) return
    const { bytes } = this.until
    const { out } = w
    const end = out.length
    out.append(bytes)
    // Also where it begins in the content and ends in the terminator.
    if (find(out.bytes, bytes, from, out.length) !== end)
      refuse(w, 'BAD_TEXT', `contains its own terminator ${toHex(bytes, ' ')}`)
  }

  /** Source that says how many follow; false when that takes a closure. */
  emitBegin(source: WriteSource, count: string): void {
    if (this.prefix) source.part(this.prefix, source.let(count))
    else if (this.fixed !== undefined) source.missIf(`${count}!==${this.fixed}`)
    else if (this.ref) source.report(this.ref, count)
  }
}
