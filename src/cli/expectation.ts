/**
 * `--expect`: what an answer should be.
 *
 *   'ACK: \x00'   0x0102   ~^ACK            a whole body: as text, in hexadecimal, by a pattern
 *   sensor=7  degrees>=20.5  label~roof     a field, when something says which fields there are
 *   hz:=[440,441]                           a field as JSON
 */
import type { Codec, Field } from '../codec.js'
import { usageError } from './exit.js'
import type { Guess } from './guess.js'
import { fromEscapes } from './notation.js'
import type { Frame } from './print.js'
import { showValue, toReadableJson } from './show-value.js'
import { quotedBytes, textFromBytes } from './text.js'

/** Says what is different, if anything is. */
export type Expectation = (answer: Frame) => string | undefined

/** What `--expect` says, as often as it is given. */
export interface Expectations {
  /** The bodies of the answers, one after the other. */
  readonly bodies: readonly Expectation[]
  /** Fields of each answer. */
  readonly fields: readonly Expectation[]
}

/** @throws {CommandError} exit code 2 */
export function expectations(texts: readonly string[], { codec }: Guess): Expectations {
  const bodies: Expectation[] = []
  const fields: Expectation[] = []
  for (const text of texts) {
    const [, path, relation, wanted] = (codec && /^([^\s=<>!~:]+)(:=|[!<>]=|[=<>~])(.*)$/s.exec(text)) ?? []
    if (path === undefined) bodies.push(ofBody(text))
    else fields.push(ofField(codec!, { path, relation: relation as Relation, wanted: wanted! }))
  }
  return { bodies, fields }
}

function ofBody(text: string): Expectation {
  if (text.startsWith('~')) {
    const matches = pattern(text.slice(1))
    return ({ body }) =>
      matches(Buffer.from(body).toString()) ? undefined : `${quotedBytes(body)} came, and ${text} was expected`
  }
  const [, digits] = /^0x((?:[0-9a-f]{2})*)$/i.exec(text) ?? []
  const wanted = digits === undefined ? fromEscapes(text) : new Uint8Array(Buffer.from(digits, 'hex'))
  if (!wanted)
    throw usageError(`--expect '${text}' has a \\ that stands for nothing: write \\xNN, or \\\\ for the backslash`)
  const show = (bytes: Uint8Array): string =>
    digits === undefined ? quotedBytes(bytes) : `0x${Buffer.from(bytes).toString('hex')}`
  return ({ body }) =>
    Buffer.compare(body, wanted) === 0 ? undefined : `${show(body)} came, and ${show(wanted)} was expected`
}

interface Claim {
  readonly path: string
  readonly relation: Relation
  readonly wanted: string
}
/** Makes the test of a value from what stands behind it. */
type Relate = (wanted: string) => (value: unknown) => boolean

const RELATIONS = {
  '=': (wanted) => (value) => isSame(value, wanted),
  '!=': (wanted) => (value) => !isSame(value, wanted),
  ':=': (wanted) => {
    const json = parsed(wanted)
    return (value) => says(value, json)
  },
  '~': (wanted) => {
    const matches = pattern(wanted)
    return (value) => matches(textsOf(value)[0]!)
  },
  '<': ordered((a, b) => a < b),
  '<=': ordered((a, b) => a <= b),
  '>': ordered((a, b) => a > b),
  '>=': ordered((a, b) => a >= b),
} as const satisfies Record<string, Relate>
type Relation = keyof typeof RELATIONS

function ofField(codec: Codec<unknown, unknown>, { path, relation, wanted }: Claim): Expectation {
  const holds = RELATIONS[relation](wanted)
  return ({ body, message, rows = [] }) => {
    const field = fieldAt(codec.inspect(body), path, message ?? 'value')
    if (!field) {
      const paths = rows.filter(({ part }) => part === 'field').map(({ path }) => path)
      return `there is no field ${path} in it, but ${paths.join(', ')}`
    }
    if ('value' in field && holds(field.value)) return undefined
    const expected = /^:?=$/.test(relation) ? wanted : `${relation} ${wanted}`
    return `${path} is ${showValue(field.value)}, and ${expected} was expected`
  }
}

/** The field at `path`, as tables name it: a message that is one value has the name of the message. */
function fieldAt(field: Field, path: string, name: string): Field | undefined {
  if ((field.path || name) === path) return field
  for (const part of field.fields ?? []) {
    const found = fieldAt(part, path, name)
    if (found) return found
  }
  return undefined
}

/** Whether `wanted` is a way to write the value. Numbers are numbers: 0x10 is 16, and 2.7 what four bytes make of it. */
function isSame(value: unknown, wanted: string): boolean {
  if (textsOf(value).includes(wanted)) return true
  const number = numberFrom(wanted)
  if (number === undefined || !isNumber(value)) return false
  return (value <= number && value >= number) || value === Math.fround(Number(number))
}

/** All that one may write for a value, the most readable first. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (!(value instanceof Uint8Array)) return [toReadableJson(value).replace(/^"(.*)"$/, '$1')]
  const hex = Buffer.from(value).toString('hex')
  return [textFromBytes(value), hex, `0x${hex}`]
}

/** Whether a value is what `json` says: integers of any size may be strings there, and bytes are hexadecimal. */
function says(value: unknown, json: unknown): boolean {
  if (value === undefined || value === null) return json === null
  if (Array.isArray(json)) {
    const items =
      value instanceof Map ? Array.from(value) : Array.isArray(value) || isNumbers(value) ? value : undefined
    return items !== undefined && items.length === json.length && json.every((item, i) => says(items[i], item))
  }
  if (typeof json === 'object' && json !== null) {
    const known = Object.entries(value).filter(([, item]) => item !== undefined)
    return (
      known.length === Object.keys(json).length &&
      known.every(([name, item]) => Object.hasOwn(json, name) && says(item, (json as Record<string, unknown>)[name]))
    )
  }
  if (value instanceof Uint8Array) return json === Buffer.from(value).toString('hex')
  return typeof json === 'boolean' || /string|boolean/.test(typeof value) ? value === json : isSame(value, String(json))
}

function isNumbers(value: unknown): value is ArrayLike<unknown> {
  return ArrayBuffer.isView(value) && !(value instanceof Uint8Array) && 'length' in value
}

/** @throws {CommandError} exit code 2 */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw usageError(`--expect …:=${text}: that is no JSON; := takes JSON, and = a value as it is typed`)
  }
}

function pattern(text: string): (text: string) => boolean {
  try {
    const expression = new RegExp(text, 'u')
    return (value) => expression.test(value)
  } catch (error) {
    throw usageError(`--expect …~${text}: ${(error as Error).message}`, { cause: error })
  }
}

function ordered(holds: (a: number | bigint, b: number | bigint) => boolean): Relate {
  return (wanted) => {
    const limit = numberFrom(wanted)
    if (limit === undefined) throw usageError(`--expect: '${wanted}' is no number to compare with; one would be 20.5`)
    return (value) => isNumber(value) && holds(value, limit)
  }
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function numberFrom(text: string): number | bigint | undefined {
  if (/^-?(\d+|0x[0-9a-f]+)$/i.test(text)) return BigInt(text.replace('-', '')) * (text.startsWith('-') ? -1n : 1n)
  return text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text)
}
