/**
 * UTF-16 in either byte order, strictly: half a surrogate pair or half a unit is refused. A byte order mark is a
 * character like any other; which order the bytes are in is for the protocol to say.
 *
 *   U+0000 … U+FFFF      xxxxxxxx xxxxxxxx                                       without U+D800 … U+DFFF
 *   U+10000 … U+10FFFF   110110xx xxxxxxxx 110111xx xxxxxxxx
 */
import { native } from './native-text.js'
import { isWellFormed } from './utf8.js'

const READ_BY_HAND = 8
const WRITE_BY_HAND = 16
/** Arguments of one call: well below what any engine allows. */
const CHUNK = 4096

/** The text in `bytes[start, end)`, high byte first, or undefined when malformed; {@link malformedUtf16beAt} tells where. */
export function decodeUtf16be(bytes: Uint8Array, start: number, end: number): string | undefined {
  return (end - start) % 2 === 0 ? wellFormedOnly(unitsText(bytes, start, end, 0)) : undefined
}

/** The text in `bytes[start, end)`, low byte first, or undefined when malformed; {@link malformedUtf16leAt} tells where. */
export function decodeUtf16le(bytes: Uint8Array, start: number, end: number): string | undefined {
  if ((end - start) % 2 !== 0) return undefined
  return wellFormedOnly(
    native && end - start > 2 * READ_BY_HAND
      ? native.ucs2Slice.call(bytes, start, end)
      : unitsText(bytes, start, end, 1),
  )
}

/** Where the first character that is not UTF-16 begins, high byte first, or -1. */
export function malformedUtf16beAt(bytes: Uint8Array, start: number, end: number): number {
  return malformedAt(bytes, start, end, 0)
}

/** Where the first character that is not UTF-16 begins, low byte first, or -1. */
export function malformedUtf16leAt(bytes: Uint8Array, start: number, end: number): number {
  return malformedAt(bytes, start, end, 1)
}

/** How many bytes `text` takes in either byte order, or -1 when it holds half a surrogate pair. */
export function utf16Length(text: string): number {
  return isWellFormed(text) ? 2 * text.length : -1
}

/** Writes `text` at `at`, high byte first; returns where it ends, or -1 when it holds half a surrogate pair. */
export function encodeUtf16beInto(text: string, bytes: Uint8Array, at: number): number {
  return isWellFormed(text) ? writeUnits(text, bytes, at, 0) : -1
}

/** Writes `text` at `at`, low byte first; returns where it ends, or -1 when it holds half a surrogate pair. */
export function encodeUtf16leInto(text: string, bytes: Uint8Array, at: number): number {
  if (!isWellFormed(text)) return -1
  return native && text.length > WRITE_BY_HAND
    ? at + native.ucs2Write.call(bytes, text, at, bytes.length - at)
    : writeUnits(text, bytes, at, 1)
}

/** The text whose code units are `units`. */
export function charsOf(units: Uint8Array | Uint16Array): string {
  let text = ''
  for (let i = 0; i < units.length; i += CHUNK)
    text += String.fromCharCode.apply(undefined, units.subarray(i, i + CHUNK) as unknown as number[])
  return text
}

function wellFormedOnly(text: string): string | undefined {
  return isWellFormed(text) ? text : undefined
}

/** `highAt` is where in a unit its high byte lies: 0 in big-endian order, 1 in little-endian. */
function unitsText(bytes: Uint8Array, start: number, end: number, highAt: 0 | 1): string {
  if (end - start <= 2 * READ_BY_HAND) {
    let text = ''
    for (let at = start; at < end; at += 2)
      text += String.fromCharCode((bytes[at + highAt]! << 8) | bytes[at + 1 - highAt]!)
    return text
  }
  const units = new Uint16Array((end - start) / 2)
  for (let i = 0, at = start; at < end; i++, at += 2) units[i] = (bytes[at + highAt]! << 8) | bytes[at + 1 - highAt]!
  return charsOf(units)
}

function writeUnits(text: string, bytes: Uint8Array, at: number, highAt: 0 | 1): number {
  for (let i = 0, to = at; i < text.length; i++, to += 2) {
    const unit = text.charCodeAt(i)
    bytes[to + highAt] = unit >> 8
    bytes[to + 1 - highAt] = unit & 0xff
  }
  return at + 2 * text.length
}

function malformedAt(bytes: Uint8Array, start: number, end: number, highAt: 0 | 1): number {
  for (let at = start; at < end; at += 2) {
    if (at + 2 > end) return at
    const high = bytes[at + highAt]! & 0xfc
    if (high === 0xdc) return at
    if (high !== 0xd8) continue
    if (at + 4 > end || (bytes[at + 2 + highAt]! & 0xfc) !== 0xdc) return at
    at += 2
  }
  return -1
}
