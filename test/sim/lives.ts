/** Many lives, one per seed, and one line about them. */
import { nodeEnv } from 'wirewright/node'
import { simulation } from 'wirewright/testing'
import { SCENARIOS } from './scenarios.js'
import { newTally, type Scenario, type Tally, World } from './world.js'

export interface Lives extends Tally {
  seeds: number
  virtualHours: number
  events: number
  /** Of all traces together: equal for equal code and seeds. */
  hash: string
}

/** Runs the seeds from `from` on. @throws what the first life that fails throws, with its seed */
export async function live(seeds: number, from = 0, scenarios: readonly Scenario[] = SCENARIOS): Promise<Lives> {
  const tally = newTally()
  let ms = 0
  let events = 0
  let hash = 0n
  for (let seed = from; seed < from + seeds; seed++) {
    const sim = simulation({ seed, maxEvents: 200_000, crypto: nodeEnv })
    try {
      const world = new World(sim, tally)
      await sim.run(() => world.live(sim.random.pick(scenarios)))
    } catch (cause) {
      throw new Error(`seed ${seed}, at ${sim.now.toFixed(3)} ms: ${(cause as Error).message}`, { cause })
    }
    ms += sim.now
    events += sim.events
    hash = BigInt.asUintN(64, hash * 0x9e3779b97f4a7c15n + BigInt(`0x${sim.hash}`))
  }
  return { ...tally, seeds, virtualHours: ms / 3_600_000, events, hash: hash.toString(16).padStart(16, '0') }
}

export function showLives({
  seeds,
  virtualHours,
  requests,
  answered,
  failed,
  notes,
  reconnects,
  faults,
  strangers,
  hash,
}: Lives): string {
  return `${seeds} seeds, ${virtualHours.toFixed(1)} virtual hours, ${requests} requests (${answered} answered, ${failed} failed, 0 lost), ${notes} messages, ${reconnects} reconnects, ${faults} faults, ${strangers} strangers, trace ${hash}`
}
