/** The commands. Each stands in a file of its own, and what a command does is loaded when it runs. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { command } from './command.js'
import { callCommand } from './commands/call.js'
import { packCommand } from './commands/pack.js'
import { serveCommand } from './commands/serve.js'
import { unpackCommand } from './commands/unpack.js'

export function program(): Command {
  return command('wirewright', [
    ['wirewright serve square', 'a service, until Ctrl-C'],
    ['wirewright call square 12345', 'its client: prints 152399025'],
    ["wirewright pack '!I2sf' 1 ab 2.7", 'values to bytes, as hexadecimal'],
  ])
    .description('Describe a wire protocol once; serve it, call it, look at it.')
    .version(ownVersion())
    .enablePositionalOptions()
    .addCommand(serveCommand())
    .addCommand(callCommand())
    .addCommand(packCommand())
    .addCommand(unpackCommand())
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
