/** Bytes as hexadecimal text, and back. */
const DIGITS = '0123456789abcdef'

/** `01ff` for two bytes; with a `separator`, `01 ff`. */
export function toHex(bytes: Uint8Array, separator = ''): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (i > 0) text += separator
    text += DIGITS[byte >> 4]! + DIGITS[byte & 15]!
  }
  return text
}

/**
 * The bytes that `text` spells. White space, `:`, `-`, `_` and a `0x` in front are ignored; either case will do.
 * Returns undefined when it is not hexadecimal or stops half-way through a byte.
 */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/\b0x/gi, '').replace(/[\s:_-]+/g, '')
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined
  const bytes = new Uint8Array(digits.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16)
  return bytes
}
