/** `wirewright unpack`: bytes to values. */
import { type Command, Option } from 'commander'
import { command } from '../command.js'
import type { InputOptions } from '../input.js'
import { NOTATIONS } from '../notation.js'

export function unpackCommand(): Command {
  return command('unpack', [
    ["wirewright unpack '!I2sf' 000000016162402ccccd", 'prints 1, ab and 2.700000047683716, a line each'],
    ["wirewright unpack '<3h' '01 00 fe ff 03 00'", 'spaces, colons and 0x do not matter'],
    ["wirewright unpack '!4s' 0a41ff00", 'prints \\x0aA\\xff\\x00'],
  ])
    .description('Bytes to values, one a line, in the notation of Python’s struct.')
    .argument('<format>', 'a struct format (wirewright help formats)')
    .argument('[bytes...]', 'the bytes: hexadecimal, base64, text with \\x.. escapes; - for standard input')
    .option('--file <file>', 'take the bytes from a file: raw, or any notation, xxd and hexdump -C included')
    .addOption(
      new Option('--input <notation>', 'which notation the bytes are in (default: told by looking)').choices([
        ...NOTATIONS,
      ]),
    )
    .option('--json', 'the values as one JSON array (wirewright help json)')
    .action(run)
}

interface UnpackFlags extends InputOptions {
  readonly json?: boolean
}

async function run(format: string, words: readonly string[], flags: UnpackFlags): Promise<void> {
  const [{ struct }, { inputBytes }, { lines }, { usageError }] = await Promise.all([
    import('../../struct/index.js'),
    import('../input.js'),
    import('../values.js'),
    import('../exit.js'),
  ])
  const codec = struct(format)
  const bytes = await inputBytes(words, flags)
  if (bytes.length !== codec.size)
    throw usageError(`'${format}' describes ${codec.size} bytes, and these are ${bytes.length}`)
  const values = codec.unpack(bytes)
  if (flags.json) {
    const { toJson } = await import('../show-value.js')
    process.stdout.write(`${toJson(values)}\n`)
  } else process.stdout.write(lines(values))
}
