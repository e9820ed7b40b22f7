/** What `wirewright decode` does. */
import { checkFit, FramingError, guessSpeaker, showProgress } from '../../framing/index.js'
import { EXIT } from '../exit.js'
import { fitting } from '../fitting.js'
import { cut } from '../frames.js'
import { type GuessFlags, readGuess } from '../guess.js'
import { type InputOptions, inputBytes } from '../input.js'
import { type PrintFlags, printerFor } from '../print.js'
import { endQuietly } from '../signals.js'
import { say } from '../terminal.js'

type DecodeFlags = GuessFlags & InputOptions & PrintFlags

export async function run(words: readonly string[], flags: DecodeFlags): Promise<void> {
  endQuietly()
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
  for (const { framing, frames, held, isByChance } of fitting(bytes)) {
    const behind = held > 0 ? `, and ${held} ${held === 1 ? 'byte' : 'bytes'} of another` : ''
    const doubt = isByChance ? ', perhaps by chance' : ''
    say(`wirewright: --framing '${framing}' would fit: ${frames} ${frames === 1 ? 'frame' : 'frames'}${behind}${doubt}`)
  }
}
