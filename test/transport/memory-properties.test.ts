/** What holds on a network in memory whatever the seed and the weather. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { explore, type Simulation, simulation } from 'wirewright/testing'
import type { Link, WeatherOptions } from 'wirewright/transport'
import { pattern, Recorder } from './recorder.js'

/** Two programs that write as they like, pause and resume as they like, and end. Gives whether they were reset. */
async function converse(sim: Simulation, weather: WeatherOptions): Promise<boolean> {
  const network = sim.network(weather)
  const { random } = sim
  const accepted: Link[] = []
  const { endpoint } = await network.at('server').listen((link) => accepted.push(link))
  const link = await endpoint.connect()
  const ends = [new Recorder(link), new Recorder(accepted[0])]
  const sent = [0, 0]

  const speak = async (me: number): Promise<void> => {
    for (let writes = 1 + random.below(20); writes > 0; writes--) {
      const size = random.below(2 ** random.below(13))
      const bytes = pattern(sent[me] + size, me).slice(sent[me])
      sent[me] += size
      // An array that was taken is ours again: spoil it.
      if (ends[me].link.write(bytes)) bytes.fill(0)
      if (random.chance(0.3)) ends[me].link.pause()
      if (random.chance(0.5)) await sim.sleep(random.between(0, 20))
      ends[me].link.resume()
    }
    ends[me].link.end()
  }
  await Promise.all([speak(0), speak(1), ...ends.map((end) => end.untilClosed())])
  assert.equal(network.cables.length, 0)

  for (const [me, end] of ends.entries()) {
    const other = 1 - me
    end.check()
    assert.ok(end.length <= sent[other])
    assert.deepEqual(end.bytes, pattern(sent[other], other).subarray(0, end.length), 'not a prefix of what was sent')
    if (end.has('ended')) assert.equal(end.length, sent[other], 'ended early')
    if (end.error) assert.equal(end.error.code, 'RESET')
    else assert.ok(end.has('ended'))
    sim.note(`${end.length} ${end.error?.code}`)
  }
  return ends.some(({ error }) => error !== undefined)
}

describe('over 1000 seeds', () => {
  it('every byte arrives, once and in order, in weather without faults', async () => {
    const { seeds, events } = await explore(
      async (sim) => {
        const weather: WeatherOptions = { delayMs: [0, 30], chunks: 'random', windowBytes: 2048, lossRate: 0.01 }
        assert.equal(await converse(sim, weather), false)
      },
      { seeds: 1000 },
    )
    assert.equal(seeds, 1000)
    assert.ok(events > 10_000, `${events} events`)
  })

  it('what arrives before a reset is a prefix of what was sent', async () => {
    let resets = 0
    await explore(
      async (sim) => {
        if (await converse(sim, { delayMs: [0, 30], chunks: 'random', windowBytes: 2048, resetRate: 0.02 })) resets++
      },
      { seeds: 1000 },
    )
    assert.ok(resets > 300 && resets < 1000, `${resets} of 1000 were reset`)
  })

  it('the same seed gives the same run, and no two seeds do', async () => {
    const hashOf = async (seed: number): Promise<string> => {
      const sim = simulation({ seed })
      await sim.run(() => converse(sim, { delayMs: [0, 30], chunks: 'random', resetRate: 0.005 }))
      return sim.hash
    }
    const hashes = new Set<string>()
    for (let seed = 0; seed < 300; seed++) {
      const hash = await hashOf(seed)
      assert.equal(await hashOf(seed), hash, `seed ${seed}`)
      hashes.add(hash)
    }
    assert.equal(hashes.size, 300)
  })
})

describe('in any weather without faults', () => {
  it('every byte arrives, once and in order', async () => {
    const delay = fc.tuple(fc.nat(50), fc.nat(50)).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)])
    const weathers: fc.Arbitrary<WeatherOptions> = fc.record({
      delayMs: fc.oneof(fc.nat(50), delay),
      chunks: fc.oneof(
        fc.constantFrom('whole' as const, 'sticky' as const, 'random' as const),
        fc.integer({ min: 1, max: 100 }),
      ),
      windowBytes: fc.integer({ min: 1, max: 10_000 }),
      lossRate: fc.constantFrom(0, 0.1, 0.5),
      retransmitMs: fc.nat(300),
    })
    await fc.assert(
      fc.asyncProperty(weathers, fc.nat(2 ** 31), async (weather, seed) => {
        const sim = simulation({ seed })
        assert.equal(await sim.run(() => converse(sim, weather)), false)
      }),
      { seed: 20, numRuns: 100 },
    )
  })
})
