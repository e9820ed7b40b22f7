/**
 * UTF-16 in either byte order, strictly: half a surrogate pair or half a unit is refused. A byte order mark is a
 * character like any other; which order the bytes are in is for the protocol to say.
 *
 *   U+0000 … U+FFFF      xxxxxxxx xxxxxxxx                                       without U+D800 … U+DFFF
 *   U+10000 … U+10FFFF   110110xx xxxxxxxx 110111xx xxxxxxxx
 */
import { native } from './native-text.js'
import type { TextEncoding } from './text-encoding.js'
import { isWellFormed } from './utf8.js'

/** Units up to which loops of our own are faster than the runtime's functions, which know the low byte first alone. */
const BY_HAND = 16

/** The byte order by where in a unit its high byte lies: 0 in big-endian order, 1 in little-endian. */
export function utf16(highAt: 0 | 1): TextEncoding {
  const fast = highAt === 1 ? native : undefined
  return {
    bytesPerUnit: 2,
    decode(bytes, start, end) {
      if ((end - start) % 2 !== 0) return undefined
      let text = ''
      if (fast && end - start > 2 * BY_HAND) text = fast.ucs2Slice.call(bytes, start, end)
      else
        for (let at = start; at < end; at += 2)
          text += String.fromCharCode((bytes[at + highAt]! << 8) | bytes[at + 1 - highAt]!)
      return isWellFormed(text) ? text : undefined
    },
    malformedAt(bytes, start, end) {
      for (let at = start; at < end; at += 2) {
        if (at + 2 > end) return at
        const high = bytes[at + highAt]! & 0xfc
        if (high === 0xdc) return at
        if (high !== 0xd8) continue
        if (at + 4 > end || (bytes[at + 2 + highAt]! & 0xfc) !== 0xdc) return at
        at += 2
      }
      return -1
    },
    length: (text) => (isWellFormed(text) ? 2 * text.length : -1),
    encodeInto(text, bytes, at) {
      if (!isWellFormed(text)) return -1
      if (fast && text.length > BY_HAND) return at + fast.ucs2Write.call(bytes, text, at, bytes.length - at)
      for (let i = 0, to = at; i < text.length; i++, to += 2) {
        const unit = text.charCodeAt(i)
        bytes[to + highAt] = unit >> 8
        bytes[to + 1 - highAt] = unit
      }
      return at + 2 * text.length
    },
  }
}
