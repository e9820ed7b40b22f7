/** `wirewright serve`: a service until Ctrl-C, its log on standard error. */
import type { Command } from 'commander'
import type { Server } from '../../index.js'
import { command, port } from '../command.js'
import type { Place } from '../service-command.js'

export function serveCommand(): Command {
  return withFlags(
    command('serve', [
      ['wirewright serve square', 'the tutorial service, on 127.0.0.1:65432'],
      ['wirewright serve square --port 0', 'on any free port; the line it prints says which'],
      ['wirewright serve ./mine.ts --host 0.0.0.0', 'a module of yours, for everybody on the network'],
    ]),
  )
    .description('Run a service until Ctrl-C. `wirewright serve NAME --help` shows the flags of that service.')
    .argument('<service>', 'the name of a built-in service, or a module whose default export is a service(…)')
    .argument('[flags...]', 'the service’s own flags')
    .passThroughOptions()
    .action(run)
}

function withFlags(command: Command): Command {
  return command
    .option(
      '--host <host>',
      'where to listen (default: the service’s own place, which is loopback for the built-in ones)',
    )
    .option('--port <port>', 'on which port; 0 takes any that is free', port)
}

async function run(name: string, rest: readonly string[], before: Place): Promise<void> {
  const [{ readServiceLine }, { placed }, { showAddress, showReason }, { EXIT }] = await Promise.all([
    import('../service-command.js'),
    import('../load-service.js'),
    import('../../index.js'),
    import('../exit.js'),
  ])
  const full = withFlags(
    command(`wirewright serve ${name}`, [[`wirewright serve ${name}`, 'until Ctrl-C']]),
  ).allowExcessArguments(false)
  const { service, options } = await readServiceLine<Place>('serve', name, rest, full)
  const { protocol } = service
  const say = (text: string): void => void process.stderr.write(`${protocol.name}: ${text}\n`)
  const server = service.createServer({
    opened: (connection) => say(`connection ${connection.id} from ${showAddress(connection.peer)} opened`),
    closed: (reason, connection) => say(`connection ${connection.id} closed: ${showReason(reason)}`),
    onError: (error, { connection, message }) =>
      say(
        `connection ${connection.id}, ${message === undefined ? 'from the peer' : `in '${message}'`}: ${(error as Error).message}`,
      ),
  })
  const listening = await server.listen(placed(service.endpoint, { ...before, ...options }))
  const end = untilSignal(server, { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated })
  say(`listening on ${showAddress(listening.endpoint.address)}`)
  await end
}

/** The first signal lets what was asked be answered; a second one ends at once. */
function untilSignal(server: Server, codes: Readonly<Record<'SIGINT' | 'SIGTERM', number>>): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, async () => {
        process.once(signal, () => process.exit(codes[signal]))
        await server.drain()
        process.exitCode = codes[signal]
        resolve()
      })
  })
}
