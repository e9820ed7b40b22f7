/**
 * Bytes as `xxd` and as `hexdump -C` print them, to the last space.
 *
 *   00000000: 0007 0161 6200                           ...ab.
 *   00000000  00 07 01 61 62 00                                 |...ab.|
 *   00000006
 */
const PER_LINE = 16

/** As `xxd`. */
export function xxd(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const line = bytes.subarray(at, at + PER_LINE)
    let hex = ''
    for (const [i, byte] of line.entries()) hex += hex2(byte) + (i % 2 === 1 ? ' ' : '')
    text += `${offset(at)}: ${hex.padEnd(40)} ${ascii(line)}\n`
  }
  return text
}

/** As `hexdump -C`: lines that repeat the one before are one `*`. */
export function hexdump(bytes: Uint8Array): string {
  if (bytes.length === 0) return ''
  let text = ''
  let previous = ''
  let isRepeating = false
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const line = bytes.subarray(at, at + PER_LINE)
    let hex = ''
    for (const [i, byte] of line.entries()) hex += `${i % 8 === 0 ? ' ' : ''} ${hex2(byte)}`
    if (hex === previous && line.length === PER_LINE) {
      if (!isRepeating) text += '*\n'
      isRepeating = true
      continue
    }
    isRepeating = false
    previous = hex
    text += `${offset(at)}${hex.padEnd(50)}  |${ascii(line)}|\n`
  }
  return `${text}${offset(bytes.length)}\n`
}

function offset(at: number): string {
  return at.toString(16).padStart(8, '0')
}

export function hex2(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

/** The column beside the digits: a dot for what is not printable. */
export function ascii(line: Uint8Array): string {
  return String.fromCharCode(...line.map((byte) => (byte >= 0x20 && byte < 0x7f ? byte : 0x2e)))
}
