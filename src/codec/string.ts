/**
 * Text, strictly: what an encoding cannot represent is refused in both directions, never replaced.
 *
 *   string(8)               | 'abc' 00 00 00 00 00 |     filled with NUL, which the text then cannot contain at its end
 *   string(u8)              | 03 | 'abc' |
 *   string(until('\r\n'))   | 'abc' | 0d 0a |
 *   string()                | 'abc' |                    to the end
 *
 * Lengths count bytes.
 */
import { type TextEncoding, type TextEncodingName, textEncodings } from '../bytes/index.js'
import { badDefinition, show } from './errors.js'
import { Extent, type ExtentArgument } from './extent.js'
import { Node, type Sizes } from './node.js'
import { NumberNode } from './number.js'
import type { Raw } from './raw.js'
import { fail, type Reader } from './reader.js'
import type { FieldRef } from './refs.js'
import type { Scan, Scanner } from './scan.js'
import type { Schema } from './schema.js'
import type { Source } from './source.js'
import { until } from './until.js'
import { refuse, type Writer } from './writer.js'

class Text extends Node {
  readonly #extent: Extent
  readonly #name: TextEncodingName
  readonly #encoding: TextEncoding

  constructor(extent: Extent, encoding: TextEncodingName) {
    if (!Object.hasOwn(textEncodings, encoding)) throw badDefinition(`no encoding is called ${show(encoding)}`)
    super({ kind: 'string', length: extent.argument, encoding }, { implies: extent.ref, endless: extent.rest })
    const { fixed, until } = extent
    if (until && encoding.startsWith('utf16'))
      throw badDefinition(
        'UTF-16 with a terminator: read bytes(until(…)) instead, as half a character may look like one',
      )
    if (fixed !== undefined && fixed % 2 === 1 && encoding.startsWith('utf16'))
      throw badDefinition(`${fixed} bytes of UTF-16: its characters take an even number`)
    this.#extent = extent
    this.#name = encoding
    this.#encoding = textEncodings[encoding]
  }

  protected measure(): Sizes {
    return this.#extent.sizes(1, 1)
  }

  read(r: Reader): string {
    const end = this.#extent.open(r)
    const text = this.#get(r.bytes, r.at, end, r)
    r.at = end + this.#extent.tail
    return text
  }

  #get(bytes: Uint8Array, at: number, end: number, r?: Reader): string {
    const { decode, malformedAt, bytesPerUnit } = this.#encoding
    const unit = bytesPerUnit === 2 ? 2 : 1
    let last = end
    // Without the NULs that fill the rest of the room.
    if (this.#extent.fixed !== undefined)
      while (last > at && bytes[last - 1] === 0 && bytes[last - unit] === 0) last -= unit
    return decode(bytes, at, last) ?? fail(r, 'BAD_TEXT', `no ${this.#name}`, malformedAt(bytes, at, end))
  }

  write(w: Writer, value: unknown): void {
    const { out } = w
    const { prefix, fixed, until } = this.#extent
    const { bytesPerUnit, encodeInto } = this.#encoding
    if (prefix instanceof NumberNode && typeof value === 'string') {
      // Written behind where its length will be, which saves going through it twice.
      const at = out.reserve(prefix.size + value.length * bytesPerUnit)
      const end = encodeInto(value, out.bytes, at + prefix.size)
      out.length = at
      if (end >= 0) {
        this.#extent.begin(w, end - at - prefix.size)
        out.length = end
        return
      }
    }
    const length = this.#lengthOf(value, w)
    if (fixed === undefined) this.#extent.begin(w, length)
    const at = out.reserve(fixed ?? length)
    out.bytes.fill(0, encodeInto(value as string, out.bytes, at), out.length)
    until?.close(w, at)
  }

  /** Bytes that it takes, if it fits. */
  #lengthOf(value: unknown, w?: Writer): number {
    const { fixed } = this.#extent
    if (typeof value !== 'string') refuse(w, 'WRONG_TYPE', `${show(value)} is no string`)
    const length = this.#encoding.length(value)
    if (length < 0) refuse(w, 'BAD_TEXT', `${show(value)} cannot be written in ${this.#name}`)
    if (fixed === undefined) return length
    if (length > fixed) refuse(w, 'WRONG_LENGTH', `${show(value)} takes ${length} bytes, there is room for ${fixed}`)
    if (value.endsWith('\0')) refuse(w, 'BAD_TEXT', 'ends with NUL, which is what the room is filled with')
    return length
  }

  protected override makeRaw(): Raw | undefined {
    const { fixed } = this.#extent
    if (fixed === undefined) return undefined
    return {
      get: (bytes, at) => this.#get(bytes, at, at + fixed),
      put: (target, at, value) => {
        this.#lengthOf(value)
        target.fill(0, this.#encoding.encodeInto(value, target, at), at + fixed)
      },
    }
  }

  override readSource(source: Source): string | undefined {
    const decode = source.outside(this.#encoding.decode)
    const text = this.#extent.readSource(source, 1, (length) => `${decode}(b,p,p+${length})`)
    if (text !== undefined) source.missIf(`${text}===undefined`)
    return text
  }

  override writeSource(source: Source, value: string): boolean {
    const { bytesPerUnit, encodeInto } = this.#encoding
    source.missIf(`typeof ${value}!=='string'`)
    const before = this.#extent.roomSource(source, `${value}.length*${bytesPerUnit}`)
    if (before === undefined) return false
    const end = source.let(`${source.outside(encodeInto)}(${value},t,p+${before})`)
    source.missIf(`${end}<0`)
    source.put(this.#extent.prefix!, 0, source.let(`${end}-p-${before}`))
    source.line(`o.length=${end};`)
    return true
  }

  override scan(s: Scanner): Scan {
    return this.#extent.scan(s)
  }
}

/** Which characters there are, and how they become bytes. */
export interface StringOptions {
  /** UTF-8, because that is what protocols of this century mean by text. */
  readonly encoding?: TextEncodingName
}

/**
 * Text of `length` bytes: a number, a codec that says how many, `field('n')`, `until('\0')`, or all that is left.
 *
 * @example
 * string(u8).encode('héllo')                          // 06 68 c3 a9 6c 6c 6f
 * string(4).decode(new Uint8Array([0x61, 0, 0, 0]))   // 'a'
 */
export function string(length: number, options?: StringOptions): Schema<string, string, number>
export function string<Name extends string>(
  length: FieldRef<Name>,
  options?: StringOptions,
): Schema<string, string, undefined, Name>
export function string(length?: ExtentArgument, options?: StringOptions): Schema<string, string, undefined>
export function string(
  length?: ExtentArgument,
  { encoding = 'utf8' }: StringOptions = {},
): Schema<string, string, any, any> {
  return new Text(new Extent(length), encoding)
}

/** Text up to a NUL, as C has it. */
export function cstring(options?: StringOptions): Schema<string, string, undefined> {
  return string(until(0), options)
}
