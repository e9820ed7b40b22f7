/** `wirewright decode`: bytes in any notation to the fields they say. */
import { type Command, Option } from 'commander'
import { command, later } from '../command.js'
import { withGuessFlags } from '../guess.js'
import { NOTATIONS } from '../notation.js'
import { withPrintFlags } from '../print.js'

export function decodeCommand(): Command {
  const decode = command('decode', [
    ["wirewright decode --framing 'lengthPrefix(!H)' --format '!BH' 0003010002", 'a table of fields'],
    ["wirewright decode --format '!Bh' --names kind,degrees --json 'Af/8'", 'base64 in, JSON out'],
    ["printf '\\0\\4\\0\\0\\060\\071' | wirewright decode -", 'no idea: a dump, and the framings that would fit'],
  ])
    .description(
      'Bytes to fields: with --module, with a guess (--framing, --format), or with neither, to see which framings would fit.',
    )
    .argument('[bytes...]', 'hexadecimal, base64, text with \\x.. escapes; - for standard input')
    .option('--file <file>', 'take the bytes from a file: raw, or any notation, xxd and hexdump -C included')
    .addOption(
      new Option('--input <notation>', 'which notation the bytes are in (default: told by looking)').choices([
        ...NOTATIONS,
      ]),
    )
  return withPrintFlags(withGuessFlags(decode)).action(later(() => import('../actions/decode.js')))
}
