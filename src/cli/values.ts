/** Words of the command line to values, and values to lines; what is printed can be given back. */
import type { Codec } from '../codec.js'
import { usageError } from './exit.js'
import { fromEscapes } from './notation.js'
import { toReadableJson } from './show-value.js'
import { harmless } from './terminal.js'
import { textFromBytes } from './text.js'

/**
 * The tuple that a struct packs, from one word for each value.
 *
 * @throws {CommandError} exit code 2, with the word that will not do and one that would
 */
export function tupleFromWords(struct: Codec<unknown, never>, words: readonly string[]): unknown[] {
  // What zero bytes decode to tells the types of the values.
  const sample = struct.decode(new Uint8Array(struct.fixedSize!)) as readonly unknown[]
  if (words.length !== sample.length)
    throw usageError(
      `${sample.length} value${sample.length === 1 ? ' is' : 's are'} wanted (${sample.map(nameOf).join(', ')}), and ${words.length} given`,
    )
  return words.map((word, i) => valueFromWord(sample[i], word, `value ${i + 1}`))
}

/** A word as the kind of value that `sample` is; `what` it is for. @throws {CommandError} exit code 2 */
export function valueFromWord(sample: unknown, word: string, what: string): unknown {
  const fail = (example: string): never => {
    throw usageError(`${what}: '${word}' is no ${nameOf(sample)}; one would be ${example}`)
  }
  if (sample instanceof Uint8Array) return fromEscapes(word) ?? fail('ab\\x00')
  if (typeof sample === 'boolean')
    return word === 'true' || word === '1' || (word === 'false' || word === '0' ? false : fail('true'))
  if (/^[-+]?(\d+|0x[0-9a-f]+)$/i.test(word)) return integer(word)
  if (typeof sample === 'bigint') return fail('12345')
  const number = Number(word.replace(/^([-+]?)inf(inity)?$/i, '$1Infinity').replace(/^[-+]?nan$/i, 'NaN'))
  return word.trim() === '' || (Number.isNaN(number) && !/^[-+]?nan$/i.test(word)) ? fail('12345, 2.7 or 1e3') : number
}

function integer(word: string): number | bigint {
  const big = BigInt(word.replace(/^[-+]/, '')) * (word.startsWith('-') ? -1n : 1n)
  const small = Number(big)
  return Number.isSafeInteger(small) ? small : big
}

function nameOf(sample: unknown): string {
  return sample instanceof Uint8Array
    ? 'bytes'
    : typeof sample === 'boolean'
      ? 'true or false'
      : typeof sample === 'bigint'
        ? 'integer'
        : 'number'
}

/** Values as lines that {@link tupleFromWords} reads back, and that no terminal obeys. */
export function lines(values: readonly unknown[]): string {
  return values.map((value) => `${value instanceof Uint8Array ? textFromBytes(value) : String(value)}\n`).join('')
}

/** An answer as lines: a tuple's values one by one, text and bytes as they are given, what has fields as JSON. */
export function answerLines(body: unknown): string {
  if (Array.isArray(body) && body.every((value) => typeof value !== 'object' || value instanceof Uint8Array))
    return lines(body)
  if (typeof body === 'string') return `${harmless(body)}\n`
  return typeof body === 'object' && body !== null && !(body instanceof Uint8Array)
    ? `${toReadableJson(body)}\n`
    : lines([body])
}
