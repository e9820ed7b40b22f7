/** One scenario under many seeds: a property test whose random choices are the world's. */
import { type Simulation, type SimulationOptions, simulation } from './simulation.js'
import { SimulationError } from './simulation-error.js'

export interface ExploreOptions extends Omit<SimulationOptions, 'seed'> {
  /** How many seeds. Default 100: a fraction of a second for most scenarios. */
  seeds?: number
  /** The first of them. Default 0; the seed of a failure, with `seeds: 1`, to see it again. */
  firstSeed?: number
}

/** What an exploration went through. */
export interface Explored {
  readonly seeds: number
  readonly events: number
  /** Simulated milliseconds, of all seeds together. */
  readonly ms: number
}

/**
 * Runs a scenario in one world per seed, one after the other, and stops at the first that fails.
 *
 * @throws {SimulationError} `SEED_FAILED`, with the seed in the message and what failed as the cause
 *
 * @example
 * await explore(async (sim) => {
 *   const network = sim.network({ delayMs: [0, 100], chunks: 'random', resetRate: 0.01 })
 *   // … every request settles, whatever the network does
 * }, { seeds: 1000 })
 */
export async function explore(
  scenario: (sim: Simulation) => PromiseLike<void>,
  { seeds = 100, firstSeed = 0, ...options }: ExploreOptions = {},
): Promise<Explored> {
  let events = 0
  let ms = 0
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const sim = simulation({ ...options, seed })
    try {
      await sim.run(() => scenario(sim))
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      const when = `after ${sim.events} events, at ${sim.now.toFixed(3)} ms`
      throw new SimulationError('SEED_FAILED', `seed ${seed}, ${when}: ${why}`, { cause })
    }
    events += sim.events
    ms += sim.now
  }
  return { seeds, events, ms }
}
