/**
 * Bytes as they are.
 *
 *   bytes(4)           | 01 02 03 04 |
 *   bytes(u8)          | 02 | 01 02 |
 *   bytes(until(0))    | 01 02 | 00 |
 *   bytes(), rest()    | 01 02 |                 to the end
 */
import { encodeUtf8Into, utf8Length } from '../bytes/index.js'
import { show } from './errors.js'
import { Extent, type ExtentArgument } from './extent.js'
import { Node, type Sizes } from './node.js'
import type { Raw } from './raw.js'
import { MISS, type Reader } from './reader.js'
import type { FieldRef } from './refs.js'
import type { Scan, Scanner } from './scan.js'
import type { Schema } from './schema.js'
import type { Source } from './source.js'
import { refuse, type Writer } from './writer.js'

/** Below this a loop is faster than a call. */
const COPIED_BY_HAND = 24
/** Up to this generated code names each byte. */
const WRITTEN_OUT = 8

class Bytes extends Node {
  readonly #extent: Extent
  readonly #take: typeof copy

  constructor(extent: Extent, views: boolean) {
    super(
      { kind: 'bytes', length: extent.argument, views: views || undefined },
      { implies: extent.ref, endless: extent.rest },
    )
    this.#extent = extent
    this.#take = views ? view : copy
  }
  protected measure(): Sizes {
    return this.#extent.sizes(1, 1)
  }
  read(r: Reader): Uint8Array {
    const end = this.#extent.open(r)
    const { at } = r
    r.at = end + this.#extent.tail
    return this.#take(r.bytes, at, end)
  }
  write(w: Writer, value: unknown): void {
    const bytes = asBytes(value) ?? refuseBytes(w, value)
    this.#extent.begin(w, bytes.length)
    const from = w.out.length
    w.out.append(bytes)
    this.#extent.until?.close(w, from)
  }
  override scan(s: Scanner): Scan {
    return this.#extent.scan(s)
  }
  protected override makeRaw(): Raw | undefined {
    const { fixed } = this.#extent
    if (fixed === undefined) return undefined
    return {
      get: (bytes, at) => this.#take(bytes, at, at + fixed),
      put(target, at, value) {
        const bytes = asBytes(value)
        if (bytes?.length !== fixed) throw MISS
        if (fixed <= COPIED_BY_HAND) for (let i = 0; i < fixed; i++) target[at + i] = bytes[i]!
        else target.set(bytes, at)
      },
    }
  }
  override readSource(source: Source): string | undefined {
    const take = source.outside(this.#take)
    return this.#extent.readSource(source, 1, (length) => `${take}(b,p,p+${length})`)
  }
  override getSource(source: Source, plus: number): string {
    const size = this.minSize
    if (size > WRITTEN_OUT || this.#take === view) return super.getSource(source, plus)
    const bytes = source.let(`new Uint8Array(${size})`)
    for (let i = 0; i < size; i++) source.line(`${bytes}[${i}]=b[p+${plus + i}];`)
    return bytes
  }
  override putSource(source: Source, plus: number, value: string): void {
    const size = this.minSize
    if (size > WRITTEN_OUT) return super.putSource(source, plus, value)
    const bytes = source.let(`${value} instanceof Uint8Array?${value}:${source.outside(asBytes)}(${value})`)
    source.missIf(`${bytes}?.length!==${size}`)
    for (let i = 0; i < size; i++) source.line(`t[p+${plus + i}]=${bytes}[${i}];`)
  }
}

function refuseBytes(w: Writer, value: unknown): never {
  refuse(w, 'WRONG_TYPE', `${show(value)} is neither a Uint8Array nor text`)
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
