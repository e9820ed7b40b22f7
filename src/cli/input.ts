/** Where a command's bytes come from: its words, a file, standard input. */
import { usageError } from './exit.js'
import { fileBytes } from './files.js'
import { NAMES, type Notation, type Read, readBytes } from './notation.js'
import { say } from './terminal.js'

export interface InputOptions {
  readonly file?: string
  readonly input?: Notation
}

/**
 * The bytes that a command is given, in whatever notation. `-` is standard input, which is read only when it is asked for.
 *
 * @throws {CommandError} exit code 2 when there are none, or they are in another notation than `--input` says
 */
export async function inputBytes(words: readonly string[], { file, input }: InputOptions): Promise<Uint8Array> {
  const isStdin = words.length === 1 && words[0] === '-'
  const isTyped = words.length > 0 && !isStdin
  if (file === undefined && words.length === 0)
    throw usageError('no bytes given: write them (0007 01), or --file capture.bin, or - for standard input')
  if (file !== undefined && words.length > 0)
    throw usageError('bytes come from --file or from the command line, not both')
  const given = isStdin
    ? await readStdin()
    : file !== undefined
      ? fileBytes('--file', file)
      : Buffer.from(words.join(' '))
  const read = readBytes(given, input)
  // Nobody is surprised when what they typed is read as hexadecimal, or as it stands.
  const expected = isTyped ? /hex|escapes|raw/ : /raw/
  if (given.length === 0) say('wirewright: there are no bytes in it')
  else if (input === undefined && !expected.test(read.notation)) say(`wirewright: read as ${NAMES[read.notation]}`)
  return isTyped ? wordBytes(read, input) : read.bytes
}

/** What was typed is never meant as it stands, unless that is said: it would hide every mistake in hexadecimal. */
function wordBytes({ bytes, notation }: Read, input: Notation | undefined): Uint8Array {
  if (notation === 'raw' && input !== 'raw')
    throw usageError(
      `'${Buffer.from(bytes).toString()}' is in no notation that is known: write hexadecimal (0007 61), base64, or text with \\x escapes; --input raw takes it as it stands`,
    )
  return bytes
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}
