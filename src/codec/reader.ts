/**
 * One decoding under way: the bytes, the place in them, and what has been learnt so far.
 *
 *   | message ............................. |
 *   base        at ->               end
 */
import type { CodecContext, Field } from '../codec.js'
import { CodecError, DecodeError, type DecodeErrorCode, where } from './errors.js'
import type { Node } from './node.js'

/** A field as `inspect` builds it. */
export interface Trace extends Field {
  path: string
  length: number
  value?: unknown
  error?: CodecError | DecodeError
  fields?: Trace[]
}

/** The fields of a record that are known so far, for those that come after and depend on them. */
export interface Scope {
  readonly values: Readonly<Record<string, any>>
  readonly outer: Scope | undefined
}

/** Thrown where nobody watches the path: whoever catches it decodes again with a trace, to say what was wrong and where. */
export const MISS: unique symbol = Symbol('does not fit')

export class Reader {
  /** See `mode.ts`. */
  mode: number
  /** Levels of `lazy`. */
  depth = 0
  scope: Scope | undefined = undefined
  trace: Trace | undefined = undefined
  /** Bytes read away from the straight path, through offsets and back references. */
  jumped = 0
  /** Elements of arrays that took no bytes. */
  free = 0
  /** Behind the last byte that was read through an offset. */
  reach = 0
  /** Up to where bytes would have to be there, for want of which it failed. */
  lacks = 0
  /** Up to where a terminator has been looked for in vain. */
  searched = 0
  base: number
  /** Where the message ends, whatever part of it is being read. */
  limit: number
  readonly context: CodecContext | undefined
  bytes: Uint8Array
  at: number
  end: number

  constructor(bytes: Uint8Array, at: number, end: number, context: CodecContext | undefined, mode: number) {
    this.bytes = bytes
    this.at = at
    this.end = end
    this.base = at
    this.limit = end
    this.context = context
    this.mode = mode
  }

  /** Behind the last byte that was read. */
  get reached(): number {
    return Math.max(this.at, this.reach)
  }
}

/** Gives up on the bytes; without a reader, on what lies at a known place. `at` is where they are wrong. */
export function fail(r: Reader | undefined, code: DecodeErrorCode, message: string, at: number = r ? r.at : 0): never {
  throw r?.trace ? new DecodeError(code, message, r.trace.path, at - r.base) : MISS
}

/** Gives up for want of bytes up to `until`. */
export function lack(r: Reader, until: number, message: string, at?: number): never {
  r.lacks = until
  fail(r, 'TRUNCATED', message, at)
}

/** Makes sure of `count` bytes, which are not taken yet. */
export function need(r: Reader, count: number): void {
  const left = r.end - r.at
  if (left < count) lack(r, r.at + count, `needs ${bytesInWords(count)}, ${left === 1 ? '1 is' : `${left} are`} left`)
}

/** Reads a part of something larger, a field by its name or an element by its index: a node of its own in the trace. */
export function readPart(r: Reader, node: Node, key: string | number): any {
  const parent = r.trace
  if (!parent) return node.read(r)
  const { at } = r
  const trace: Trace = { path: join(parent.path, key), offset: at - r.base, length: 0 }
  ;(parent.fields ??= []).push(trace)
  r.trace = trace
  try {
    trace.value = node.read(r)
    trace.length = r.at - at
  } catch (thrown) {
    throw damage(r, trace, thrown)
  }
  r.trace = parent
  return trace.value
}

/** Notes in the trace why it stops; the innermost field is the one that says it. */
export function damage(r: Reader, node: Trace, thrown: unknown): unknown {
  node.length = Math.max(0, Math.min(r.at, r.end) - r.base - node.offset)
  const innermost = r.trace
  r.trace = undefined
  if (!innermost) return thrown
  const error =
    thrown instanceof DecodeError || thrown instanceof CodecError
      ? thrown
      : new DecodeError('REFUSED', messageOf(thrown), innermost.path, innermost.offset, { cause: thrown })
  innermost.error = error
  // A field that lacks bytes has those that are left.
  if (error.code === 'TRUNCATED') innermost.length = r.end - r.base - innermost.offset
  return error
}

export function join(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path ? `${path}.${key}` : key
}

/** The keys along a path as {@link join} wrote it. */
export function keysOf(path: string): (string | number)[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|[^.[\]]+/g)].map(([whole, text, index]) =>
    index !== undefined ? Number(index) : text !== undefined ? JSON.parse(`"${text}"`) : whole,
  )
}

/** A path that was said from somewhere within. */
export function within(path: string, inner: string): string {
  return path === '' || inner === '' || inner.startsWith('[') ? path + inner : `${path}.${inner}`
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** What an error says without the place, for one that says it from further outside. */
export function wordsOf({ message, path, offset }: DecodeError | CodecError): string {
  return message.slice(where(path, offset, '').length)
}

export function bytesInWords(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`
}
