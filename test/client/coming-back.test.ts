/** Coming back: how long it waits, to whom it goes, and when it stops. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type CloseReason,
  connect,
  createServer,
  exchange,
  lengthPrefix,
  message,
  protocol,
  type Server,
  struct,
} from 'wirewright'
import { AuthError, type AuthErrorCode, challenge, defineAuthentication, hear } from 'wirewright/auth'
import { type Simulation, simulation } from 'wirewright/testing'
import type { Connectable, MemoryNetwork } from 'wirewright/transport'
import { world } from '../support/world.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const idempotent = protocol('idempotent', {
  framing: lengthPrefix('!I'),
  fromClient: { request: message(struct('!i')) },
  fromServer: { reply: message(struct('!i')) },
  calls: { square: { ask: 'request', reply: 'reply', idempotent: true } },
})
const serving = (): Server<typeof square> => createServer(square, ([n]) => [n * n])

/** When a client whose server is gone for good waits, and how long, for so many attempts. */
async function waits(seed: number, count: number, reconnect: object): Promise<number[]> {
  const sim = simulation({ seed })
  return sim.run(async () => {
    const server = serving()
    const { endpoint } = await server.listen(sim.network().at('server'))
    const found: number[] = []
    let since = 0
    const client = await connect(square, endpoint, {
      reconnect,
      onState: (state) => {
        if (state === 'waiting') since = sim.now
        else if (state === 'connecting') found.push(sim.now - since)
      },
    })
    await server.close()
    while (found.length < count) await sim.sleep(1000)
    await client.close()
    return found.slice(0, count)
  })
}

describe('the waits of a client that comes back', () => {
  it('are anywhere from nothing to a ceiling that doubles from 100 ms to 30 s', async () => {
    const runs = await Promise.all(Array.from({ length: 40 }, (_, seed) => waits(seed, 12, {})))
    for (let attempt = 0; attempt < 12; attempt++) {
      const ceiling = Math.min(30_000, 100 * 2 ** attempt)
      const share = runs.map((run) => run[attempt]! / ceiling)
      assert.ok(
        share.every((part) => part >= 0 && part < 1),
        `attempt ${attempt}: ${Math.max(...share)} of ${ceiling} ms`,
      )
      // Full jitter: of 40 draws some are in the lowest and in the highest quarter, and the mean is near a half.
      assert.ok(Math.min(...share) < 0.25 && Math.max(...share) > 0.75, `attempt ${attempt} is not spread`)
      const mean = share.reduce((sum, part) => sum + part) / share.length
      assert.ok(mean > 0.3 && mean < 0.7, `attempt ${attempt}: mean ${mean}`)
    }
  })

  it('come from the seed: two clients of one outage do not come back together', async () => {
    assert.deepEqual(await waits(1, 5, {}), await waits(1, 5, {}))
    assert.notDeepEqual(await waits(1, 5, {}), await waits(2, 5, {}))
  })

  it('end after as many attempts as are allowed, with the reason', async () => {
    const sim = simulation({ seed: 1 })
    await sim.run(async () => {
      const server = serving()
      const { endpoint } = await server.listen(sim.network().at('server'))
      let attempts = 0
      const client = await connect(square, endpoint, {
        reconnect: { maxAttempts: 3 },
        onState: (state) => void (state === 'connecting' && attempts++),
      })
      await server.close()
      const reason = await client.closed
      assert.equal(reason.kind === 'transport' && reason.error.code, 'REFUSED')
      assert.equal(attempts, 3)
    })
  })

  for (const [what, openMs, attempts] of [
    ['begin anew after a connection that lasted', 5000, 6],
    ['go on growing when connections break at once', 100, 3],
  ] as const)
    it(
      what,
      world(async (sim, network) => {
        // Three attempts without a stable connection are allowed: only one that lasts gives three more.
        const server = serving()
        const { endpoint } = await server.listen(network.at('server'))
        let tried = 0
        const client = await connect(square, endpoint, {
          reconnect: { maxAttempts: 3, stableMs: 5000 },
          onState: (state) => void (state === 'connecting' && tried++),
        })
        await sim.sleep(100)
        network.reset()
        while (client.state !== 'open') await sim.sleep(1)
        await sim.sleep(openMs)
        assert.equal(tried, 1)
        network.reset()
        await sim.sleep(1)
        while (client.state !== 'open') await sim.sleep(1)
        await sim.sleep(openMs)
        network.reset()
        await server.close()
        await client.closed
        // Stable: one and one that were forgotten, then three in vain, the last of them counted anew.
        assert.equal(tried, attempts === 6 ? 5 : 3)
      }),
    )
})

describe('a client with several servers', () => {
  const served = async (network: MemoryNetwork, hosts: readonly string[]) => {
    const servers = new Map<string, Server<typeof square>>()
    for (const host of hosts) {
      servers.set(host, serving())
      await servers.get(host)!.listen(network.at(host))
    }
    return servers
  }

  it(
    'takes the first that answers, in their order, and comes back to the one after it',
    world(async (_sim, network) => {
      const servers = await served(network, ['b', 'c'])
      const tried: string[] = []
      const places = ['a', 'b', 'c'].map((host): Connectable => {
        const place = network.at(host)
        const connecting: Connectable['connect'] = (options) => {
          tried.push(host)
          return place.connect(options)
        }
        return { env: place.env, address: place.address, connect: connecting }
      })
      const client = await connect(square, places, { reconnect: { firstMs: 10 }, outbox: {} })
      assert.deepEqual([tried, client.peer.host], [['a', 'b'], 'b'])
      await servers.get('b')!.close()
      assert.deepEqual(await client.request([3]), [9])
      assert.deepEqual([tried, client.peer.host], [['a', 'b', 'c'], 'c'])
      // And around again: a is still gone, and b is back.
      const again = serving()
      await again.listen(network.at('b'))
      await servers.get('c')!.close()
      assert.deepEqual(await client.request([4]), [16])
      assert.deepEqual(tried, ['a', 'b', 'c', 'a', 'b'])
      await client.close()
      await again.close()
    }),
  )

  it(
    'fails with the last error when none answers',
    world(async (_sim, network) => {
      await assert.rejects(connect(square, [network.at('a'), network.at('b')]), {
        code: 'REFUSED',
        message: /^cannot connect to b/,
      })
    }),
  )
})

describe('a client whose proof is refused', () => {
  const secret = (text: string) => challenge({ secret: text, digest: 'sha256' })
  const right = secret('a secret of some length')

  it(
    'stops at the second time, and says why',
    world(async (sim, network) => {
      const place = network.at('server')
      const server = createServer(square, ([n]) => [n * n], { auth: right })
      await server.listen(place)
      let attempts = 0
      const client = await connect(square, place, {
        auth: right,
        reconnect: { firstMs: 10 },
        onState: (state) => void (state === 'connecting' && attempts++),
      })
      await sim.sleep(10_000)
      await server.close()
      const other = createServer(square, ([n]) => [n], { auth: secret('another secret by now'), onError: () => {} })
      await other.listen(place)
      const reason: CloseReason = await client.closed
      assert.equal(reason.kind === 'auth' && (reason.error as { code?: string }).code, 'AUTH_REFUSED')
      await sim.sleep(60_000)
      assert.equal(other.info().accepted, 2)
      assert.ok(attempts >= 2)
      await assert.rejects(client.request([1]), { code: 'CONNECTION_CLOSED', sent: 'no' })
      await other.close()
    }),
  )

  for (const [code, tries] of [
    ['AUTH_FAILED', 2],
    ['AUTH_WEAK', 2],
    ['AUTH_MALFORMED', 5],
  ] as const satisfies readonly (readonly [AuthErrorCode, number])[])
    it(
      `tries ${tries === 2 ? 'no more than twice' : 'as often as it may'} where its own side says ${code}`,
      world(async (sim, network) => {
        let damage: AuthErrorCode | undefined
        const door = defineAuthentication('door', {
          *client() {
            yield hear(1, 'a word')
            if (damage) throw new AuthError(damage, 'not that server any more')
          },
          // biome-ignore lint/correctness/useYield: It hears nothing.
          *server(output) {
            output.append(Uint8Array.of(1))
          },
        })
        const server = createServer(square, ([n]) => [n * n], { auth: door, onError: () => {} })
        const { endpoint } = await server.listen(network.at('server'))
        const client = await connect(square, endpoint, { auth: door, reconnect: { firstMs: 10, maxAttempts: 5 } })
        await sim.sleep(10_000)
        damage = code
        network.reset()
        const reason: CloseReason = await client.closed
        assert.equal(reason.kind === 'auth' && (reason.error as { code?: string }).code, code)
        assert.equal(server.info().accepted, 1 + tries)
        await server.close()
      }),
    )
})

describe('what becomes of a request when the connection is lost', () => {
  const failing = async (network: MemoryNetwork, sim: Simulation, wire: typeof square | typeof idempotent) => {
    let executed = 0
    const handler = async ([n]: [number]): Promise<[number]> => {
      executed++
      await sim.sleep(100)
      return [n * n]
    }
    const server = createServer(wire as typeof idempotent, ('single' in wire ? handler : { request: handler }) as never)
    const { endpoint } = await server.listen(network.at('server'))
    return { endpoint, server, executed: () => executed }
  }

  it(
    'it may have been executed: it is not asked again, and the error says so',
    world(async (sim, network) => {
      const { endpoint, server, executed } = await failing(network, sim, square)
      const client = await connect(square, endpoint, { reconnect: { firstMs: 10 }, outbox: {} })
      const asked = client.request([3])
      await sim.sleep(50)
      network.reset()
      await assert.rejects(asked, { code: 'CONNECTION_CLOSED', sent: 'maybe' })
      await sim.sleep(1000)
      assert.equal(executed(), 1)
      assert.deepEqual(await client.request([4]), [16])
      await client.close()
      await server.close()
    }),
  )

  it(
    'it is asked again where asking twice does no harm',
    world(async (sim, network) => {
      const { endpoint, server, executed } = await failing(network, sim, idempotent)
      const client = await connect(idempotent, endpoint, { reconnect: { firstMs: 10 } })
      const asked = client.request('square', [3])
      await sim.sleep(50)
      network.reset()
      assert.deepEqual(await asked, [9])
      assert.equal(executed(), 2)
      await client.close()
      await server.close()
    }),
  )

  it(
    'its deadline says whether any of its attempts may have been heard',
    world(async (sim, network) => {
      const { endpoint, server } = await failing(network, sim, idempotent)
      const client = await connect(idempotent, endpoint, { reconnect: { firstMs: 10 }, outbox: {} })
      const heard = client.request('square', [3], { timeoutMs: 500 })
      await sim.sleep(10)
      network.partition()
      network.reset()
      while (client.state === 'open') await sim.sleep(1)
      const unheard = client.request('square', [4], { timeoutMs: 500 })
      await assert.rejects(heard, { code: 'REQUEST_TIMEOUT', sent: 'maybe' })
      await assert.rejects(unheard, { code: 'REQUEST_TIMEOUT', sent: 'no' })
      await client.close()
      network.heal()
      await server.close()
    }),
  )

  it(
    'without coming back, and after the end, nothing is sent',
    world(async (_sim, network) => {
      const server = serving()
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint)
      network.reset()
      await client.closed
      await assert.rejects(client.request([1]), { code: 'CONNECTION_CLOSED', sent: 'no' })
      await assert.rejects(client.request([1], { signal: AbortSignal.abort(new Error('before')) }), /before/)
      await server.close()
    }),
  )
})
