/** The commands. Each stands in a file of its own, which is loaded when the command line names it. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { command } from './command.js'

/** In the order in which the help lists them. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['serve', async () => (await import('./commands/serve.js')).serveCommand()],
  ['call', async () => (await import('./commands/call.js')).callCommand()],
  ['send', async () => (await import('./commands/send.js')).sendCommand()],
  ['listen', async () => (await import('./commands/listen.js')).listenCommand()],
  ['decode', async () => (await import('./commands/decode.js')).decodeCommand()],
  ['pack', async () => (await import('./commands/pack.js')).packCommand()],
  ['unpack', async () => (await import('./commands/unpack.js')).unpackCommand()],
  ['calcsize', async () => (await import('./commands/calcsize.js')).calcsizeCommand()],
  ['fetch', async () => (await import('./commands/fetch.js')).fetchCommand()],
  ['keygen', async () => (await import('./commands/keygen.js')).keygenCommand()],
  ['init', async () => (await import('./commands/init.js')).initCommand()],
  ['completion', async () => (await import('./commands/completion.js')).completionCommand(program)],
  ['help', async () => (await import('./commands/help.js')).helpCommand(program)],
])

/** The command line's grammar: all of it, or as much as it takes to understand `words`. */
export async function program(words: readonly string[] = []): Promise<Command> {
  const [first = '--help'] = words
  const one = COMMANDS.get(first)
  const version = first === '--version' || first === '-V'
  const wanted = one ? [one] : version ? [] : [...COMMANDS.values()]
  const all = command('wirewright', [
    ['wirewright serve square', 'a service, until Ctrl-C'],
    ["wirewright pack '!I2sf' 1 ab 2.7", 'values to bytes, as hexadecimal'],
    ["wirewright decode --framing 'lengthPrefix(!H)' --format '!BH' 0003010002", 'bytes to a table of fields'],
  ])
    .description('Describe a wire protocol once; serve it, call it, look at it.')
    .version(ownVersion())
    .helpCommand(false)
    .enablePositionalOptions()
    .addHelpText(
      'after',
      '\nTopics, for wirewright help:\n  exit-codes formats framings endpoints messages expect json',
    )
  for (const load of wanted) all.addCommand(await load())
  return all
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
