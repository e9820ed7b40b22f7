/**
 * Framings from text, as one writes them on a command line: `lines`, `lengthPrefix(!H)`, `delimiter(0x0d0a)`.
 *
 *   kind ( subject , { option : value , … } )          what is not needed to understand it may be left out:
 *                                                      quotes, braces, empty parentheses
 */
import { showText, toHex } from '../bytes/index.js'
import { utf8 } from './delimiter.js'
import { FramingUsageError } from './errors.js'
import type { Framing } from './framing.js'
import { FRAMING_KINDS, framingFrom } from './from-description.js'
import { SPELLINGS } from './spelling.js'

const CALL = /^\s*([A-Za-z]\w*)\s*(?:\((.*)\))?\s*$/s
const ARGUMENT = /\s*(?:([A-Za-z]\w*)\s*[:=]\s*)?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,"'][^,]*?)\s*(?:,|$)/sy
/** The braces around options; without them the text means the same. */
const BRACES = /(^|,)\s*\{([^{}]*)\}\s*$/

/**
 * The framing that `text` names: what `showFraming()` writes, and shorter forms of it. Those made of a codec (`records`,
 * `selfDelimiting`) cannot be said in text.
 *
 * @throws {FramingUsageError} saying what was expected where
 * @example
 * ```js
 * import { parseFraming, showFraming } from 'wirewright/framing'
 *
 * console.log(showFraming(parseFraming('lengthPrefix(!H, counts: all)').describe())) // lengthPrefix('!H', { counts: 'all' })
 * console.log(showFraming(parseFraming('delimiter("||")').describe()))               // delimiter(0x7c7c)
 * ```
 */
export function parseFraming(text: string): Framing {
  const [, kind, list = ''] = CALL.exec(text) ?? []
  if (kind === undefined)
    throw invalid(`'${showText(text)}' is no framing; write it as lines, lengthPrefix(!I) or delimiter(0x0d0a)`)
  if (!SPELLINGS.has(kind)) throw unknownKind(kind)
  return framingFrom({ ...parseArguments(kind, list.replace(BRACES, '$1$2')), kind })
}

function parseArguments(kind: string, list: string): Record<string, unknown> {
  const { subject } = SPELLINGS.get(kind)!
  const found: Record<string, unknown> = {}
  for (let at = 0; list.slice(at).trim() !== ''; at = ARGUMENT.lastIndex) {
    ARGUMENT.lastIndex = at
    const [, name = at === 0 ? subject : undefined, value] = ARGUMENT.exec(list) ?? []
    if (value === undefined) throw invalid(`${kind}: cannot read '${showText(list.slice(at).trim())}'`)
    if (name === undefined) throw invalid(`${kind}: '${showText(value)}' stands alone; write option: value`)
    if (Object.hasOwn(found, name)) throw invalid(`${kind}: ${name} is given twice`)
    found[name] =
      name !== subject || subject === 'length'
        ? wordOrNumber(value)
        : subject === 'format'
          ? unquote(value)
          : hexOf(value)
  }
  return found
}

function unknownKind(kind: string): FramingUsageError {
  const kinds = [...SPELLINGS.keys()]
  if (FRAMING_KINDS.includes(kind)) return invalid(`${kind} is made of a codec, which only a program can give it`)
  const lower = kind.toLowerCase()
  const near = kinds.find((known) => known.toLowerCase().startsWith(lower) || lower.startsWith(known.toLowerCase()))
  return invalid(
    `there is no framing '${kind}'${near ? `, did you mean '${near}'?` : ''} (there are ${kinds.join(', ')})`,
  )
}

function wordOrNumber(text: string): unknown {
  if (/^-?\d[\d_]*$/.test(text)) return Number(text.replaceAll('_', ''))
  return text === 'true' || text === 'false' ? text === 'true' : unquote(text)
}

function unquote(text: string): string {
  return /^(["'])[\s\S]*\1$/.test(text) ? text.slice(1, -1) : text
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, 0: 0 }

/** `0x0d0a`, or text in which `\n`, `\r`, `\t`, `\0` and `\xNN` stand for one byte and all else for its UTF-8. */
function hexOf(text: string): string {
  const [, digits] = /^0x([0-9a-f]*)$/i.exec(text) ?? []
  if (digits !== undefined) return digits
  return unquote(text).replace(/\\x([0-9a-f]{2})|\\(.)|[^\\]+/gis, (plain, hex?: string, escaped?: string) => {
    if (hex !== undefined) return hex
    const byte = escaped === undefined ? undefined : ESCAPES[escaped]
    return toHex(byte === undefined ? utf8(escaped ?? plain) : Uint8Array.of(byte))
  })
}

function invalid(message: string): FramingUsageError {
  return new FramingUsageError('FRAMING_INVALID', message)
}
