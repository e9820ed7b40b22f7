/** The memory transport under the contract of all transports, in several shapes without faults. */
import { nodeEnv } from 'wirewright/node'
import { simulation } from 'wirewright/testing'
import { memory, type WeatherOptions } from 'wirewright/transport'
import { transportContract } from './contract.js'

const SHAPES: Record<string, WeatherOptions> = {
  'at once': {},
  'with delays and writes that stick together': { delayMs: [1, 30], chunks: 'sticky' },
  'with delays and random chunks': { delayMs: [0, 30], chunks: 'random' },
  'seven bytes at a time': { delayMs: 0.1, chunks: 7 },
  'with losses and a narrow window': { delayMs: [1, 2], lossRate: 0.02, chunks: 'random', windowBytes: 4096 },
}

/** A window is 64 KiB at most. */
const moreThanFits = 256 * 1024

for (const [shape, weather] of Object.entries(SHAPES))
  transportContract(
    `simulated memory ${shape}`,
    () => {
      const sim = simulation({ seed: 1 })
      const network = sim.network(weather)
      return {
        place: network.at('server'),
        again: ({ host }) => network.at(host!),
        run: (body) => sim.run(body),
      }
    },
    { moreThanFits },
  )

transportContract(
  'memory in real time',
  () => {
    const place = memory({ env: nodeEnv })
    return { place, again: ({ host }) => place.network.at(host!) }
  },
  { moreThanFits },
)
