/** What `wirewright serve` does. */
import cluster from 'node:cluster'
import { type Server, showAddress, showReason } from '../../index.js'
import { type AuthFlags, authentication, consent } from '../auth.js'
import { command } from '../command.js'
import { withServeFlags } from '../commands/serve.js'
import { parsePlace, placeToListen, type TlsFiles } from '../endpoint.js'
import { EXIT, usageError } from '../exit.js'
import { BUILT_IN, placed } from '../load-service.js'
import { type Place, readServiceLine } from '../service-command.js'
import { onDrain, supervise } from '../supervise.js'
import { say as report } from '../terminal.js'

interface ServeOptions extends Place, AuthFlags, TlsFiles {
  at?: string
  watch?: boolean
  workers?: number
}

export async function run(name: string, rest: readonly string[], before: ServeOptions): Promise<void> {
  const full = withServeFlags(
    command(`wirewright serve ${name}`, [[`wirewright serve ${name}`, 'until Ctrl-C']]),
  ).allowExcessArguments(false)
  const line = await readServiceLine<ServeOptions>('serve', name, rest, full)
  const { service } = line
  const options = { ...before, ...line.options }
  const { at, watch = false, workers = 1 } = options
  const { protocol } = service
  const isOneOfMany = cluster.isWorker && workers > 1
  const say = (text: string): void => report(`${protocol.name}${isOneOfMany ? `[${process.pid}]` : ''}: ${text}`)
  if (watch && BUILT_IN.includes(name)) throw usageError(`--watch: '${name}' is built in, and does not change`)
  if (cluster.isPrimary && (watch || workers > 1)) return supervise({ workers, module: watch ? name : undefined, say })
  const endpoint = at === undefined ? placed(service.endpoint, options) : await placeToListen(parsePlace(at), options)
  if (workers > 1 && !/^(tcp|tls)$/.test(endpoint.address.transport))
    throw usageError(`--workers shares a TCP port, and this place is ${endpoint.address.transport}`)
  const auth = await authentication(options)
  const server = service.createServer({
    ...(auth && { auth }),
    ...consent(options),
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
