/**
 * ASCII and Latin-1: one byte for one character, and no room for any other.
 *
 *   ASCII     U+0000 … U+007F
 *   Latin-1   U+0000 … U+00FF      ISO 8859-1 as the registries have it, not the windows-1252 of the web
 */
import { native } from './native-text.js'
import type { TextEncoding } from './text-encoding.js'

const READ_BY_HAND = 8

/** The encoding whose last character is `highest`. */
export function narrow(highest: 0x7f | 0xff): TextEncoding {
  const malformedAt = (bytes: Uint8Array, start: number, end: number): number => {
    if (highest < 0xff) for (let at = start; at < end; at++) if (bytes[at]! > highest) return at
    return -1
  }
  return {
    bytesPerUnit: 1,
    malformedAt,
    decode(bytes, start, end) {
      if (malformedAt(bytes, start, end) !== -1) return undefined
      if (native && end - start > READ_BY_HAND) return native.latin1Slice.call(bytes, start, end)
      let text = ''
      for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!)
      return text
    },
    length(text) {
      for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > highest) return -1
      return text.length
    },
    encodeInto(text, bytes, at) {
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i)
        if (unit > highest) return -1
        bytes[at + i] = unit
      }
      return at + text.length
    },
  }
}
