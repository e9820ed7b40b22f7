/** Every kind of message in every state: before the proof nothing of the protocol is heard, whatever it is and however it comes. */
import assert from 'node:assert/strict'
import { createServer as listen, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import {
  bytes,
  connect,
  createServer,
  exchange,
  lengthPrefix,
  message,
  type Protocol,
  protocol,
  record,
  rest,
  u16,
} from 'wirewright'
import { type Authentication, type Authenticator, challenge, multiprocessing } from 'wirewright/auth'
import { nodeEnv, tcp } from 'wirewright/node'
import { report } from './support/report.js'
import { gone, nothingEscapes, raw, until } from './support/sockets.js'

const framing = lengthPrefix('!H')
const numbered = message(record({ id: u16, data: bytes(u16) }))
/** What a client may say that a handler hears, and what none ever does. */
const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  'a request': exchange('exchange', { framing, request: rest(), reply: rest() }),
  'a request with an id': protocol('by id', {
    framing,
    fromClient: { ask: numbered },
    fromServer: { answer: numbered },
    calls: { ask: { ask: 'ask', reply: 'answer', match: { ask: 'id', reply: 'id' } } },
  }),
  'a message': protocol('notes', { framing, fromClient: { note: message(rest()) } }),
  'a reply': protocol('callback', {
    framing,
    fromServer: { ask: message(rest()) },
    fromClient: { answer: message(rest()) },
    calls: { ask: { ask: 'ask', reply: 'answer' } },
  }),
}
/** A frame that each of them takes for one of its own, but for its data. */
const FRAME = Uint8Array.of(0, 4, 0, 1, 0, 0)

const SECRET = 'a secret of 25 characters'
const SCHEMES: Readonly<Record<string, (secret: string) => Authentication>> = {
  challenge: (secret) => challenge({ secret, digest: 'sha256' }),
  multiprocessing: (authkey) => multiprocessing({ authkey }),
}

/** What is said, and when, by somebody who has the secret or has not. Each gives whether the frame may be heard. */
interface State {
  readonly secret: string
  /** What becomes of the bytes of the handshake on their way, and of the frame. */
  say(socket: Socket, proof: Uint8Array): void
  readonly heard: boolean
}
const OTHER = 'another secret of 31 characters'
const STATES: Readonly<Record<string, State>> = {
  'instead of a proof': { secret: SECRET, say: (socket) => void socket.end(FRAME), heard: false },
  'behind half of a proof': {
    secret: SECRET,
    say: (socket, proof) => void socket.end(Buffer.concat([proof.subarray(0, proof.length >> 1), FRAME])),
    heard: false,
  },
  'before the proof': {
    secret: SECRET,
    say: (socket, proof) => void socket.end(Buffer.concat([FRAME, proof])),
    heard: false,
  },
  'behind a wrong proof, with it': {
    secret: OTHER,
    say: (socket, proof) => void socket.end(Buffer.concat([proof, FRAME])),
    heard: false,
  },
  'behind a wrong proof, once it is refused': {
    secret: OTHER,
    say: (socket, proof) => {
      socket.write(proof)
      socket.once('end', () => socket.write(FRAME))
    },
    heard: false,
  },
  'behind a proof with one bit turned': {
    secret: SECRET,
    say: (socket, proof) => {
      const turned = proof.slice()
      turned[turned.length - 1]! ^= 1
      socket.end(Buffer.concat([turned, FRAME]))
    },
    heard: false,
  },
  'behind the right proof': { secret: SECRET, say: (socket, proof) => void socket.write(proof), heard: true },
}

/** Goes through a handshake on a bare socket; `say` sends the first thing that the machine says. Resolves when it is done, or the socket gone. */
async function handshake(socket: Socket, machine: Authenticator, say: State['say']): Promise<'done' | 'failed'> {
  let isFirst = true
  let wake = (): void => {}
  socket.on('data', (chunk) => {
    machine.receive(new Uint8Array(chunk))
    wake()
  })
  socket.on('end', () => {
    machine.end()
    wake()
  })
  socket.on('close', () => {
    machine.end()
    wake()
  })
  for (;;) {
    const step = machine.nextStep()
    for (let out = machine.takeOutput(); out; out = machine.takeOutput()) {
      if (isFirst) say(socket, out)
      else socket.write(out)
      isFirst = false
    }
    if (step?.type === 'done' || step?.type === 'failed') return step.type
    if (step?.type === 'random') machine.supply(nodeEnv.random(step.length))
    else if (step?.type === 'mac') machine.supply(await nodeEnv.mac(step.digest, step.key.reveal(), step.message))
    else
      await new Promise<void>((resolve) => {
        wake = resolve
      })
  }
}

describe('before the proof', () => {
  nothingEscapes()

  it('row 35: a server hears no message of any kind in any state', async (t) => {
    let [cases, before, after, wrong] = [0, 0, 0, 0]
    for (const [scheme, auth] of Object.entries(SCHEMES))
      for (const [kind, wire] of Object.entries(PROTOCOLS)) {
        let executed = 0
        const hear = (body: unknown): unknown => {
          executed++
          return body
        }
        const handlers = { request: hear, ask: hear, note: () => void hear(0), answer: hear }
        const server = createServer(wire, ('single' in wire ? hear : handlers) as never, {
          auth: auth(SECRET),
          onError: () => {},
          limits: { lingerMs: 200 },
        })
        const { endpoint } = await server.listen(tcp({ port: 0 }))
        for (const [name, { secret, say, heard }] of Object.entries(STATES)) {
          cases++
          executed = 0
          const socket = await raw(endpoint)
          const outcome = await handshake(socket, auth(secret).client(), say)
          if (heard) {
            assert.equal(outcome, 'done', `${scheme}: ${name}`)
            socket.write(FRAME)
          }
          socket.end()
          await gone(socket)
          await until(() => server.info().open === 0)
          const expected = heard && kind !== 'a reply' ? 1 : 0
          if (executed !== expected) wrong++
          if (heard) after += executed
          else before += executed
        }
        await server.close()
      }
    report(t, {
      row: '35',
      attack: `${cases} connections: ${Object.keys(PROTOCOLS).length} kinds of message in ${Object.keys(STATES).length} states of ${Object.keys(SCHEMES).length} handshakes`,
      figure: `${before} heard before the proof, ${after} after it, ${wrong} otherwise than the model`,
      bound: '0 before, 6 after, 0 otherwise',
      holds: before === 0 && after === 6 && wrong === 0,
    })
  })

  it('row 35: a client hears no message of a server that proves nothing', async (t) => {
    let [cases, heard, opened] = [0, 0, 0]
    const wire = protocol('talkative', {
      framing,
      fromServer: { ask: message(rest()) },
      fromClient: { answer: message(rest()) },
      calls: { ask: { ask: 'ask', reply: 'answer' } },
    })
    for (const auth of Object.values(SCHEMES).map((scheme) => scheme(SECRET)))
      for (const sooner of [0, 16, 32, 63]) {
        cases++
        // Some of a challenge, which anybody can make, and then the protocol.
        const challenged = auth.server()
        challenged.nextStep()
        challenged.supply(nodeEnv.random(auth.name === 'challenge' ? 32 : 40))
        const question = challenged.takeOutput()!.subarray(0, sooner)
        const impostor = listen((socket) => {
          socket.on('error', () => {})
          socket.write(Buffer.concat([question, ...new Array<Uint8Array>(20).fill(FRAME)]))
          socket.setTimeout(200, () => socket.destroy())
        }).listen(0, '127.0.0.1')
        await new Promise((resolve) => impostor.once('listening', resolve))
        const { port } = impostor.address() as { port: number }
        await connect(wire, tcp({ port }), {
          auth,
          handlers: {
            ask: (body) => {
              heard++
              return body
            },
          },
        }).then(
          (client) => {
            opened++
            return client.close()
          },
          () => {},
        )
        await new Promise((resolve) => impostor.close(resolve))
      }
    report(t, {
      row: '35',
      attack: `${cases} servers that prove nothing ask at once`,
      figure: `${heard} asked of the client's handler, ${opened} believed`,
      bound: 'none',
      holds: heard === 0 && opened === 0,
    })
  })
})
