/** What is safe to print, and when in colour. */
import type { WriteStream } from 'node:tty'

/**
 * Everything that a terminal might obey: controls but line ends and tabs, DEL, C1, the separators that some take for line
 * ends, marks that turn the direction of text, halves of surrogate pairs.
 */
const OBEYED =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** `text` with what a terminal might obey spelled out: the last door before standard error. */
export function harmless(text: string): string {
  return text.replace(OBEYED, (char) => {
    const code = char.charCodeAt(0)
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}

/** One line of talk, on standard error. */
export function say(text: string): void {
  process.stderr.write(`${harmless(text).replace(/\s*\n\s*/g, ' ')}\n`)
}

/** Text in bold, dim or colour, where the stream is a terminal that has them and nobody objects. */
export interface Paint {
  strong(text: string): string
  faint(text: string): string
  name(text: string): string
  bad(text: string): string
}

/** How to paint on `stream`. `NO_COLOR` (https://no-color.org) outweighs everything. */
export function paint(stream: NodeJS.WriteStream): Paint {
  const has = stream.isTTY === true && !process.env.NO_COLOR && (stream as WriteStream).hasColors()
  const style =
    (open: number, close: number) =>
    (text: string): string =>
      has && text !== '' ? `\x1b[${open}m${text}\x1b[${close}m` : text
  return { strong: style(1, 22), faint: style(2, 22), name: style(36, 39), bad: style(31, 39) }
}
