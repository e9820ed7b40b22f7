/** What `wirewright call` does. */
import { createInterface } from 'node:readline'
import { type Client, ConnectionClosedError, RequestTimeoutError, type Service, TransportError } from '../../index.js'
import { type AuthFlags, authentication, consent } from '../auth.js'
import { encodeWords } from '../body.js'
import { command } from '../command.js'
import { withCallFlags } from '../commands/call.js'
import { parsePlace, placeToConnect, type TlsFiles } from '../endpoint.js'
import { CommandError, EXIT, usageError } from '../exit.js'
import { orUsage } from '../files.js'
import type { MessageKind } from '../guess.js'
import { placed } from '../load-service.js'
import { type Place, readServiceLine } from '../service-command.js'
import { toJson } from '../show-value.js'
import { endQuietly } from '../signals.js'
import { harmless } from '../terminal.js'
import { milliseconds, timestamp } from '../time.js'
import { answerLines } from '../values.js'

interface CallOptions extends Place, AuthFlags, TlsFiles {
  at?: string
  timeout?: string
  json?: boolean
}

/** What came, and the line that a service of its own manner prints for it. */
interface Answer {
  readonly msg: string | null
  readonly body: unknown
  readonly line?: string
}
type Print = (answer: Answer) => void
/** What there is to do once there is a client. */
type Call = (client: Client<any>, print: Print, timeoutMs: number) => Promise<void>

export async function run(name: string, rest: readonly string[], before: CallOptions): Promise<void> {
  endQuietly()
  const full = withCallFlags(
    command(`wirewright call ${name}`, [[`wirewright call ${name} …`, 'prints the answer']]),
  ).argument('[words...]', 'what to ask')
  const { service, options, words } = await readServiceLine<CallOptions>('call', name, rest, full)
  const { at, timeout, json, ...place } = { ...before, ...options }
  const timeoutMs = milliseconds(timeout) ?? 30_000
  const call = service.call ? ownCall(service, words) : messageCall(service, words)
  const auth = await authentication(place)
  const where = at === undefined ? placed(service.endpoint, place) : await placeToConnect(parsePlace(at), place)
  const client = await service.connect(where, { ...(auth && { auth }), ...consent(place) }).catch((error) => {
    throw error instanceof TransportError && error.code === 'REFUSED' && at === undefined
      ? new CommandError(EXIT.connect, `${error.message}: wirewright serve ${name} starts it`, { cause: error })
      : error
  })
  try {
    await call(client, json ? printJson : printText, timeoutMs)
  } finally {
    await client.close()
  }
}

/** The service says itself how it is called. */
function ownCall({ protocol: { name }, call: read }: Service, words: readonly string[]): Call {
  const call = orUsage(() => read!(words), words)
  return async (client, print, timeoutMs) => {
    const messages = client.messages()
    const within = <T>(promise: Promise<T>): Promise<T> => {
      let timer: NodeJS.Timeout
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new RequestTimeoutError(name, timeoutMs)), timeoutMs)
      })
      return Promise.race([promise, late]).finally(() => clearTimeout(timer))
    }
    await call({
      ...{ client: client as never, timeoutMs, within },
      next: async () => {
        const { value, done } = await within(messages.next())
        if (done) throw new ConnectionClosedError('no answer', await client.closed, 'maybe')
        return (value as { body: never }).body
      },
      lines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
      print: (line, body = line) => print({ msg: null, body, line }),
    })
  }
}

/** One message is sent, and its reply printed if it has one. Words that do not fit it are refused before there is a connection. */
function messageCall({ protocol }: Service, words: readonly string[]): Call {
  const [kind] = Object.entries(protocol.fromClient as Service['protocol']['fromClient'])
  if (!kind) throw usageError(`clients of '${protocol.name}' send nothing, and it does not say how it is called`)
  const [name, { codec }] = kind as [string, Pick<MessageKind, 'codec'>]
  const { body } = encodeWords({ name, codec }, words, protocol.framing)
  const asking = Object.entries(protocol.calls as Record<string, { ask: string; reply: string }>)
  const [call, { reply = '' } = {}] = asking.find(([, { ask }]) => ask === name) ?? []
  return async (client, print, timeoutMs) => {
    if (call === undefined) return client.send(name, body)
    const isSingle = 'single' in protocol
    const answer = isSingle ? client.request(body, { timeoutMs }) : client.request(call, body, { timeoutMs })
    print({ msg: reply, body: await answer })
  }
}

const printText: Print = ({ line, body }) => {
  // What a peer sent must not steer the terminal.
  process.stdout.write(line === undefined ? answerLines(body) : `${harmless(line)}\n`)
}

const printJson: Print = ({ msg, body }) =>
  void process.stdout.write(`${toJson({ v: 1, t: timestamp(), msg, body })}\n`)
