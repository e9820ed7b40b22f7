/**
 * UUIDs: the text of RFC 9562 section 4 and its sixteen bytes, in the order of the text.
 *
 *   00112233-4455-6677-8899-aabbccddeeff
 */

const DIGITS = '0123456789abcdef'
/** Where in the text each byte begins. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const UUID_BYTES = 16

/** The UUID at `at`, in lower case. */
export function readUuid(bytes: Uint8Array, at: number): string {
  let text = ''
  for (let i = 0; i < UUID_BYTES; i++) {
    const byte = bytes[at + i]!
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-'
    text += DIGITS[byte >> 4]! + DIGITS[byte & 15]!
  }
  return text
}

/**
 * Writes the UUID that `text` spells, in either case, at `at`. Returns whether it is one; no other form is taken, and
 * version and variant may be anything.
 */
export function writeUuid(text: string, bytes: Uint8Array, at: number): boolean {
  if (!UUID.test(text)) return false
  for (let i = 0; i < UUID_BYTES; i++) bytes[at + i] = (digit(text, PLACES[i]!) << 4) | digit(text, PLACES[i]! + 1)
  return true
}

/** The value of a hexadecimal digit: letters follow 9 once bit 6 says that it is one. */
function digit(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return (code & 15) + 9 * (code >> 6)
}
