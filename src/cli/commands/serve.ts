/** `wirewright serve`: a service until Ctrl-C, its log on standard error. */
import type { Command } from 'commander'
import type { Server } from '../../index.js'
import { type AuthFlags, withAuthFlags } from '../auth.js'
import { command, count, port } from '../command.js'
import { type TlsFiles, withPlaceFlags } from '../endpoint.js'
import type { Place } from '../service-command.js'

interface ServeOptions extends Place, AuthFlags, TlsFiles {
  at?: string
  watch?: boolean
  workers?: number
}

export function serveCommand(): Command {
  return withFlags(
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
    .action(run)
}

function withFlags(command: Command): Command {
  command
    .option(
      '--host <host>',
      'where to listen (default: the service’s own place, which is loopback for the built-in ones)',
    )
    .option('--port <port>', 'on which port; 0 takes any that is free', port)
    .option('--watch', 'reload the module when it, or a file beside it, is saved')
    .option('--workers <n>', 'share the port among so many processes', count)
  return withAuthFlags(withPlaceFlags(command))
}

async function run(name: string, rest: readonly string[], before: ServeOptions): Promise<void> {
  const [
    { default: cluster },
    { readServiceLine },
    { BUILT_IN, placed },
    { showAddress, showReason },
    { EXIT, usageError },
    { authentication, consent },
    { parsePlace, placeToListen },
    { onDrain, supervise },
    { say: talk },
  ] = await Promise.all([
    import('node:cluster'),
    import('../service-command.js'),
    import('../load-service.js'),
    import('../../index.js'),
    import('../exit.js'),
    import('../auth.js'),
    import('../endpoint.js'),
    import('../supervise.js'),
    import('../terminal.js'),
  ])
  const full = withFlags(
    command(`wirewright serve ${name}`, [[`wirewright serve ${name}`, 'until Ctrl-C']]),
  ).allowExcessArguments(false)
  const line = await readServiceLine<ServeOptions>('serve', name, rest, full)
  const { service } = line
  const options = { ...before, ...line.options }
  const { at, watch = false, workers = 1 } = options
  const { protocol } = service
  const isOneOfMany = cluster.isWorker && workers > 1
  const say = (text: string): void => talk(`${protocol.name}${isOneOfMany ? `[${process.pid}]` : ''}: ${text}`)
  if (watch && BUILT_IN.includes(name)) throw usageError(`--watch: '${name}' is built in, and does not change`)
  if (cluster.isPrimary && (watch || workers > 1)) return supervise({ workers, module: watch ? name : undefined, say })
  const endpoint = at === undefined ? placed(service.endpoint, options) : await placeToListen(parsePlace(at), options)
  if (workers > 1 && !/^(tcp|tls)$/.test(endpoint.address.transport))
    throw usageError(`--workers shares a TCP port, and this place is ${endpoint.address.transport}`)
  const auth = await authentication(options)
  const server = service.createServer({
    ...(auth && { auth }),
    ...(consent(options) && { plaintext: consent(options)! }),
    opened: (connection) => say(`connection ${connection.id} from ${showAddress(connection.peer)} opened`),
    closed: (reason, connection) => say(`connection ${connection.id} closed: ${showReason(reason)}`),
    onError: (error, { connection, message }) =>
      say(
        `connection ${connection.id}, ${message === undefined ? 'from the peer' : `in '${message}'`}: ${(error as Error).message}`,
      ),
  })
  const listening = await server.listen(endpoint)
  const end = untilSignal(server, { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated })
  onDrain(async () => {
    await server.drain()
    process.exit(EXIT.ok)
  })
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
