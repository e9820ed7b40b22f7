/**
 * Bytes as text: `\xNN` stands for any byte and `\\` for the backslash, so that what is printed can be given back.
 *
 *   5a 6f c3 ab 0a      Zoë\x0a              UTF-8: what is printable stays, in every script
 *   5a 6f eb            Zo\xeb               anything else: printable ASCII stays
 */
import { isUtf8 } from 'node:buffer'
import { isPrintable, showBytes } from '../bytes/index.js'

export function textFromBytes(bytes: Uint8Array): string {
  return lettersOf(bytes).map(spelled).join('')
}

/** The same in quotes, for a sentence or a table. */
export function quotedBytes(bytes: Uint8Array): string {
  return bytes.length > 64 || !isUtf8(bytes) ? showBytes(bytes) : `"${textFromBytes(bytes).replaceAll('"', '\\"')}"`
}

/** The same for pages of text: line ends and tabs stay. */
export function textLines(bytes: Uint8Array): string {
  return lettersOf(bytes)
    .map((letter, i, all) =>
      letter === '\n' || letter === '\t' ? letter : letter === '\r' && all[i + 1] === '\n' ? '' : spelled(letter),
    )
    .join('')
}

/** How many bytes at the end are the beginning of a character whose rest is still to come. */
export function cutAtEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}

/** Characters, and bytes that belong to none. */
function lettersOf(bytes: Uint8Array): (string | number)[] {
  if (isUtf8(bytes)) return Array.from(Buffer.from(bytes).toString())
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : byte))
}

/** A letter that is seen, or what stands for its bytes. */
function spelled(letter: string | number): string {
  if (letter === '\\') return '\\\\'
  if (typeof letter === 'string' && isPrintable(letter)) return letter
  const bytes = typeof letter === 'number' ? [letter] : Array.from(Buffer.from(letter))
  return bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}
