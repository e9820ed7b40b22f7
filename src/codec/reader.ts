/**
 * One decoding under way: the bytes, the place in them, and what has been learnt so far.
 *
 *   | message ............................. |
 *   base        at ->               end
 */
import type { CodecContext, Field } from '../codec.js'
import { CodecError, DecodeError, type DecodeErrorCode } from './errors.js'

/** Decodes one value at `reader.at` and leaves `reader.at` behind it. */
export type Read = (reader: Reader) => any

/** A field as `inspect` builds it. */
export interface Trace extends Field {
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
  /** Levels of `lazy`. */
  depth = 0
  scope: Scope | undefined = undefined
  /** The element that comes next, for the trace. */
  index = 0
  trace: Trace | undefined = undefined
  /** Bytes read away from the straight path, through offsets and back references. */
  jumped = 0
  /** Elements of arrays that took no bytes. */
  free = 0
  /** Behind the last byte that was read through an offset. */
  reach = 0
  base: number
  /** Where the message ends, whatever part of it is being read. */
  limit: number
  readonly context: CodecContext | undefined
  bytes: Uint8Array
  at: number
  end: number

  constructor(bytes: Uint8Array, at: number, end: number, context: CodecContext | undefined) {
    this.bytes = bytes
    this.at = at
    this.end = end
    this.base = at
    this.limit = end
    this.context = context
  }
}

/** Gives up on the bytes. `at` is where they are wrong. */
export function fail(r: Reader, code: DecodeErrorCode, message: string, at: number = r.at): never {
  throw r.trace ? new DecodeError(code, message, r.trace.path, at - r.base) : MISS
}

/** Makes sure of `count` bytes, which are not taken yet. */
export function need(r: Reader, count: number): void {
  if (r.end - r.at < count) fail(r, 'TRUNCATED', `needs ${bytesInWords(count)}, ${isOrAre(r.end - r.at)} left`)
}

/** Reads with a node of its own in the trace, called `key` or by its index. */
export function traced(read: Read, key?: string): Read {
  return (r) => {
    const parent = r.trace!
    const at = r.at
    const node: Trace = { path: join(parent.path, key ?? r.index), offset: at - r.base, length: 0 }
    ;(parent.fields ??= []).push(node)
    r.trace = node
    try {
      node.value = read(r)
      node.length = r.at - at
    } catch (thrown) {
      throw damage(r, node, thrown)
    }
    r.trace = parent
    return node.value
  }
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

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

export function bytesInWords(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`
}

function isOrAre(count: number): string {
  return count === 1 ? '1 is' : `${count} are`
}
