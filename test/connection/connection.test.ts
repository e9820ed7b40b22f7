/** Connections over memory: queues, ends, limits and what handlers are told. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type CloseReason,
  type ConnectionOf,
  connect,
  createServer,
  exchange,
  lengthPrefix,
  protocol,
  rest,
  struct,
} from 'wirewright'
import { type Simulation, simulation } from 'wirewright/testing'
import type { MemoryNetwork } from 'wirewright/transport'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const feed = protocol('feed', { framing: lengthPrefix('!I'), fromServer: { item: { codec: rest() } } })
const note = { codec: rest() }

const world = (scenario: (sim: Simulation, network: MemoryNetwork) => Promise<void>) => async (): Promise<void> => {
  const sim = simulation({ seed: 5 })
  await sim.run(() => scenario(sim, sim.network({ delayMs: 1, windowBytes: 1000 })))
}

/** A server with one connection to a peer that does not read, and 1000 bytes as its high-water mark. */
async function behind(network: MemoryNetwork, options: object) {
  const reasons: CloseReason[] = []
  let connection: ConnectionOf<typeof feed, 'server'> | undefined
  const server = createServer(feed, {} as never, {
    limits: { highWaterMark: 1000, maxQueuedBytes: 3000 },
    opened: (opened) => {
      connection = opened
    },
    closed: (reason) => void reasons.push(reason),
    ...options,
  })
  const { endpoint } = await server.listen(network.at('server'))
  const link = await endpoint.connect()
  return { connection: connection!, reasons, link, server }
}

describe('send', () => {
  it(
    'gives one promise for all that wait, which resolves when there is room',
    world(async (sim, network) => {
      const { connection, link, server } = await behind(network, {})
      const early = [connection.send('item', new Uint8Array(100)), connection.send('item', new Uint8Array(100))]
      assert.equal(early[0], early[1])
      await early[0]
      const late = [0, 1].map(() => connection.send('item', new Uint8Array(900)))
      let isThere = false
      late[1]!.then(() => {
        isThere = true
      })
      await sim.sleep(1000)
      assert.equal(isThere, false, 'nobody reads, and there is no room')
      let received = 0
      link.start({
        received: (chunk) => {
          received += chunk.length
        },
        ended: () => link.end(),
        drained() {},
        closed() {},
      })
      await Promise.all(late)
      await server.close()
      assert.equal(received, 2 * 104 + 2 * 904)
    }),
  )
  it(
    'closes at the limit by default, and says which',
    world(async (sim, network) => {
      const { connection, reasons } = await behind(network, {})
      const sends = Array.from({ length: 8 }, () => connection.send('item', new Uint8Array(900)))
      await assert.rejects(sends.at(-1)!, { code: 'CONNECTION_CLOSED' })
      await sim.sleep(10)
      assert.equal(reasons[0]?.kind === 'limit' && reasons[0].limit, 'maxQueuedBytes')
      await assert.rejects(connection.send('item', new Uint8Array(1)), { code: 'CONNECTION_CLOSED', sent: 'no' })
    }),
  )
  for (const [whenFull, counter] of [
    ['drop-oldest', 'droppedOldest'],
    ['drop-newest', 'droppedNewest'],
    ['wait', 'waited'],
  ] as const)
    it(
      `counts what '${whenFull}' did`,
      world(async (_sim, network) => {
        const { connection, server, link } = await behind(network, { whenFull })
        for (let i = 0; i < 8; i++) connection.send('item', new Uint8Array(900)).catch(() => {})
        assert.ok(connection.info().whenFull[counter] > 0)
        link.reset()
        await connection.closed
        await server.close()
      }),
    )
})

describe('a connection', () => {
  it(
    'aborts the signal of its handlers when it is gone',
    world(async (sim, network) => {
      let aborted: unknown
      const server = createServer(square, async ([n], { signal }) => {
        await new Promise<void>((resolve) => signal.addEventListener('abort', resolve))
        aborted = signal.reason
        return [n]
      })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint)
      const reply = client.request([1])
      await sim.sleep(10)
      network.reset()
      await assert.rejects(reply, { code: 'CONNECTION_CLOSED', sent: 'maybe' })
      await sim.sleep(10)
      assert.equal((aborted as { code?: string }).code, 'CONNECTION_CLOSED')
      await server.close()
    }),
  )
  it(
    'executes nothing that is asked after it has said its last',
    world(async (sim, network) => {
      const seen: number[] = []
      const server = createServer(square, ([n]) => {
        seen.push(n)
        return [n]
      })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint)
      assert.deepEqual(await client.request([1]), [1])
      const closing = server.close()
      const reply = client.request([2])
      await assert.rejects(reply, { code: 'CONNECTION_CLOSED' })
      await closing
      await sim.sleep(100)
      assert.deepEqual(seen, [1])
    }),
  )
  it(
    'tells its peer before a drain, and cuts what does not end',
    world(async (sim, network) => {
      const wire = protocol('bye', { framing: lengthPrefix('!H'), fromServer: { bye: note } })
      const reasons: CloseReason[] = []
      const server = createServer(wire, {} as never, {
        limits: { drainMs: 500 },
        draining: (connection) => void connection.send('bye', new Uint8Array(0)),
        closed: (reason) => void reasons.push(reason),
      })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(wire, endpoint)
      const [link] = await Promise.all([endpoint.connect(), sim.sleep(5)])
      assert.equal(server.connections.size, 2)
      const drained = server.drain()
      const { value } = await client.messages().next()
      assert.deepEqual(value, { type: 'bye', body: new Uint8Array(0) })
      await drained
      assert.equal(reasons[0]?.kind, 'drain')
      assert.equal(server.connections.size, 0)
      link.reset()
    }),
  )
})
