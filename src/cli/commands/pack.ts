/** `wirewright pack`: values to bytes. */
import type { Command } from 'commander'
import { command } from '../command.js'

export function packCommand(): Command {
  return command('pack', [
    ["wirewright pack '!I2sf' 1 ab 2.7", 'prints 000000016162402ccccd'],
    ["wirewright pack '<3h' 1 -2 3", 'prints 0100feff0300'],
    ["wirewright pack '!I2sf' 1 ab 2.7 | xxd -r -p", 'the bytes themselves'],
  ])
    .description('Values to bytes, in the notation of Python’s struct.')
    .argument('<format>', 'a struct format')
    .argument('[values...]', 'one word for each value; bytes as text, with \\xNN for what no keyboard has')
    .action(run)
}

async function run(format: string, words: readonly string[]): Promise<void> {
  const [{ struct }, { toHex }, { tupleFromWords }] = await Promise.all([
    import('../../struct/index.js'),
    import('../../bytes/index.js'),
    import('../values.js'),
  ])
  const codec = struct(format)
  process.stdout.write(`${toHex(codec.encode(tupleFromWords(codec, words) as never))}\n`)
}
