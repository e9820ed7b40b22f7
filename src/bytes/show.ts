/**
 * Received bytes in words that no terminal obeys: the one door through which they reach a message or a log.
 *
 * Printable ASCII stays as it is; everything else (controls, DEL, escape sequences, anything beyond ASCII, and the
 * backslash itself) becomes `\xNN` or `\u{…}`.
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
        : printable(byte)
          ? String.fromCharCode(byte)
          : `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return `"${text}"${end < bytes.length ? `… (${bytes.length} bytes)` : ''}`
}

/** Text with everything that is not printable ASCII spelled out. Not quoted. */
export function showText(text: string): string {
  let shown = ''
  for (const char of text) {
    const code = char.codePointAt(0)!
    shown +=
      char === '\\'
        ? '\\\\'
        : printable(code)
          ? char
          : code < 256
            ? `\\x${code.toString(16).padStart(2, '0')}`
            : `\\u{${code.toString(16)}}`
  }
  return shown
}

function printable(code: number): boolean {
  return code >= 0x20 && code < 0x7f
}
