/** Going away: what was asked is finished, the peers are told, and what does not end is cut. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type CloseReason,
  ConnectionClosedError,
  connect,
  createServer,
  exchange,
  lengthPrefix,
  message,
  type ObservedRequest,
  protocol,
  rest,
  ServerClosedError,
  struct,
} from 'wirewright'
import { Recorder } from '../node/recorder.js'
import { frame, world } from '../support/world.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })

describe('drain()', () => {
  it(
    'lets what runs finish, and executes nothing that is asked after it',
    world(async (sim, network) => {
      const seen: number[] = []
      const reasons: CloseReason[] = []
      const server = createServer(
        square,
        async ([n]) => {
          seen.push(n)
          await sim.sleep(200)
          return [n * n]
        },
        { closed: (reason) => void reasons.push(reason) },
      )
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint)
      const running = client.request([5])
      await sim.sleep(50)
      const drained = server.drain()
      const tooLate = client.request([6])
      assert.deepEqual(await running, [25])
      await assert.rejects(tooLate, { code: 'CONNECTION_CLOSED' })
      await drained
      assert.deepEqual(seen, [5])
      assert.deepEqual(reasons, [{ kind: 'drain' }])
      await assert.rejects(connect(square, endpoint), { code: 'REFUSED' })
    }),
  )

  it(
    'cuts at its deadline: the request is refused with its reason, the handler told, and both counted',
    world(async (sim, network) => {
      const reasons: CloseReason[] = []
      const requests: ObservedRequest[] = []
      const told: unknown[] = []
      const server = createServer(
        square,
        async ([n], { signal }) => {
          signal.addEventListener('abort', () => told.push(signal.reason))
          await sim.sleep(5000)
          return [n]
        },
        {
          limits: { drainMs: 1000 },
          closed: (reason) => void reasons.push(reason),
          observer: { request: (_, request) => void requests.push(request) },
        },
      )
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint)
      const mine: ObservedRequest[] = []
      const watched = await connect(square, endpoint, { observer: { request: (_, one) => void mine.push(one) } })
      const idle = await connect(square, endpoint)
      const outcomes = [client.request([1]), watched.request([2])].map((reply) => reply.catch((error) => error))
      await sim.sleep(10)
      const begun = sim.now
      await server.drain()
      assert.equal(sim.now - begun, 1000)
      for (const error of await Promise.all(outcomes)) {
        assert.ok(error instanceof ConnectionClosedError, `${error}`)
        assert.deepEqual([error.sent, error.reason.kind], ['maybe', 'reset'])
      }
      const cut: CloseReason = { kind: 'timeout', limit: 'drainMs', ms: 1000 }
      assert.deepEqual(reasons, [{ kind: 'drain' }, cut, cut])
      assert.deepEqual(
        told.map((error) => (error as ConnectionClosedError).reason),
        [cut, cut],
      )
      await Promise.all([client.closed, watched.closed, idle.closed])
      assert.deepEqual(
        mine.map(({ outcome }) => outcome),
        ['closed'],
      )
      await sim.sleep(5000)
      assert.deepEqual(
        requests.map(({ side, outcome }) => [side, outcome]),
        [
          ['theirs', 'closed'],
          ['theirs', 'closed'],
        ],
      )
      assert.equal(server.info().open, 0)
    }),
  )

  it(
    'tells those who can be told, before anything of theirs is closed',
    world(async (sim, network) => {
      const leaving = protocol('leaving', {
        framing: lengthPrefix('!I'),
        fromClient: { up: message(rest()) },
        fromServer: { bye: message(rest()) },
      })
      const server = createServer(
        leaving,
        { up: () => {} },
        { draining: (connection) => void connection.send('bye', Uint8Array.of(connection.id)) },
      )
      const { endpoint } = await server.listen(network.at('server'))
      const heard: number[] = []
      const clients = await Promise.all(
        [1, 2, 3].map(() => connect(leaving, endpoint, { handlers: { bye: ([id]) => void heard.push(id!) } })),
      )
      await server.drain()
      await Promise.all(clients.map((client) => client.closed))
      assert.deepEqual(heard.sort(), [1, 2, 3])
      assert.ok(sim.now < 1000)
    }),
  )

  it(
    'survives a hook that throws, which costs that connection',
    world(async (_sim, network) => {
      const errors: unknown[] = []
      const server = createServer(square, ([n]) => [n], {
        draining: () => {
          throw new Error('no farewell')
        },
        onError: (error) => errors.push(error),
      })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint)
      await server.drain()
      assert.equal((await client.closed).kind, 'reset')
      assert.equal((errors[0] as Error).message, 'no farewell')
    }),
  )
})

describe('close()', () => {
  it(
    'answers a peer that has ended its side and waits, and drops one that never ends',
    world(async (sim, network) => {
      const server = createServer(square, async ([n]) => {
        await sim.sleep(100)
        return [n * n]
      })
      const { endpoint } = await server.listen(network.at('server'))
      const [halfClosed, stubborn] = [new Recorder(await endpoint.connect()), new Recorder(await endpoint.connect())]
      halfClosed.link.write(frame(0, 0, 0, 5))
      halfClosed.link.end()
      await sim.sleep(10)
      const begun = sim.now
      const closing = server.close()
      await halfClosed.closes()
      assert.deepEqual([...halfClosed.chunks[0]!], [...frame(0, 0, 0, 25)])
      assert.equal(halfClosed.error, undefined)
      await closing
      assert.equal(sim.now - begun, 2000, 'lingerMs of the other')
      await stubborn.closes()
      assert.deepEqual(stubborn.calls, ['ended', 'closed'])
    }),
  )
})

describe('a server that was closed', () => {
  for (const how of ['close', 'drain'] as const)
    it(
      `by ${how}() listens no more, from that moment on`,
      world(async (_sim, network) => {
        const server = createServer(square, ([n]) => [n * n])
        const { endpoint } = await server.listen(network.at('server'))
        const closed = server[how]()
        await assert.rejects(server.listen(network.at('another')), ServerClosedError)
        await closed
        await assert.rejects(server.listen(network.at('server')), /make another with createServer/)
        for (const place of [endpoint, network.at('another')])
          await assert.rejects(connect(square, place), { code: 'REFUSED' })
        await server[how]()
      }),
    )
})
