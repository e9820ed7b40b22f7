/** Framings from plain data: the way back from `describe()`. */
import { fromHex } from '../bytes/index.js'
import type { Codec, Description } from '../codec.js'
import { chunks } from './chunks.js'
import { cobs } from './cobs.js'
import { datagram } from './datagram.js'
import { delimiter } from './delimiter.js'
import { FramingUsageError } from './errors.js'
import { fixedLength, records } from './fixed-length.js'
import type { Framing } from './framing.js'
import { lengthPrefix } from './length-prefix.js'
import { lines } from './lines.js'
import { netstring } from './netstring.js'
import { type Grammar, selfDelimiting } from './self-delimiting.js'
import { slip } from './slip.js'
import { SPELLINGS } from './spelling.js'
import { varintPrefix } from './varint-prefix.js'

/** What a description may refer to and this floor cannot make. */
export interface FramingParts {
  /** Makes the codec of `records()`, which may also be the grammar of `selfDelimiting()`, from its description. */
  codec?(description: Description): Codec<any, any> | Grammar
  /** Framings of one's own, by kind. */
  own?: Readonly<Record<string, (description: Description) => Framing>>
}

type Options = Record<string, any>
const MAKERS: Readonly<Record<string, (options: Options, parts: FramingParts) => Framing>> = {
  lengthPrefix: ({ format, ...options }) => lengthPrefix(format, options),
  varintPrefix,
  delimiter: ({ delimiter: mark, ...options }) => delimiter(bytesOf(mark), options),
  lines,
  fixedLength: ({ length }) => fixedLength(length),
  records: ({ codec }, parts) => records(partOf('records', codec, parts) as Codec<any, any>),
  netstring,
  cobs,
  slip,
  selfDelimiting: ({ grammar, ...options }, parts) =>
    selfDelimiting(partOf('selfDelimiting', grammar, parts) as Grammar, options),
  chunks,
  datagram,
}

/** The kinds of framing that {@link framingFrom} makes by itself. */
export const FRAMING_KINDS: readonly string[] = Object.keys(MAKERS)

/**
 * The framing that `description` describes.
 *
 * @param parts for `records`, `selfDelimiting` and kinds of one's own: how to make what they are made of
 * @throws {FramingUsageError} when it describes none
 * @example
 * ```js
 * import { framingFrom, lines } from 'wirewright/framing'
 *
 * const stored = JSON.stringify(lines({ ending: 'crlf' }).describe())
 * console.log(framingFrom(JSON.parse(stored)).kind) // lines
 * ```
 */
export function framingFrom(description: Description, parts: FramingParts = {}): Framing {
  const { kind, ...options } = description
  const own = parts.own !== undefined && Object.hasOwn(parts.own, kind) ? parts.own[kind] : undefined
  if (own) return own(description)
  if (!Object.hasOwn(MAKERS, kind))
    throw invalid(`there is no framing ${JSON.stringify(kind)}; there are ${FRAMING_KINDS.join(', ')}`)
  if (SPELLINGS.has(kind)) checkOptions(kind, options)
  return MAKERS[kind]!(options, parts)
}

function checkOptions(kind: string, options: Options): void {
  const { subject, options: known } = SPELLINGS.get(kind)!
  const names = [...(subject === undefined ? [] : [subject]), ...Object.keys(known)]
  for (const name of Object.keys(options))
    if (!names.includes(name))
      throw invalid(`${kind} has no option ${JSON.stringify(name)}; it has ${names.join(', ')}`)
  if (subject !== undefined && options[subject] === undefined)
    throw invalid(`${kind} needs its ${subject}, as in ${EXAMPLES[kind]}`)
}

const EXAMPLES: Readonly<Record<string, string>> = {
  lengthPrefix: "lengthPrefix('!I')",
  delimiter: 'delimiter(0x0d0a)',
  fixedLength: 'fixedLength(12)',
}

function bytesOf(hex: unknown): Uint8Array {
  const bytes = typeof hex === 'string' ? fromHex(hex) : undefined
  if (!bytes) throw invalid(`delimiter: ${JSON.stringify(hex)} is not hexadecimal`)
  return bytes
}

function partOf(kind: string, description: unknown, { codec }: FramingParts): Codec<any, any> | Grammar {
  if (codec === undefined) throw invalid(`${kind} is made of a codec: give { codec } to make it from its description`)
  return codec(description as Description)
}

function invalid(message: string): FramingUsageError {
  return new FramingUsageError('FRAMING_INVALID', message)
}
