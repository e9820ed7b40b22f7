/**
 * Bytes as they are.
 *
 *   bytes(4)           | 01 02 03 04 |
 *   bytes(u8)          | 02 | 01 02 |
 *   bytes(until(0))    | 01 02 | 00 |
 *   bytes(), rest()    | 01 02 |                 to the end
 */
import { encodeUtf8Into, utf8Length } from '../bytes/index.js'
import type { Description } from '../codec.js'
import { show } from './errors.js'
import { Extent, type ExtentArgument } from './extent.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import type { Raw } from './raw.js'
import { MISS, type Read } from './reader.js'
import type { FieldRef } from './refs.js'
import type { Scanner } from './scan.js'
import type { Schema } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import { refuse, type Write } from './writer.js'

/** Below this a loop is faster than a call, and up to the other number so are separate statements. */
const COPIED_BY_HAND = 24
const WRITTEN_OUT = 8

class Bytes extends Node {
  readonly extent: Extent
  readonly #views: boolean

  constructor(extent: Extent, views: boolean) {
    super(extent.parts, extent.uses, extent.rest)
    this.extent = extent
    this.#views = views
  }

  protected measure(): Sizes {
    return this.extent.sizes(1, 1)
  }

  describe(): Description {
    return { kind: 'bytes', ...this.extent.describe('length'), ...(this.#views && { views: true }) }
  }

  override raw(_mode: Mode): Raw | undefined {
    const { fixed } = this.extent
    if (fixed === undefined) return undefined
    const take = this.#views ? view : copy
    return {
      get: (bytes, at) => take(bytes, at, at + fixed),
      put: (target, at, value) => {
        const bytes = asBytes(value)
        if (bytes?.length !== fixed) throw MISS
        put(bytes, target, at)
      },
    }
  }

  reader(mode: Mode): Read {
    const open = this.extent.opener(mode)
    const { tail } = this.extent
    const take = this.#views ? view : copy
    return (r) => {
      const end = open(r)
      const { at } = r
      r.at = end + tail
      return take(r.bytes, at, end)
    }
  }

  writer(mode: Mode): Write {
    const { extent } = this
    const begin = extent.begin(mode)
    return (w, value) => {
      const bytes = asBytes(value)
      if (!bytes) return refuse(w, 'WRONG_TYPE', `${show(value)} is neither a Uint8Array nor text`)
      begin(w, bytes.length)
      const from = w.out.length
      w.out.append(bytes)
      extent.close(w, from)
    }
  }

  override get implies(): string | undefined {
    return this.extent.implies
  }
  override impliedSource(source: WriteSource, value: string): string {
    return `${source.outside(asBytes)}(${value})?.length`
  }

  override scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    return this.extent.scanContent(s, mode)
  }

  override emitRead(source: ReadSource): string {
    const { fixed } = this.extent
    if (fixed !== undefined && fixed <= WRITTEN_OUT && !this.#views) {
      const plus = source.take(fixed)
      const value = source.let(`new Uint8Array(${fixed})`)
      for (let i = 0; i < fixed; i++) source.line(`${value}[${i}]=b[p+${plus + i}];`)
      return value
    }
    const [start, end] = this.extent.emitContent(source)
    return source.let(`${source.outside(this.#views ? view : copy)}(b,${start},${end})`)
  }

  override emitWrite(source: WriteSource, value: string): boolean {
    const { fixed } = this.extent
    if (this.extent.until) return false
    const bytes = source.let(value)
    source.line(
      `if(!(${bytes} instanceof Uint8Array)){${bytes}=${source.outside(asBytes)}(${bytes});if(!${bytes})throw M;}`,
    )
    this.extent.emitBegin(source, `${bytes}.length`)
    if (fixed !== undefined && fixed <= WRITTEN_OUT) {
      const plus = source.take(fixed)
      for (let i = 0; i < fixed; i++) source.line(`t[p+${plus + i}]=${bytes}[${i}];`)
      return true
    }
    source.settle()
    source.room(`${bytes}.length`)
    source.line(`${source.outside(put)}(${bytes},t,p);p+=${bytes}.length;`)
    return true
  }
}

/** The bytes that a value stands for: themselves, or the UTF-8 of a text. */
function asBytes(value: unknown): Uint8Array | undefined {
  // One from another realm (a worker's, a test runner's) is no instance of ours.
  if (value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]')
    return value as Uint8Array
  const length = typeof value === 'string' ? utf8Length(value) : -1
  if (length < 0) return undefined
  const bytes = new Uint8Array(length)
  encodeUtf8Into(value as string, bytes, 0)
  return bytes
}

function view(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset + start, end - start)
}

function copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
  // Uint8Array's own slice, never a Buffer's, which would be a view; and a Buffer's species would make a Buffer.
  const length = end - start
  const copied = new Uint8Array(length)
  if (length <= COPIED_BY_HAND) for (let i = 0; i < length; i++) copied[i] = bytes[start + i]!
  else copied.set(view(bytes, start, end))
  return copied
}

function put(bytes: Uint8Array, target: Uint8Array, at: number): void {
  if (bytes.length <= COPIED_BY_HAND) for (let i = 0; i < bytes.length; i++) target[at + i] = bytes[i]!
  else target.set(bytes, at)
}

export interface BytesOptions {
  /**
   * Whether what decoding gives is a window into the decoded bytes, which may change under it as soon as the handler
   * returns. No, because what a program keeps should be its own.
   */
  readonly views?: boolean
}

/**
 * As many bytes as `length` says: a number, a codec that says how many, `field('n')`, `until(0)`, or all that are left.
 * Encoding takes text as well, as UTF-8.
 *
 * @example
 * bytes(u16).encode('ab')   // 00 02 61 62
 */
export function bytes(length: number, options?: BytesOptions): Schema<Uint8Array, Uint8Array | string, number>
export function bytes<Name extends string>(
  length: FieldRef<Name>,
  options?: BytesOptions,
): Schema<Uint8Array, Uint8Array | string, undefined, Name>
export function bytes(
  length?: ExtentArgument,
  options?: BytesOptions,
): Schema<Uint8Array, Uint8Array | string, undefined>
export function bytes(
  length?: ExtentArgument,
  { views = false }: BytesOptions = {},
): Schema<Uint8Array, Uint8Array | string, any, any> {
  return new Bytes(new Extent(length), views)
}

/** All the bytes that are left. */
export function rest(options?: BytesOptions): Schema<Uint8Array, Uint8Array | string, undefined> {
  return bytes(undefined, options)
}
