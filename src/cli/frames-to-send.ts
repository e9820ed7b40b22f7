/** What `send` is given to send: words, a file, lines of standard input; as bytes, or as messages of a module. */
import { createInterface } from 'node:readline'
import { encodeWords } from './body.js'
import { usageError } from './exit.js'
import { fileBytes } from './files.js'
import type { Guess } from './guess.js'
import { fromEscapes, readBytes } from './notation.js'

export interface GivenFlags {
  readonly hex?: string
  readonly file?: string
}

export type Frames = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** Standard input is read only when it is asked for. @throws {CommandError} {@link UsageError} exit code 2 */
export function framesToSend(words: readonly string[], { hex, file }: GivenFlags, { other, framing }: Guess): Frames {
  if ([words.length > 0, hex !== undefined, file !== undefined].filter(Boolean).length > 1)
    throw usageError('what is sent comes from words, from --hex or from --file: one of them')
  if (hex !== undefined) return [readBytes(Buffer.from(hex), 'hex').bytes]
  if (file !== undefined) return [fileBytes('--file', file)]
  if (words.length === 1 && words[0] === '-')
    return linesToSend(other ? (line) => encodeWords(other, [line], framing).bytes : bytesOf)
  if (!other) return words.map(bytesOf)
  return words.length === 0 ? [] : [encodeWords(other, words, framing).bytes]
}

async function* linesToSend(frameOf: (line: string) => Uint8Array): AsyncGenerator<Uint8Array> {
  // Not before it is read from: a line that nobody waits for is lost.
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
  for await (const line of lines) yield frameOf(line)
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromEscapes(text)
  if (bytes) return bytes
  throw usageError(
    `'${text}' has a \\ that stands for nothing: write \\xNN, \\n, \\r, \\t, \\0, or \\\\ for the backslash`,
  )
}
