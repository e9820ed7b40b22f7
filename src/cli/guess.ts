/** What the bytes are taken for: a module, or a framing and a format that somebody guesses. */
import type { Command } from 'commander'
import type { Codec } from '../codec.js'
import type { Framing } from '../framing/index.js'
import type { Protocol } from '../protocol/index.js'
import { several } from './command.js'
import { usageError } from './exit.js'
import { orUsage } from './files.js'

export interface GuessFlags {
  readonly module?: string
  readonly from?: string
  readonly message?: string
  readonly set?: readonly string[]
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
  /** The message that goes the other way, when a module says so. */
  readonly other: MessageKind | undefined
}

export interface MessageKind {
  readonly name: string
  readonly codec: Codec<unknown, unknown>
}

const SIDES = ['client', 'server'] as const
type Side = (typeof SIDES)[number]

export function withGuessFlags(command: Command): Command {
  return command
    .option('--framing <framing>', "where frames end: 'lengthPrefix(!H)', lines … (wirewright help framings)")
    .option('--format <format>', "what a frame holds: '!BHI' … (wirewright help formats)")
    .option('--names <names>', 'names for the values of --format: kind,id,count')
    .option('--module <service>', 'instead of all these: a built-in service, or a module whose default export is one')
    .option('--from <side>', 'with --module, whose messages: client or server')
    .option('--message <name>', 'with --module, which message')
    .option(
      '--set <option=value>',
      'with --module, an option of the service, as serve takes it: --set digest=md5',
      several,
    )
}

/** `from`: whose messages they are when no flag says so. @throws {CommandError} {@link UsageError} exit code 2 */
export async function readGuess(flags: GuessFlags, from: Side = 'client'): Promise<Guess> {
  const { framing, format, names, module } = flags
  if (module !== undefined) return fromModule(module, flags, from)
  for (const flag of ['from', 'message', 'set'] as const)
    if (flags[flag] !== undefined) throw usageError(`--${flag} goes with --module`)
  if (names !== undefined && format === undefined) throw usageError('--names goes with --format')
  const [{ parseFraming }, { struct }] = await Promise.all([
    import('../framing/index.js'),
    import('../struct/index.js'),
  ])
  const list = names?.split(',').map((name) => name.trim())
  const codec = format === undefined ? undefined : struct(format as string)
  if (codec && list) checkNames(list, codec.decode(new Uint8Array(codec.size)).length, format!)
  return {
    framing: framing === undefined ? undefined : parseFraming(framing),
    codec: list ? struct(format as string, list as never) : codec,
    message: undefined,
    format,
    other: undefined,
  }
}

/** @throws {CommandError} exit code 2 */
function checkNames(names: readonly string[], values: number, format: string): void {
  if (names.length !== values)
    throw usageError(
      `--names: '${format}' has ${values} ${values === 1 ? 'value' : 'values'}, and ${names.length} names are given`,
    )
  const twice = names.find((name, i) => name === '' || names.indexOf(name) !== i)
  if (twice !== undefined)
    throw usageError(`--names: ${twice === '' ? 'a name is empty' : `'${twice}' is there twice`}`)
}

async function fromModule(module: string, flags: GuessFlags, from: Side): Promise<Guess> {
  if (flags.framing !== undefined || flags.format !== undefined)
    throw usageError('--module says what --framing and --format would say: give one or the other')
  const { loadService, optionValues } = await import('./load-service.js')
  const configurable = await loadService(module)
  const values = optionValues(configurable, flags.set ?? [])
  const { protocol } = orUsage(() => configurable.make(values))
  const side = sideOf(protocol, flags, from)
  const kinds = kindsFrom(protocol, side)
  const kind = flags.message === undefined ? kinds[0] : kinds.find(({ name }) => name === flags.message)
  return {
    framing: protocol.framing,
    codec: kind?.codec,
    message: kind?.name,
    format: undefined,
    other: kindsFrom(protocol, opposite(side))[0],
  }
}

/** Who sends the message that is meant. A name that both sides have is the one of whose messages are looked for anyway. */
function sideOf(protocol: Protocol, { from, message }: GuessFlags, otherwise: Side): Side {
  if (from !== undefined && from !== 'client' && from !== 'server')
    throw usageError(`--from '${from}': write client or server`)
  if (message === undefined) return from ?? otherwise
  const sides: readonly Side[] = from ? [from] : [otherwise, opposite(otherwise)]
  const side = sides.find((side) => kindsFrom(protocol, side).some(({ name }) => name === message))
  if (side) return side
  const known = SIDES.map(
    (side) =>
      `${
        kindsFrom(protocol, side)
          .map(({ name }) => name)
          .join(', ') || 'nothing'
      } from the ${side}`,
  )
  throw usageError(
    `--message '${message}'${from ? ` --from ${from}` : ''}: '${protocol.name}' has ${known.join(' and ')}`,
  )
}

function opposite(side: Side): Side {
  return side === 'client' ? 'server' : 'client'
}

function kindsFrom(protocol: Protocol, side: Side): readonly MessageKind[] {
  const messages = side === 'client' ? protocol.fromClient : protocol.fromServer
  return Object.entries(messages as Record<string, { codec: MessageKind['codec'] }>).map(([name, { codec }]) => ({
    name,
    codec,
  }))
}
