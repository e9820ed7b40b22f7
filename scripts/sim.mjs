/**
 * Simulated worlds.
 *
 *   npm run sim -- --seeds 2000 --from 0     lives so many seeds, and prints one line
 *   npm run sim:mutants -- --seeds 1000      plants defects in a copy of the library, and lists those that no seed gave away
 */
import { parseArgs } from 'node:util'
import { run, setUp } from './setup.mjs'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '0' },
    mutants: { type: 'boolean', default: false },
  },
})
setUp({ tests: true })
if (values.mutants) run(process.execPath, ['.build/test/sim/mutants-main.js', values.seeds ?? '1000'])
else run(process.execPath, ['.build/test/sim/main.js', values.seeds ?? '2000', values.from])
