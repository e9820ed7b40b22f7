/** How framings are written: the one table behind `showFraming()` and `parseFraming()`. */
import { showText } from '../bytes/index.js'
import type { Description } from '../codec.js'
import { DEFAULT_MAX_FRAME_LENGTH } from './framing.js'
import { lengthField } from './length-field.js'
import { layoutOf } from './length-layout.js'

/** One kind of framing: what stands first between its parentheses, and its options with their defaults. */
export interface Spelling {
  readonly subject?: string
  readonly options: Readonly<Record<string, unknown>>
}

const maxFrameLength = DEFAULT_MAX_FRAME_LENGTH
/** The longest datagram that UDP can carry: its own length field, less its header (RFC 768). */
export const DEFAULT_MAX_DATAGRAM: number = 65527

/** Defaults that depend on the subject are functions of the description. */
const TABLE: Readonly<Record<string, Spelling>> = {
  lengthPrefix: {
    subject: 'format',
    options: {
      lengthOffset: 0,
      counts: 'after',
      lengthAdjustment: 0,
      strip: (it: Description) => (it.lengthOffset ? 0 : lengthField(it.format as string).size),
      maxFrameLength: (it: Description) =>
        Math.min(maxFrameLength, layoutOf(it.format as string, { ...it, maxFrameLength }).longest),
    },
  },
  varintPrefix: { options: { lengthOffset: 0, maxPrefixLength: 5, maxFrameLength } },
  delimiter: { subject: 'delimiter', options: { maxFrameLength } },
  lines: { options: { ending: 'lf', maxFrameLength } },
  fixedLength: { subject: 'length', options: { maxFrameLength: (it: Description) => it.length } },
  netstring: { options: { maxFrameLength } },
  cobs: { options: { maxFrameLength } },
  slip: { options: { leadingEnd: true, maxFrameLength } },
  chunks: { options: { maxFrameLength } },
  datagram: { options: { maxFrameLength: DEFAULT_MAX_DATAGRAM } },
}
/** By kind. A map, because kinds come from outside: `toString` is none. */
export const SPELLINGS: ReadonlyMap<string, Spelling> = new Map(Object.entries(TABLE))

/**
 * A framing's description as one would write it in a program, options at their defaults left out.
 *
 * @example
 * ```js
 * import { lengthPrefix, showFraming } from 'wirewright/framing'
 *
 * console.log(showFraming(lengthPrefix('!I', { counts: 'all' }).describe())) // lengthPrefix('!I', { counts: 'all' })
 * ```
 */
export function showFraming(description: Description): string {
  const { kind, ...details } = description
  const subject = SPELLINGS.get(kind)?.subject
  const first = subject === undefined ? [] : [showSubject(subject, details[subject])]
  const others = Object.entries(SPELLINGS.has(kind) ? stated(kind, details) : details)
    .filter(([name, value]) => name !== subject && value !== undefined)
    .map(([name, value]) => `${name}: ${show(value)}`)
  const all = others.length === 0 ? first : [...first, `{ ${others.join(', ')} }`]
  return `${kind}(${all.join(', ')})`
}

/** The options of a framing of ours without those that have their default value: what its description says. */
export function stated(kind: string, details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { options } = SPELLINGS.get(kind)!
  const description = { ...details, kind }
  return Object.fromEntries(
    Object.entries(details).filter(([name, value]) => value !== defaultOf(options[name], description)),
  )
}

function defaultOf(rule: unknown, description: Description): unknown {
  return typeof rule === 'function' ? rule(description) : rule
}

function showSubject(subject: string, value: unknown): string {
  return subject === 'delimiter' ? `0x${String(value)}` : show(value)
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${showText(value).replace(/'/g, "\\'")}'` : JSON.stringify(value)
}
