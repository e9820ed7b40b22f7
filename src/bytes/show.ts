/**
 * Received bytes in words that no terminal obeys: the one door through which they reach a message or a log.
 *
 * Of text, what is printable stays as it is, in every script; of bytes, printable ASCII. Everything else (controls, escape
 * sequences, line separators, marks that turn the direction of text, what no eye sees, and the backslash itself) becomes
 * `\xNN` or `\u{…}`.
 */

/** Bytes as quoted text: `"ab\x00"`. At most `limit` bytes, then `… (n bytes)`. */
export function showBytes(bytes: Uint8Array, limit = 64): string {
  const end = Math.min(bytes.length, limit)
  let text = ''
  for (let i = 0; i < end; i++) {
    const byte = bytes[i]!
    text +=
      byte === 0x22 || byte === 0x5c
        ? `\\${String.fromCharCode(byte)}`
        : isPrintableAscii(byte)
          ? String.fromCharCode(byte)
          : `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return `"${text}"${end < bytes.length ? `… (${bytes.length} bytes)` : ''}`
}

/** Text with everything that is not printable spelled out: `Zoë\x0a`. Not quoted. */
export function showText(text: string): string {
  let shown = ''
  for (const char of text) {
    const code = char.codePointAt(0)!
    shown +=
      char === '\\'
        ? '\\\\'
        : isPrintable(char)
          ? char
          : code < 256
            ? `\\x${code.toString(16).padStart(2, '0')}`
            : `\\u{${code.toString(16)}}`
  }
  return shown
}

/** Controls, formats, surrogates, what Unicode leaves free, and white space but the blank; not the two joiners that words need. */
const UNPRINTABLE = /(?![ \u200c\u200d])[\p{C}\p{Z}]/u

/** Whether a character is seen where it is printed, and does nothing else. */
export function isPrintable(char: string): boolean {
  const code = char.charCodeAt(0)
  return code < 0x80 ? isPrintableAscii(code) : !UNPRINTABLE.test(char)
}

function isPrintableAscii(code: number): boolean {
  return code >= 0x20 && code < 0x7f
}
