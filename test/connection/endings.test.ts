/** Ends that meet: of the peer's stream, of ours, of a handler, of patience. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type CloseReason,
  type ConnectionOf,
  connect,
  createServer,
  exchange,
  lengthPrefix,
  message,
  protocol,
  rest,
  struct,
} from 'wirewright'
import { challenge, defineAuthentication, hear, random } from 'wirewright/auth'
import { Recorder } from '../node/recorder.js'
import { frame, world } from '../support/world.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const feed = protocol('feed', { framing: lengthPrefix('!I'), fromServer: { item: message(rest()) } })

describe('a peer that has ended its side', () => {
  it(
    'gets what waited for it all the same',
    world(
      async (sim, network) => {
        const reasons: CloseReason[] = []
        const sends: Promise<void>[] = []
        const server = createServer(feed, {} as never, {
          limits: { highWaterMark: 1000 },
          whenFull: 'wait',
          opened: (connection) => {
            for (let n = 0; n < 20; n++) sends.push(connection.send('item', new Uint8Array(496)))
          },
          closed: (reason) => void reasons.push(reason),
        })
        const { endpoint } = await server.listen(network.at('server'))
        const link = await endpoint.connect()
        link.end()
        await sim.sleep(100)
        const peer = new Recorder(link)
        await peer.closes()
        assert.equal(Buffer.concat(peer.chunks).length, 20 * 500)
        await Promise.allSettled(sends)
        assert.deepEqual(
          reasons.map(({ kind }) => kind),
          ['peer'],
        )
        await server.close()
      },
      { delayMs: 1, windowBytes: 1000 },
    ),
  )

  it(
    'is waited for no longer than anybody waits for a reply, and its handler told',
    world(async (sim, network) => {
      const reasons: [at: number, reason: CloseReason][] = []
      let abortedAt = 0
      const server = createServer(
        square,
        (_, { signal }) =>
          new Promise<never>(() => {
            signal.addEventListener('abort', () => {
              abortedAt = sim.now
            })
          }),
        { closed: (reason) => void reasons.push([sim.now, reason]) },
      )
      const { endpoint } = await server.listen(network.at('server'))
      const peer = new Recorder(await endpoint.connect())
      peer.link.write(frame(0, 0, 0, 5))
      peer.link.end()
      const begun = sim.now
      await peer.closes()
      await sim.sleep(1000)
      const [[at, reason]] = reasons as [[number, CloseReason]]
      assert.deepEqual(reason, { kind: 'timeout', limit: 'requestTimeoutMs', ms: 30_000 })
      assert.ok(at - begun >= 30_000 && at - begun < 30_100 && abortedAt === at, `${at - begun}`)
      assert.equal(server.connections.size, 0)
      await server.close()
    }),
  )

  for (const how of ['close', 'drain'] as const)
    it(
      `and waits for an answer that never comes does not keep ${how}() for longer than drainMs`,
      world(async (sim, network) => {
        const reasons: CloseReason[] = []
        let aborted = false
        const server = createServer(
          square,
          (_, { signal }) =>
            new Promise<never>(() => {
              signal.addEventListener('abort', () => {
                aborted = true
              })
            }),
          { limits: { drainMs: 500 }, closed: (reason) => void reasons.push(reason) },
        )
        const { endpoint } = await server.listen(network.at('server'))
        const peer = new Recorder(await endpoint.connect())
        peer.link.write(frame(0, 0, 0, 5))
        peer.link.end()
        await sim.sleep(100)
        const begun = sim.now
        await server[how]()
        assert.equal(sim.now - begun, 500)
        assert.deepEqual(reasons, [{ kind: 'timeout', limit: 'drainMs', ms: 500 }])
        assert.equal(aborted, true)
      }),
    )
})

describe('a server that closes', () => {
  it(
    'lets a peer that reads slowly have its last reply, for as long as drainMs',
    world(
      async (sim, network) => {
        const large = exchange('large', { framing: lengthPrefix('!I'), request: struct('!I'), reply: rest() })
        const reasons: CloseReason[] = []
        const server = createServer(large, ([length]) => new Uint8Array(length), {
          closed: (reason) => void reasons.push(reason),
        })
        const { endpoint } = await server.listen(network.at('server'))
        const link = await endpoint.connect()
        const peer = new Recorder(link)
        link.write(frame(0, 0, 20_000 >> 8, 20_000 & 255))
        await sim.sleep(300)
        const begun = sim.now
        const closing = server.close()
        await peer.until(({ chunks }) => Buffer.concat(chunks).length === 20_004)
        assert.ok(sim.now - begun > 3000)
        await closing
        assert.deepEqual(reasons, [{ kind: 'local' }], 'and is waited for after that')
        assert.ok(peer.calls.includes('ended'))
      },
      { delayMs: 100, windowBytes: 1000 },
    ),
  )

  it(
    'does not blame those who had not proved anything yet',
    world(async (sim, network) => {
      const errors: unknown[] = []
      const reasons: string[] = []
      const server = createServer(square, ([n]) => [n], {
        auth: challenge({ secret: 'a secret of some length', digest: 'sha256' }),
        onError: (error) => errors.push(error),
        closed: ({ kind }) => void reasons.push(kind),
      })
      const { endpoint } = await server.listen(network.at('server'))
      const stranger = new Recorder(await endpoint.connect())
      await sim.sleep(10)
      await server.close()
      await stranger.closes()
      assert.deepEqual([errors, reasons], [[], ['local']])
    }),
  )

  it(
    'while it begins to listen does not listen any more',
    world(async (_sim, network) => {
      const server = createServer(square, ([n]) => [n])
      const listening = server.listen(network.at('server'))
      await server.close()
      const { endpoint } = await listening
      await assert.rejects(endpoint.connect(), { code: 'REFUSED' })
    }),
  )

  it(
    'says goodbye once, however often it is told to drain',
    world(async (sim, network) => {
      const bye: ConnectionOf<typeof feed, 'server'>[] = []
      const server = createServer(feed, {} as never, { draining: (connection) => void bye.push(connection) })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(feed, endpoint)
      await sim.sleep(10)
      await Promise.all([server.drain(), server.drain(), server.close()])
      assert.equal(bye.length, 1)
      await client.closed
    }),
  )
})

describe('what a handler gives instead of a promise', () => {
  it(
    'costs its connection when it throws, and answers once when it answers twice',
    world(async (_sim, network) => {
      const errors: string[] = []
      const thenable = (n: number): PromiseLike<[number]> =>
        ({
          // biome-ignore lint/suspicious/noThenProperty: that is the point
          then(resolve: (value: [number]) => void) {
            if (n === 0) throw new Error('lazy, and broken')
            resolve([n])
            resolve([n + 1])
          },
        }) as PromiseLike<[number]>
      const server = createServer(square, ([n]) => thenable(n), {
        onError: (error) => void errors.push((error as Error).message),
      })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint)
      assert.deepEqual(await Promise.all([client.request([5]), client.request([7])]), [[5], [7]])
      await assert.rejects(client.request([0]), { code: 'CONNECTION_CLOSED' })
      assert.deepEqual(errors, ['lazy, and broken'])
      await client.close()
      await server.close()
    }),
  )
})

describe('a connection that its own program drops', () => {
  /** One byte from the client, and it is somebody. */
  const auth = defineAuthentication('byte', {
    *client(output) {
      output.append(yield random(1))
    },
    *server() {
      yield hear(1, 'the byte')
      return { scheme: 'byte' }
    },
  })
  const three = [frame(0, 0, 0, 1), frame(0, 0, 0, 2), frame(0, 0, 0, 3)]

  for (const how of ['reset', 'close'] as const)
    it(
      `with ${how}() when it opens executes nothing that came along with the proof`,
      world(async (sim, network) => {
        const seen: number[] = []
        const server = createServer(square, ([n]) => [seen.push(n)], {
          auth,
          opened: (connection) => void connection[how](),
        })
        const { endpoint } = await server.listen(network.at('server'))
        const peer = new Recorder(await endpoint.connect())
        peer.link.write(Buffer.concat([Uint8Array.of(7), ...three]))
        await peer.follows()
        await sim.sleep(10)
        assert.deepEqual(seen, [])
        await server.close()
      }),
    )

  for (const what of ['request', 'message'] as const)
    it(
      `while it handles a ${what} executes none of those behind it`,
      world(async (sim, network) => {
        const seen: number[] = []
        const handle = (n: number, connection: { reset(): void }): void => {
          seen.push(n)
          if (n === 2) connection.reset()
        }
        const log = protocol('log', { framing: lengthPrefix('!I'), fromClient: { line: message(struct('!i')) } })
        const server =
          what === 'request'
            ? createServer(square, ([n], { connection }) => {
                handle(n, connection)
                return [n]
              })
            : createServer(log, { line: ([n], { connection }) => handle(n, connection) })
        const { endpoint } = await server.listen(network.at('server'))
        const peer = new Recorder(await endpoint.connect())
        peer.link.write(Buffer.concat(three))
        await peer.closes()
        await sim.sleep(10)
        assert.deepEqual(seen, [1, 2])
        await server.close()
      }),
    )
})
