/** A whole server and its clients in a simulated world: what must hold whatever the network does. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  ConnectionClosedError,
  connect,
  createServer,
  exchange,
  lengthPrefix,
  RequestTimeoutError,
  struct,
} from 'wirewright'
import { explore, type Simulation, simulation } from 'wirewright/testing'
import type { WeatherOptions } from 'wirewright/transport'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!q') })

interface Outcome {
  readonly answered: number
  readonly lost: number
  readonly executed: number
}

/** Fifty requests of a client that comes back when it loses its connection. */
async function fifty(sim: Simulation, weather: WeatherOptions): Promise<Outcome> {
  const network = sim.network(weather)
  const executions = new Map<number, number>()
  const server = createServer(square, async ([n]) => {
    executions.set(n, (executions.get(n) ?? 0) + 1)
    if (sim.random.chance(0.3)) await sim.sleep(sim.random.between(0, 100))
    return [BigInt(n) * BigInt(n)]
  })
  const { endpoint } = await server.listen(network.at('server'))
  const client = await connect(square, endpoint, { reconnect: true })
  let answered = 0
  let lost = 0
  const requests = Array.from({ length: 50 }, async (_, n) => {
    await sim.sleep(sim.random.between(0, 2000))
    try {
      const [reply] = await client.request([n])
      assert.equal(reply, BigInt(n * n))
      assert.equal(executions.get(n), 1)
      answered++
    } catch (error) {
      if (!(error instanceof ConnectionClosedError)) throw error
      if (error.sent === 'no') assert.ok(!executions.has(n), 'said not to be sent, and was executed')
      lost++
    }
  })
  await Promise.all(requests)
  for (const [n, times] of executions) assert.equal(times, 1, `request ${n} was executed ${times} times`)
  await client.close()
  await server.close()
  return { answered, lost, executed: executions.size }
}

describe('a server and its client in a simulated world', () => {
  it('answer every request, once and rightly, on a slow network that cuts and loses', async () => {
    await explore(
      async (sim) => {
        const outcome = await fifty(sim, { delayMs: [1, 80], chunks: 'random', lossRate: 0.02 })
        assert.deepEqual(outcome, { answered: 50, lost: 0, executed: 50 })
      },
      { seeds: 100 },
    )
  })

  it('settle every request, and execute none twice, on a network that resets', async () => {
    let lost = 0
    await explore(
      async (sim) => {
        const outcome = await fifty(sim, { delayMs: [1, 80], chunks: 'random', resetRate: 0.02 })
        assert.equal(outcome.answered + outcome.lost, 50)
        lost += outcome.lost
      },
      { seeds: 100 },
    )
    assert.ok(lost > 0, 'no reset hit a request')
  })

  it('fail a request by its deadline when the cable is silent, in no time at all', async () => {
    const sim = simulation({ seed: 1 })
    const network = sim.network({ delayMs: 5 })
    await sim.run(async () => {
      const server = createServer(square, ([n]) => [BigInt(n) ** 2n])
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint)
      assert.deepEqual(await client.request([12]), [144n])
      network.partition()
      const before = sim.now
      await assert.rejects(client.request([13]), RequestTimeoutError)
      assert.equal(sim.now - before, 30_000)
    })
  })

  it('run the same way again', async () => {
    const weather: WeatherOptions = { delayMs: [1, 80], chunks: 'random', resetRate: 0.02, lossRate: 0.02 }
    const run = async (seed: number): Promise<string> => {
      const sim = simulation({ seed })
      await sim.run(() => fifty(sim, weather))
      return sim.hash
    }
    for (let seed = 0; seed < 10; seed++) assert.equal(await run(seed), await run(seed))
  })
})
