/** `wirewright decode`: bytes in any notation to the fields they say. */
import { type Command, Option } from 'commander'
import { command } from '../command.js'
import type { GuessFlags } from '../guess.js'
import type { InputOptions } from '../input.js'
import { NOTATIONS } from '../notation.js'
import type { PrintFlags } from '../print.js'

type DecodeFlags = GuessFlags & InputOptions & PrintFlags

export async function decodeCommand(): Promise<Command> {
  const [{ withGuessFlags }, { withPrintFlags }] = await Promise.all([import('../guess.js'), import('../print.js')])
  const decode = command('decode', [
    ["wirewright decode --framing 'lengthPrefix(!H)' --format '!BHI' 0007010002000000ff", 'a table of fields'],
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
  return withPrintFlags(withGuessFlags(decode)).action(run)
}

async function run(words: readonly string[], flags: DecodeFlags): Promise<void> {
  const [
    { readGuess },
    { inputBytes },
    { cut, fitting },
    { printerFor },
    { say },
    { EXIT },
    { checkFit, FramingError, guessSpeaker, showProgress },
  ] = await Promise.all([
    import('../guess.js'),
    import('../input.js'),
    import('../frames.js'),
    import('../print.js'),
    import('../terminal.js'),
    import('../exit.js'),
    import('../../framing/index.js'),
  ])
  const guess = await readGuess(flags)
  const print = printerFor(flags, guess.codec !== undefined)
  const bytes = await inputBytes(words, flags)
  const { frames, error } = cut(bytes, guess)
  for (const frame of frames) {
    print(frame)
    if (frame.error === undefined) continue
    say(`wirewright: frame ${frame.number} at byte ${frame.offset}: ${frame.error}`)
    process.exitCode = EXIT.protocol
  }
  if (error) {
    const { instead } = checkFit(guess.framing!, bytes)
    const facts = error instanceof FramingError && error.code === 'FRAME_TRUNCATED' ? error.facts : undefined
    const what = facts ? showProgress({ held: facts.held ?? 0, expected: facts.expected }) : error.message
    const others = instead.filter((other) => !what.includes(other))
    const fit = others.length > 0 ? `; ${others.join(' or ')} would fit` : ''
    say(`wirewright: after ${frames.length} whole ${frames.length === 1 ? 'frame' : 'frames'}: ${what}${fit}`)
    process.exitCode = EXIT.protocol
  }
  if (guess.framing || guess.codec) return
  const speaker = guessSpeaker(bytes)
  if (speaker) say(`wirewright: ${speaker}`)
  for (const { framing, frames } of fitting(bytes))
    say(`wirewright: --framing '${framing}' would fit: ${frames} ${frames === 1 ? 'frame' : 'frames'}`)
}
