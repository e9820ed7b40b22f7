/**
 * ASCII and Latin-1: one byte for one character, and no room for any other.
 *
 *   ASCII     U+0000 … U+007F
 *   Latin-1   U+0000 … U+00FF      ISO 8859-1 as the registries have it, not the windows-1252 of the web
 */
import { native } from './native-text.js'
import { charsOf } from './utf16.js'

const READ_BY_HAND = 8

/** The text in `bytes[start, end)`, or undefined when a byte is above 0x7f; {@link malformedAsciiAt} then tells where. */
export function decodeAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  return malformedAsciiAt(bytes, start, end) === -1 ? decodeLatin1(bytes, start, end) : undefined
}

/** Where the first byte above 0x7f is, or -1. */
export function malformedAsciiAt(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at]! > 0x7f) return at
  return -1
}

/** The text in `bytes[start, end)`. Any bytes are Latin-1. */
export function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > READ_BY_HAND)
    return native ? native.latin1Slice.call(bytes, start, end) : charsOf(bytes.subarray(start, end))
  let text = ''
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!)
  return text
}

/** How many bytes `text` takes, or -1 when it has a character beyond U+007F. */
export function asciiLength(text: string): number {
  return narrowLength(text, 0x7f)
}

/** How many bytes `text` takes, or -1 when it has a character beyond U+00FF. */
export function latin1Length(text: string): number {
  return narrowLength(text, 0xff)
}

/** Writes `text` at `at` and returns where it ends, or -1 when it is not ASCII (the room then holds anything). */
export function encodeAsciiInto(text: string, bytes: Uint8Array, at: number): number {
  return encodeNarrowInto(text, bytes, at, 0x7f)
}

/** Writes `text` at `at` and returns where it ends, or -1 when it is not Latin-1 (the room then holds anything). */
export function encodeLatin1Into(text: string, bytes: Uint8Array, at: number): number {
  return encodeNarrowInto(text, bytes, at, 0xff)
}

function narrowLength(text: string, highest: number): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > highest) return -1
  return text.length
}

function encodeNarrowInto(text: string, bytes: Uint8Array, at: number, highest: number): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > highest) return -1
    bytes[at + i] = unit
  }
  return at + text.length
}
