/** `--expect`: what an answer should be. */
import { usageError } from './exit.js'
import type { Guess } from './guess.js'
import { fromEscapes } from './notation.js'
import type { Frame } from './print.js'
import { showValue, toJson } from './show-value.js'
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

/**
 * `0x0102` is hexadecimal and `ACK: \x00` text, of a whole body; `samples[0].hz=440` is a field, when something says which
 * fields there are.
 *
 * @throws {CommandError} exit code 2
 */
export function expectations(texts: readonly string[], { codec }: Guess): Expectations {
  const bodies: Expectation[] = []
  const fields: Expectation[] = []
  for (const text of texts) {
    const [, path, value] = (codec && /^([^=\s]+)=(.*)$/s.exec(text)) ?? []
    if (path === undefined) bodies.push(ofBody(text))
    else fields.push(ofField(path, value!))
  }
  return { bodies, fields }
}

function ofBody(text: string): Expectation {
  const [, digits] = /^0x((?:[0-9a-f]{2})*)$/i.exec(text) ?? []
  const wanted = digits === undefined ? fromEscapes(text) : new Uint8Array(Buffer.from(digits, 'hex'))
  if (!wanted)
    throw usageError(`--expect '${text}' has a \\ that stands for nothing: write \\xNN, or \\\\ for the backslash`)
  const show = (bytes: Uint8Array): string =>
    digits === undefined ? quotedBytes(bytes) : `0x${Buffer.from(bytes).toString('hex')}`
  return ({ body }) =>
    Buffer.compare(body, wanted) === 0 ? undefined : `${show(body)} came, and ${show(wanted)} was expected`
}

function ofField(path: string, wanted: string): Expectation {
  return ({ rows = [] }) => {
    const row = rows.find((row) => row.part === 'field' && row.path === path)
    if (!row) {
      const paths = rows.filter(({ part }) => part === 'field').map(({ path }) => path)
      return `there is no field ${path} in it, but ${paths.join(', ')}`
    }
    return textsOf(row.value).includes(wanted)
      ? undefined
      : `${path} is ${showValue(row.value)}, and ${wanted} was expected`
  }
}

/** All that one may write for a value. */
function textsOf(value: unknown): readonly string[] {
  if (!(value instanceof Uint8Array))
    return [typeof value === 'string' ? value : toJson(value).replace(/^"(.*)"$/, '$1')]
  const hex = Buffer.from(value).toString('hex')
  return [hex, `0x${hex}`, textFromBytes(value)]
}
