/** `wirewright call`: asks a service, and prints what it answers. */
import type { Command } from 'commander'
import { withAuthFlags } from '../auth.js'
import { command, later, port } from '../command.js'
import { withPlaceFlags } from '../endpoint.js'

export function callCommand(): Command {
  return withCallFlags(
    command('call', [
      ['wirewright call square 12345', 'prints 152399025'],
      ['wirewright call square 12345 --port 7000', 'the same, from another port'],
      ['wirewright call ./service.ts 1 3 --timeout 500ms', 'a service of yours; gives up after half a second'],
    ]),
  )
    .description(
      'Ask a service and print its answer. A message is given as one word for each value, as field=value, or as JSON ' +
        '(wirewright help messages). `wirewright call NAME --help` shows the flags of that service.',
    )
    .argument('<service>', 'the name of a built-in service, or a module whose default export is a service(…)')
    .argument('[words...]', 'what to ask')
    .passThroughOptions()
    .action(later(() => import('../actions/call.js')))
}

export function withCallFlags(command: Command): Command {
  command
    .option('--host <host>', 'where the service is (default: its own place)')
    .option('--port <port>', 'on which port', port)
    .option('--timeout <time>', 'how long to wait for an answer: 5, 5s, 500ms (default: 30s)')
    .option('--json', 'each answer as a JSON object on a line (wirewright help json)')
  return withAuthFlags(withPlaceFlags(command))
}
