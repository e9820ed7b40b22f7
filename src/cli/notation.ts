/**
 * Bytes in the notations in which people have them: hexadecimal, base64, `xxd`, `hexdump -C`, `\x..`, or as they are.
 *
 *   hex        00 07 01  0x00,0x07  000701            xxd      00000000: 0007 01                ...
 *   base64     AAcB                                   hexdump  00000000  00 07 01               |...|
 *   escapes    \x00\x07\x01  b'\x00'                  raw      anything else
 */
import { usageError } from './exit.js'
import { ascii } from './hex-dump.js'

export const NOTATIONS = ['hex', 'base64', 'xxd', 'hexdump', 'escapes', 'raw'] as const
export type Notation = (typeof NOTATIONS)[number]

/** Bytes, and how they were written. */
export interface Read {
  readonly bytes: Uint8Array
  readonly notation: Notation
}

/** Reads `given` in the notation it is in, or in the one it is said to be in. @throws {CommandError} exit code 2 */
export function readBytes(given: Uint8Array, forced?: Notation): Read {
  if (forced === 'raw') return { bytes: given, notation: 'raw' }
  const text = asText(given)
  if (forced !== undefined) {
    const bytes = text === undefined ? undefined : READERS[forced](text)
    if (bytes) return { bytes, notation: forced }
    throw usageError(`the input is not ${NAMES[forced]}${text === undefined ? ': it is not even text' : ''}`)
  }
  if (text !== undefined)
    for (const notation of ['hexdump', 'xxd', 'hex', 'escapes', 'base64'] as const) {
      const bytes = READERS[notation](text)
      if (bytes && (bytes.length > 0 || text.trim() === '')) return { bytes, notation }
    }
  return { bytes: given, notation: 'raw' }
}

/** How a notation is called in a sentence. */
export const NAMES: Readonly<Record<Notation, string>> = {
  hex: 'hexadecimal',
  base64: 'base64',
  xxd: 'the output of xxd',
  hexdump: 'the output of hexdump -C',
  escapes: 'text with \\x escapes',
  raw: 'raw bytes',
}

const READERS: Readonly<Record<Exclude<Notation, 'raw'>, (text: string) => Uint8Array | undefined>> = {
  hex: fromHexText,
  base64: fromBase64,
  xxd: (text) => fromDump(text, XXD),
  hexdump: (text) => fromDump(text, HEXDUMP),
  escapes: (text) => (/\\(x[0-9a-f]{2}|[0nrt])/i.test(text) ? fromEscapes(unquoted(text.trim())) : undefined),
}

/** Printable ASCII and white space; bytes that are anything else stand for themselves. */
function asText(bytes: Uint8Array): string | undefined {
  for (const byte of bytes) if (byte > 0x7e || (byte < 0x20 && (byte < 9 || byte > 13))) return undefined
  return Buffer.from(bytes).toString('latin1')
}

/** What `hexdump` and `od` print unless they are told otherwise: words in this machine's order, or octal ones. */
const WORDS_DUMPED = /^([0-9a-f]{7}( +[0-9a-f]{2,6})+ *\n|\*\n)+[0-9a-f]{7}\s*$/

/** Digits in pairs, with white space, colons, commas, `-`, `_`, `0x`, brackets between them. */
function fromHexText(text: string): Uint8Array | undefined {
  if (WORDS_DUMPED.test(text))
    throw usageError('this is a dump of words, in whose order nobody can be sure: write it with hexdump -C, or xxd')
  const digits = text.replace(/\b0x|[\s:,;_[\](){}-]+/gi, '')
  return /^([0-9a-f]{2})*$/i.test(digits) ? new Uint8Array(Buffer.from(digits, 'hex')) : undefined
}

/** Without blanks, in lines as long as the first: otherwise all sorts of text would be base64. */
function fromBase64(text: string): Uint8Array | undefined {
  const rows = text.trim().split(/\s*\n\s*/)
  if (rows.some((row, i) => /\s/.test(row) || (i < rows.length - 1 && row.length !== rows[0]!.length))) return undefined
  const digits = text.replace(/\s+/g, '').replace(/-/g, '+').replace(/_/g, '/')
  const plain = digits.replace(/={0,2}$/, '')
  if (!/^[A-Za-z0-9+/]+$/.test(plain) || plain.length % 4 === 1) return undefined
  if (digits !== plain && digits.length % 4 !== 0) return undefined
  return new Uint8Array(Buffer.from(plain, 'base64'))
}

/** A line of a dump: its offset, then its bytes. Both tools write `*` for lines like the one before. */
const XXD = /^([0-9a-f]{6,}): ((?:(?:[0-9a-f]{2})+ )+)(?: (.*))?$/i
const HEXDUMP = /^([0-9a-f]{7,})(?: {2}((?:[0-9a-f]{2} {1,2})+) *\|(.*)\|)?$/i

function fromDump(text: string, line: RegExp): Uint8Array | undefined {
  const chunks: Buffer[] = []
  let at = 0
  let last: Buffer | undefined
  let repeats = false
  for (const row of text.split(/\r?\n/)) {
    if (row.trim() === '') continue
    if (row === '*' && last) {
      repeats = true
      continue
    }
    const [, offset, hex, shown = ''] =
      line.exec(row.replace(/\s+$/, (end) => ' '.repeat(end.length))) ?? line.exec(`${row} `) ?? []
    if (offset === undefined) return undefined
    const to = Number.parseInt(offset, 16)
    for (; repeats && last && at < to; at += last.length) chunks.push(last)
    repeats = false
    if (hex === undefined) {
      // The line that ends a dump; another may follow.
      at = 0
      continue
    }
    last = Buffer.from(hex.replace(/ /g, ''), 'hex')
    // Digits that mean something else (`xxd -b`, `xxd -e`) do not fit the text beside them.
    if (shown.trim() !== '' && shown.trim() !== ascii(last).trim())
      throw usageError(`the digits of this dump and the text beside them differ, in the line of offset ${offset}`)
    chunks.push(last)
    at = to + last.length
  }
  return chunks.length === 0 ? undefined : new Uint8Array(Buffer.concat(chunks))
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, 0: 0, '\\': 0x5c, "'": 0x27, '"': 0x22 }

/** `\xNN`, `\n`, `\r`, `\t`, `\0`, `\\` and quotes are one byte each, all else is UTF-8. Undefined when an escape is none. */
export function fromEscapes(text: string): Uint8Array | undefined {
  const parts: (Uint8Array | Buffer)[] = []
  for (const [part, hex, char] of text.matchAll(/\\x([0-9a-f]{2})|\\(.)|[^\\]+|\\/gis)) {
    const byte = hex !== undefined ? Number.parseInt(hex, 16) : char !== undefined ? ESCAPES[char] : undefined
    if (byte === undefined && part.startsWith('\\')) return undefined
    parts.push(byte === undefined ? Buffer.from(part) : Uint8Array.of(byte))
  }
  return new Uint8Array(Buffer.concat(parts))
}

/** What Python's `repr()` and most languages put around bytes. */
function unquoted(text: string): string {
  return /^b?(["'])(.*)\1$/s.exec(text)?.[2] ?? text
}
