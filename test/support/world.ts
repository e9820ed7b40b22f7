/** A test in a simulated world with one network in it. */
import { nodeEnv } from 'wirewright/node'
import { type Simulation, simulation } from 'wirewright/testing'
import type { MemoryNetwork, WeatherOptions } from 'wirewright/transport'

export type Scenario = (sim: Simulation, network: MemoryNetwork) => Promise<void>

/** Runs `scenario` as the body of a test. Bytes take a millisecond, unless the weather is another. */
export const world =
  (scenario: Scenario, weather: WeatherOptions = { delayMs: 1 }): (() => Promise<void>) =>
  async () => {
    const sim = simulation({ seed: 7, crypto: nodeEnv })
    await sim.run(() => scenario(sim, sim.network(weather)))
  }

/** Four bytes of length, then the payload: a frame of `lengthPrefix('!I')`. */
export function frame(...payload: number[]): Uint8Array {
  return new Uint8Array([0, 0, payload.length >> 8, payload.length & 255, ...payload])
}
