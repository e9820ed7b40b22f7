/** A client that comes back: what waits for a connection, how long, and what close() leaves of it. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CloseReason, connect, createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { type Simulation, simulation } from 'wirewright/testing'
import type { MemoryNetwork } from 'wirewright/transport'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })

const SLOW = 99

/** A server, and a client whose connection was lost while the server is gone. */
async function lost(sim: Simulation, network: MemoryNetwork, delayMs = 0) {
  const server = createServer(square, async ([n]) => {
    if (n === SLOW) await sim.sleep(10_000)
    return [n * n]
  })
  const listening = await server.listen(network.at('server'))
  const states: string[] = []
  const client = await connect(square, listening.endpoint, {
    reconnect: { firstMs: 100, maxMs: 100 },
    outbox: { maxMessages: 2 },
    onState: (state, reason?: CloseReason) => void states.push(reason ? `${state}: ${reason.kind}` : state),
  })
  network.change({ delayMs })
  network.partition()
  network.reset()
  await sim.sleep(1)
  return { server, client, states, sim }
}
const world = (scenario: (sim: Simulation, network: MemoryNetwork) => Promise<void>) => async (): Promise<void> => {
  const sim = simulation({ seed: 3 })
  await sim.run(() => scenario(sim, sim.network()))
}

describe('what waits for a connection', () => {
  it(
    'leaves with the next one',
    world(async (sim, network) => {
      const { client, server } = await lost(sim, network)
      const reply = client.request([12])
      await sim.sleep(50)
      network.heal()
      assert.deepEqual(await reply, [144])
      await client.close()
      await server.close()
    }),
  )
  it(
    'has its own deadline, the time of waiting included',
    world(async (sim, network) => {
      const { client, server } = await lost(sim, network)
      const begun = sim.now
      const reply = client.request([SLOW], { timeoutMs: 1000 })
      setTimeoutIn(sim, 900, () => network.heal())
      await assert.rejects(reply, { code: 'REQUEST_TIMEOUT' })
      assert.ok(Math.abs(sim.now - begun - 1000) < 1e-6, `it took ${sim.now - begun} ms`)
      await client.close()
      await server.close()
    }),
  )
  it(
    'hears its signal at once, and leaves its place to another',
    world(async (sim, network) => {
      const { client, server } = await lost(sim, network)
      const abort = new AbortController()
      const [first, second] = [client.request([1], { signal: abort.signal }), client.request([2])]
      await assert.rejects(client.request([3]), {
        code: 'CONNECTION_CLOSED',
        sent: 'no',
        message: /the outbox is full/,
      })
      const begun = sim.now
      setTimeoutIn(sim, 5, () => abort.abort(new Error('changed my mind')))
      await assert.rejects(first, /changed my mind/)
      assert.equal(sim.now, begun + 5)
      const fourth = client.request([4])
      network.heal()
      assert.deepEqual(await Promise.all([second, fourth]), [[4], [16]])
      await client.close()
      await server.close()
    }),
  )
  it(
    'is refused when the client closes, as not sent',
    world(async (sim, network) => {
      const { client, server, states } = await lost(sim, network)
      const reply = client.request([12])
      await client.close()
      await assert.rejects(reply, { code: 'CONNECTION_CLOSED', sent: 'no' })
      assert.equal(states.filter((state) => state.startsWith('closed')).length, 1)
      network.heal()
      await server.close()
    }),
  )
})

describe('close()', () => {
  it(
    'ends an attempt to come back: nothing happens after it',
    world(async (sim, network) => {
      const { client, server, states } = await lost(sim, network, 20)
      await sim.sleep(150)
      assert.equal(client.state, 'connecting')
      const closed = client.close()
      network.heal()
      assert.deepEqual(await closed, { kind: 'local' })
      await sim.sleep(60_000)
      assert.equal(client.state, 'closed')
      assert.equal(states.at(-1), 'closed: local')
      assert.equal(server.connections.size, 0)
      await server.close()
    }),
  )
})

function setTimeoutIn(sim: Simulation, ms: number, callback: () => void): void {
  sim.env.timer(ms, callback)
}
