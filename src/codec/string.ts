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
import type { Description } from '../codec.js'
import { badDefinition, show } from './errors.js'
import { Extent, type ExtentArgument, until } from './extent.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import { NumberNode } from './number.js'
import type { Raw } from './raw.js'
import { fail, MISS, type Read } from './reader.js'
import type { FieldRef } from './refs.js'
import type { Scanner } from './scan.js'
import type { Schema } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import { refuse, type Write } from './writer.js'

class Text extends Node {
  readonly #extent: Extent
  readonly #name: TextEncodingName
  readonly #encoding: TextEncoding

  constructor(extent: Extent, encoding: TextEncodingName) {
    super(extent.parts, extent.uses, extent.rest)
    if (extent.until && encoding.startsWith('utf16'))
      throw badDefinition(
        'UTF-16 with a terminator: read bytes(until(…)) instead, as half a character may look like one',
      )
    if (extent.fixed !== undefined && extent.fixed % 2 === 1 && encoding.startsWith('utf16'))
      throw badDefinition(`${extent.fixed} bytes of UTF-16: its characters take an even number`)
    this.#extent = extent
    this.#name = encoding
    this.#encoding = textEncodings[encoding]
  }

  protected measure(): Sizes {
    return this.#extent.sizes(1, 1)
  }

  describe(): Description {
    return { kind: 'string', ...this.#extent.describe('length'), encoding: this.#name }
  }

  reader(mode: Mode): Read {
    const open = this.#extent.opener(mode)
    const { tail } = this.#extent
    const decode = this.#extent.fixed === undefined ? this.#encoding.decode : unfilled(this.#encoding)
    return (r) => {
      const end = open(r)
      const text = decode(r.bytes, r.at, end)
      if (text === undefined) fail(r, 'BAD_TEXT', `no ${this.#name}`, this.#encoding.malformedAt(r.bytes, r.at, end))
      r.at = end + tail
      return text
    }
  }

  override raw(_mode: Mode): Raw | undefined {
    const { fixed } = this.#extent
    const { length, encodeInto } = this.#encoding
    const decode = unfilled(this.#encoding)
    if (fixed === undefined) return undefined
    return {
      get(bytes, at) {
        const text = decode(bytes, at, at + fixed)
        if (text === undefined) throw MISS
        return text
      },
      put(target, at, value) {
        const size = typeof value === 'string' && !value.endsWith('\0') ? length(value) : -1
        if (size < 0 || size > fixed) throw MISS
        target.fill(0, encodeInto(value, target, at), at + fixed)
      },
    }
  }

  writer(mode: Mode): Write {
    const extent = this.#extent
    const begin = extent.begin(mode)
    const encoding = this.#encoding
    const { prefix } = extent
    const counted = prefix instanceof NumberNode ? prefix : undefined
    const putCount = counted?.raw(mode).put
    const before = prefix?.minSize ?? 0
    return (w, value) => {
      if (typeof value !== 'string') refuse(w, 'WRONG_TYPE', `${show(value)} is no string`)
      if (counted) {
        // Written behind where its length will be, which saves going through it twice.
        const { out } = w
        const at = out.reserve(before + value.length * encoding.bytesPerUnit)
        const end = encoding.encodeInto(value, out.bytes, at + before)
        const length = end - at - before
        out.length = at
        if (end >= 0 && counted.fits(length)) {
          putCount!(out.bytes, at, length)
          out.length = end
          return
        }
      }
      const length = encoding.length(value)
      if (length < 0) refuse(w, 'BAD_TEXT', `${show(value)} cannot be written in ${this.#name}`)
      const { fixed } = extent
      if (fixed === undefined) begin(w, length)
      else if (length > fixed)
        refuse(w, 'WRONG_LENGTH', `${show(value)} takes ${length} bytes, there is room for ${fixed}`)
      else if (value.endsWith('\0')) refuse(w, 'BAD_TEXT', 'ends with NUL, which is what the room is filled with')
      const from = w.out.reserve(fixed ?? length)
      const at = encoding.encodeInto(value, w.out.bytes, from)
      if (fixed !== undefined) w.out.bytes.fill(0, at, from + fixed)
      extent.close(w, from)
    }
  }

  override *scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    yield* this.#extent.scanContent(s, mode)
  }

  override emitRead(source: ReadSource): string {
    const [start, end] = this.#extent.emitContent(source)
    const decode = this.#extent.fixed === undefined ? this.#encoding.decode : unfilled(this.#encoding)
    const text = source.let(`${source.outside(decode)}(b,${start},${end})`)
    source.missIf(`${text}===undefined`)
    return text
  }

  override emitWrite(source: WriteSource, value: string): boolean {
    const { fixed, prefix } = this.#extent
    const raw = this.raw(source.mode)
    if (raw && fixed !== undefined) {
      const plus = source.take(fixed)
      source.line(`${source.outside(raw.put)}(t,p+${plus},${value});`)
      return true
    }
    const counted = prefix instanceof NumberNode && !prefix.big
    if (source.exact || !(counted || this.#extent.rest)) return false
    source.missIf(`typeof ${value}!=='string'`)
    const before = counted ? prefix.size : 0
    source.room(`${before}+${value}.length*${this.#encoding.bytesPerUnit}`)
    const from = source.let(`p+${before}`)
    const end = source.let(`${source.outside(this.#encoding.encodeInto)}(${value},t,${from})`)
    source.missIf(`${end}<0`)
    if (counted) {
      source.sure = before
      source.part(prefix, source.let(`${end}-${from}`))
      source.plus = 0
    }
    source.line(`p=${end};`)
    source.sure = 0
    return true
  }
}

/** Without the NULs that fill the rest of the room. */
function unfilled(encoding: TextEncoding): TextEncoding['decode'] {
  const wide = encoding.bytesPerUnit === 2
  return (bytes, start, end) => {
    if (wide) while (end - start >= 2 && bytes[end - 1] === 0 && bytes[end - 2] === 0) end -= 2
    else while (end > start && bytes[end - 1] === 0) end--
    return encoding.decode(bytes, start, end)
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
