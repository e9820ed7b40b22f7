/** What the bytes are taken for: a module, or a framing and a format that somebody guesses. */
import type { Command } from 'commander'
import type { Codec } from '../codec.js'
import type { Framing } from '../framing/index.js'
import { usageError } from './exit.js'

export interface GuessFlags {
  readonly module?: string
  readonly from?: string
  readonly framing?: string
  readonly format?: string
  readonly names?: string
}

/** How frames are found, and what one holds; each undefined when nothing was said about it. */
export interface Guess {
  readonly framing: Framing | undefined
  readonly codec: Codec<unknown, unknown> | undefined
  /** The message's name, when a module gives it one. */
  readonly message: string | undefined
  /** The struct format, when the codec is one. */
  readonly format: string | undefined
}

export function withGuessFlags(command: Command): Command {
  return command
    .option('--framing <framing>', "where frames end: 'lengthPrefix(!H)', lines … (wirewright help framings)")
    .option('--format <format>', "what a frame holds: '!BHI' … (wirewright help formats)")
    .option('--names <names>', 'names for the values of --format: kind,id,count')
    .option('--module <service>', 'instead of all these: a built-in service, or a module whose default export is one')
    .option('--from <side>', 'with --module, whose messages: client or server')
}

/** @throws {CommandError} {@link UsageError} exit code 2 */
export async function readGuess(flags: GuessFlags, from: 'client' | 'server' = 'client'): Promise<Guess> {
  const { framing, format, names } = flags
  const side = flags.from ?? from
  if (side !== 'client' && side !== 'server') throw usageError(`--from '${side}': write client or server`)
  if (flags.module !== undefined) return fromModule(flags.module, side, flags)
  if (flags.from !== undefined) throw usageError('--from goes with --module')
  if (names !== undefined && format === undefined) throw usageError('--names goes with --format')
  const [{ parseFraming }, { struct }] = await Promise.all([
    import('../framing/index.js'),
    import('../struct/index.js'),
  ])
  const list = names?.split(',').map((name) => name.trim())
  return {
    framing: framing === undefined ? undefined : parseFraming(framing),
    codec: format === undefined ? undefined : list ? struct(format as string, list as never) : struct(format as string),
    message: undefined,
    format,
  }
}

async function fromModule(name: string, side: 'client' | 'server', { framing, format }: GuessFlags): Promise<Guess> {
  if (framing !== undefined || format !== undefined)
    throw usageError('--module says what --framing and --format would say: give one or the other')
  const [{ loadService }, { wireFor }] = await Promise.all([
    import('./load-service.js'),
    import('../protocol/index.js'),
  ])
  const { protocol } = (await loadService(name)).make({})
  const kind = wireFor(protocol, side === 'client' ? 'server' : 'client').incoming
  return { framing: protocol.framing, codec: kind?.codec, message: kind?.name, format: undefined }
}
