/** `wirewright unpack`: bytes to values. */
import type { Command } from 'commander'
import { command } from '../command.js'

export function unpackCommand(): Command {
  return command('unpack', [
    ["wirewright unpack '!I2sf' 000000016162402ccccd", 'prints 1, ab and 2.700000047683716, a line each'],
    ["wirewright unpack '<3h' '01 00 fe ff 03 00'", 'spaces, colons and 0x do not matter'],
    ["wirewright unpack '!4s' 0a41ff00", 'prints \\x0aA\\xff\\x00'],
  ])
    .description('Bytes to values, one a line, in the notation of Python’s struct.')
    .argument('<format>', 'a struct format')
    .argument('<hex...>', 'the bytes, as hexadecimal')
    .action(run)
}

async function run(format: string, hex: readonly string[]): Promise<void> {
  const [{ struct }, { fromHex }, { lines }, { CommandError, EXIT }] = await Promise.all([
    import('../../struct/index.js'),
    import('../../bytes/index.js'),
    import('../values.js'),
    import('../exit.js'),
  ])
  const codec = struct(format)
  const bytes = fromHex(hex.join(''))
  if (!bytes)
    throw new CommandError(
      EXIT.usage,
      `'${hex.join(' ')}' is not hexadecimal: write two digits for each byte, such as 0a41ff00`,
    )
  if (bytes.length !== codec.size)
    throw new CommandError(EXIT.usage, `'${format}' describes ${codec.size} bytes, and these are ${bytes.length}`)
  process.stdout.write(lines(codec.unpack(bytes)))
}
