/** `wirewright serve`: a service until Ctrl-C, its log on standard error. */
import { type Listening, type Server, showAddress, showReason } from '../index.js'
import { EXIT } from './exit.js'
import { loadService, placed } from './load-service.js'

export async function serve(name: string, options: { host?: string; port?: number }): Promise<void> {
  const service = await loadService(name)
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
  const listening: Listening = await server.listen(placed(service.endpoint, options))
  const end = untilSignal(server)
  say(`listening on ${showAddress(listening.endpoint.address)}`)
  await end
}

/** The first signal lets what was asked be answered; a second one ends at once. */
function untilSignal(server: Server): Promise<void> {
  return new Promise((resolve) => {
    for (const [signal, code] of [
      ['SIGINT', EXIT.interrupted],
      ['SIGTERM', EXIT.terminated],
    ] as const)
      process.once(signal, async () => {
        process.once(signal, () => process.exit(code))
        await server.close()
        process.exitCode = code
        resolve()
      })
  })
}
