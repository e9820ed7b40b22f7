/**
 * UTF-8, strictly: what is malformed is refused, never replaced, in both directions. A byte order mark is a character
 * like any other.
 *
 *   U+0000 … U+007F      0xxxxxxx
 *   U+0080 … U+07FF      110xxxxx 10xxxxxx
 *   U+0800 … U+FFFF      1110xxxx 10xxxxxx 10xxxxxx               without the surrogates U+D800 … U+DFFF
 *   U+10000 … U+10FFFF   11110xxx 10xxxxxx 10xxxxxx 10xxxxxx
 *
 * Short texts go through loops of our own, longer ones through the runtime's functions: a call into the runtime costs as
 * much as about eight characters read, or sixteen written.
 */
import { native } from './native-text.js'

interface Decoder {
  decode(bytes: Uint8Array): string
}
interface Encoder {
  encodeInto(text: string, target: Uint8Array): { readonly written: number }
}
declare const TextDecoder: new (label: string, options: { fatal: boolean; ignoreBOM: boolean }) => Decoder
declare const TextEncoder: new () => Encoder

const decoder: Decoder | undefined = native ? undefined : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder: Encoder | undefined = native ? undefined : new TextEncoder()

const READ_BY_HAND = native ? 8 : 16
const WRITE_BY_HAND = 16
const REPLACEMENT = '\ufffd'

/** Bytes that one UTF-16 code unit takes at most; a text of `n` units always fits into `n` times as many. */
export const UTF8_BYTES_PER_UNIT = 3

/**
 * The text in `bytes[start, end)`, or undefined when it is not UTF-8; {@link malformedUtf8At} then tells where.
 *
 * @example
 * decodeUtf8(new Uint8Array([0xe2, 0x82, 0xac]), 0, 3) // '€'
 * decodeUtf8(new Uint8Array([0xe2, 0x82, 0xac]), 0, 2) // undefined
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  return end - start > READ_BY_HAND ? decodeLong(bytes, start, end) : decodeShort(bytes, start, end)
}

function decodeShort(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = ''
  let at = start
  for (; at + 4 <= end; at += 4) {
    const a = bytes[at]!
    const b = bytes[at + 1]!
    const c = bytes[at + 2]!
    const d = bytes[at + 3]!
    if ((a | b | c | d) > 0x7f) return decodeLong(bytes, start, end)
    text += String.fromCharCode(a, b, c, d)
  }
  for (; at < end; at++) {
    const byte = bytes[at]!
    if (byte > 0x7f) return decodeLong(bytes, start, end)
    text += String.fromCharCode(byte)
  }
  return text
}

const utf8Slice = native?.utf8Slice
const decodeLong = utf8Slice ? decodeNatively : decodeByStandard

function decodeNatively(bytes: Uint8Array, start: number, end: number): string | undefined {
  const text = utf8Slice!.call(bytes, start, end)
  // It puts U+FFFD where bytes are malformed; a sender may also have meant that character.
  return text.includes(REPLACEMENT) && malformedUtf8At(bytes, start, end) !== -1 ? undefined : text
}

function decodeByStandard(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return decoder!.decode(bytes.subarray(start, end))
  } catch {
    return undefined
  }
}

/** Where the first character that is not UTF-8 begins, or -1 when `bytes[start, end)` is UTF-8 throughout. */
export function malformedUtf8At(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end) {
    const first = bytes[at]!
    if (first <= 0x7f) {
      at++
      continue
    }
    // C0 and C1 could only begin overlong forms, F5 and above only what is past U+10FFFF.
    const size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
    if (size === 0 || at + size > end) return at
    // The second byte is the one that tells overlong forms, surrogates and what is past U+10FFFF.
    const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
    const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
    const second = bytes[at + 1]!
    if (second < lowest || second > highest) return at
    for (let i = at + 2; i < at + size; i++) if ((bytes[i]! & 0xc0) !== 0x80) return at
    at += size
  }
  return -1
}

/** How many bytes `text` takes, or -1 when it holds half a surrogate pair, which UTF-8 has no form for. */
export function utf8Length(text: string): number {
  const units = text.length
  let length = units
  for (let i = 0; i < units; i++) {
    const unit = text.charCodeAt(i)
    if (unit <= 0x7f) continue
    if (unit <= 0x7ff) length++
    else if ((unit & 0xf800) !== 0xd800) length += 2
    else {
      if (unit > 0xdbff || (text.charCodeAt(++i) & 0xfc00) !== 0xdc00) return -1
      length += 2
    }
  }
  return length
}

/**
 * Writes `text` at `at` and returns where it ends, or -1 when it holds half a surrogate pair (the room then holds
 * anything). The caller has made the room: {@link utf8Length} bytes, or {@link UTF8_BYTES_PER_UNIT} for each unit, which
 * saves counting.
 *
 * @example
 * const room = new Uint8Array(8)
 * encodeUtf8Into('€', room, 2) // 5
 * encodeUtf8Into('\ud800', room, 2) // -1
 */
export function encodeUtf8Into(text: string, bytes: Uint8Array, at: number): number {
  const units = text.length
  if (units > WRITE_BY_HAND) return encodeByRuntime(text, bytes, at)
  let to = at
  for (let i = 0; i < units; i++) {
    const unit = text.charCodeAt(i)
    if (unit <= 0x7f) bytes[to++] = unit
    else if (unit <= 0x7ff) {
      bytes[to] = 0xc0 | (unit >> 6)
      bytes[to + 1] = 0x80 | (unit & 0x3f)
      to += 2
    } else if ((unit & 0xf800) !== 0xd800) {
      bytes[to] = 0xe0 | (unit >> 12)
      bytes[to + 1] = 0x80 | ((unit >> 6) & 0x3f)
      bytes[to + 2] = 0x80 | (unit & 0x3f)
      to += 3
    } else {
      const low = text.charCodeAt(++i)
      // Past the end charCodeAt gives NaN, which is no low surrogate either.
      if (unit > 0xdbff || (low & 0xfc00) !== 0xdc00) return -1
      const point = 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff)
      bytes[to] = 0xf0 | (point >> 18)
      bytes[to + 1] = 0x80 | ((point >> 12) & 0x3f)
      bytes[to + 2] = 0x80 | ((point >> 6) & 0x3f)
      bytes[to + 3] = 0x80 | (point & 0x3f)
      to += 4
    }
  }
  return to
}

const utf8Write = native?.utf8Write

function encodeByRuntime(text: string, bytes: Uint8Array, at: number): number {
  if (!isWellFormed(text)) return -1
  if (utf8Write) return at + utf8Write.call(bytes, text, at, bytes.length - at)
  return at + encoder!.encodeInto(text, bytes.subarray(at)).written
}

/** ES2024 has it as a method, which asks no more than one flag of a text in Latin-1. */
const wellFormed = (String.prototype as { isWellFormed?: (this: string) => boolean }).isWellFormed
const HALF_A_PAIR = /\p{Surrogate}/u

/** Whether every surrogate in `text` is one of a pair. */
export function isWellFormed(text: string): boolean {
  return wellFormed ? wellFormed.call(text) : !HALF_A_PAIR.test(text)
}
