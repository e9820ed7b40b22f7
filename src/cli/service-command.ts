/**
 * `serve` and `call` know their flags only when they know the service: the name is read first, its module loaded, and then
 * the rest of the line is parsed with the service's own flags among the others.
 */
import { type Command, Option } from 'commander'
import type { Codec } from '../codec.js'
import type { Configurable, Service, ServiceOption } from '../service/index.js'
import { wordsFor } from './body.js'
import { argument } from './command.js'
import { orUsage } from './files.js'
import { loadService } from './load-service.js'

/** What both commands are told about where the service is. */
export interface Place {
  host?: string
  port?: number
}

/** A parsed line: the service as its flags want it, the common flags, and the words that are left. */
export interface ServiceLine<Options> {
  readonly service: Service
  readonly options: Options
  readonly words: readonly string[]
}

/**
 * Reads the rest of a line.
 *
 * @param full a command like the one that was called, with the common flags, to which the service's are added
 */
export async function readServiceLine<Options extends object>(
  of: 'serve' | 'call',
  name: string,
  rest: readonly string[],
  full: Command,
): Promise<ServiceLine<Options>> {
  const configurable = await loadService(name)
  const own = Object.entries(configurable.options).filter(([, option]) => option.of === 'both' || option.of === of)
  for (const [key, option] of own) addFlag(full, key, option)
  if (of === 'call') full.addHelpText('after', () => messageHelp(configurable))
  full.parse(rest, { from: 'user' })
  const values = full.opts<Record<string, unknown>>()
  const chosen: Record<string, unknown> = {}
  for (const [key] of own) {
    if (values[key] !== undefined) chosen[key] = values[key]
    delete values[key]
  }
  return { service: orUsage(() => configurable.make(chosen)), options: values as Options, words: full.args }
}

/** What there is to say to a service that does not say itself how it is called. */
function messageHelp({ make }: Configurable): string {
  try {
    const { protocol, call } = make({})
    const [kind] = Object.entries(protocol.fromClient as Readonly<Record<string, { codec: Codec<unknown, unknown> }>>)
    if (call || !kind) return ''
    return `\nMessage: ${wordsFor(kind[1].codec)}   (wirewright help messages)\n`
  } catch {
    // It wants an option that was not given: the help of its flags says so.
    return ''
  }
}

function addFlag(command: Command, key: string, option: ServiceOption<unknown>): void {
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  // A flag that every service has, such as --secret-file, may be one that this service reads itself.
  if (command.options.some(({ long }) => long === `--${name}`)) return
  const { help, placeholder } = option
  const flag = new Option(placeholder === undefined ? `--${name}` : `--${name} ${placeholder}`, help)
  // `noWait` is a name of the service's, not the opposite of `wait`.
  flag.negate = false
  command.addOption(placeholder === undefined ? flag : flag.argParser(argument(option.parse)))
}
