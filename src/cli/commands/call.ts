/** `wirewright call`: asks a service, and prints what it answers. */
import type { Command } from 'commander'
import type { Protocol } from '../../index.js'
import type { Exchange } from '../../protocol/index.js'
import type { Service } from '../../service/index.js'
import { type AuthFlags, withAuthFlags } from '../auth.js'
import { command, port } from '../command.js'
import { type TlsFiles, withPlaceFlags } from '../endpoint.js'
import type { Place } from '../service-command.js'
import { harmless } from '../terminal.js'
import { milliseconds } from '../time.js'

interface CallOptions extends Place, AuthFlags, TlsFiles {
  at: string
  timeout: string
}

export function callCommand(): Command {
  return withFlags(
    command('call', [
      ['wirewright call square 12345', 'prints 152399025'],
      ['wirewright call square 12345 --port 7000', 'the same, from another port'],
      ['wirewright call ./service.ts 1 3 --timeout 500ms', 'a service of yours; gives up after half a second'],
    ]),
  )
    .description('Ask a service and print its answer. `wirewright call NAME --help` shows the flags of that service.')
    .argument('<service>', 'the name of a built-in service, or a module whose default export is a service(…)')
    .argument('[words...]', 'what to ask')
    .passThroughOptions()
    .action(run)
}

function withFlags(command: Command): Command {
  command
    .option('--host <host>', 'where the service is (default: its own place)')
    .option('--port <port>', 'on which port', port)
    .option('--timeout <time>', 'how long to wait for an answer: 5, 5s, 500ms')
  return withAuthFlags(withPlaceFlags(command))
}

async function run(name: string, rest: readonly string[], before: Partial<CallOptions>): Promise<void> {
  const [
    { ConnectionClosedError, RequestTimeoutError },
    { authentication, consent },
    { parsePlace, placeToConnect },
    { readServiceLine },
    { placed },
    { createInterface },
  ] = await Promise.all([
    import('../../index.js'),
    import('../auth.js'),
    import('../endpoint.js'),
    import('../service-command.js'),
    import('../load-service.js'),
    import('node:readline'),
  ])
  const full = withFlags(
    command(`wirewright call ${name}`, [[`wirewright call ${name} …`, 'prints the answer']]),
  ).argument('[words...]', 'what to ask')
  const { service, options, words } = await readServiceLine<Partial<CallOptions>>('call', name, rest, full)
  const { timeout, ...place } = { ...before, ...options }
  const timeoutMs = (await milliseconds(timeout)) ?? 30_000
  const call = service.call ?? (await askOnce(service, words))
  const where =
    place.at === undefined ? placed(service.endpoint, place) : await placeToConnect(parsePlace(place.at), place)
  const auth = await authentication(place)
  const client = await service.connect(where, {
    ...(auth && { auth }),
    ...(consent(place) && { plaintext: consent(place)! }),
  })
  try {
    const messages = client.messages()
    const within = <T>(promise: Promise<T>): Promise<T> => {
      let timer: NodeJS.Timeout
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new RequestTimeoutError(service.protocol.name, timeoutMs)), timeoutMs)
      })
      return Promise.race([promise, late]).finally(() => clearTimeout(timer))
    }
    await call({
      ...{ client, words, timeoutMs, within },
      next: async () => {
        const { value, done } = await within(messages.next())
        if (done) throw new ConnectionClosedError('no answer', await client.closed, 'maybe')
        return (value as { body: never }).body
      },
      lines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
      // What a peer sent must not steer the terminal.
      print: (line) => void process.stdout.write(`${harmless(line)}\n`),
    })
  } finally {
    await client.close()
  }
}

/** What is done with an exchange that has no program of its own: one word for each value, one line for each answer. */
async function askOnce(service: Service, words: readonly string[]): Promise<NonNullable<Service['call']>> {
  const [{ bodyFromWords, lines }, { CommandError, EXIT }] = await Promise.all([
    import('../values.js'),
    import('../exit.js'),
  ])
  const { protocol } = service
  if (!isExchange(protocol))
    throw new CommandError(
      EXIT.usage,
      `'${protocol.name}' is no exchange of one request and one reply, and does not say how it is called`,
    )
  const { codec } = protocol.fromClient.request
  const body = bodyFromWords(codec, words)
  // Before a connection is made: what does not fit is the command line's fault.
  codec.encode(body as never)
  return async ({ client, timeoutMs }) => {
    const ask = client.request as unknown as (
      body: unknown,
      options: { timeoutMs: number },
    ) => Promise<readonly unknown[]>
    process.stdout.write(lines(await ask(body, { timeoutMs })))
  }
}

function isExchange(protocol: Protocol): protocol is Exchange {
  return 'single' in protocol
}
