/** `wirewright serve`: a service until Ctrl-C, its log on standard error. */
import type { Command } from 'commander'
import { withAuthFlags } from '../auth.js'
import { command, count, later, port } from '../command.js'
import { withPlaceFlags } from '../endpoint.js'

export function serveCommand(): Command {
  return withServeFlags(
    command('serve', [
      ['wirewright serve square', 'the tutorial service, on 127.0.0.1:65432'],
      ['wirewright serve square --port 0 --workers 2', 'on any free port, in two processes; it prints which port'],
      ['wirewright serve ./service.ts --host 0.0.0.0 --watch', 'a module of yours, for everybody on the network'],
    ]),
  )
    .description('Run a service until Ctrl-C. `wirewright serve NAME --help` shows the flags of that service.')
    .argument('<service>', 'the name of a built-in service, or a module whose default export is a service(…)')
    .argument('[flags...]', 'the service’s own flags')
    .passThroughOptions()
    .action(later(() => import('../actions/serve.js')))
}

export function withServeFlags(command: Command): Command {
  command
    .option(
      '--host <host>',
      'where to listen (default: the service’s own place, which is loopback for the built-in ones)',
    )
    .option('--port <port>', 'on which port; 0 takes any that is free', port)
    .option('--watch', 'reload the module when it, a file that it imports, or one beside it is saved')
    .option('--workers <n>', 'share the port among so many processes', count)
  return withAuthFlags(withPlaceFlags(command))
}
