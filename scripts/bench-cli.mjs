/**
 * `npm run bench:cli`: what starting the command costs over and above starting Node. Fails when it is more than half of
 * Node's own start and 40 ms on top.
 *
 *   npm run bench:cli -- 40      as many rounds
 */
import { spawnSync } from 'node:child_process'
import { root, setUp } from './setup.mjs'

const ROUNDS = Number(process.argv[2] ?? 21)
const MAIN = `${root}dist/cli/main.js`
const COMMANDS = {
  'node -e 0': ['-e', '0'],
  'wirewright --version': [MAIN, '--version'],
  "wirewright pack '!I2sf' 1 ab 2.7": [MAIN, 'pack', '!I2sf', '1', 'ab', '2.7'],
  "wirewright decode --format '!H' 0001": [MAIN, 'decode', '--format', '!H', '0001'],
}
/** What the limit holds for: the others are printed to be seen. */
const LIMITED = /--version|pack/

setUp()
const times = Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, []]))
// A round of each, so that whatever else the machine does meets all of them alike; the first warms the disk's cache.
for (let round = 0; round <= ROUNDS; round++)
  for (const [name, args] of Object.entries(COMMANDS)) {
    const begin = performance.now()
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' })
    if (status !== 0) throw new Error(`${name} ended with ${status}`)
    if (round > 0) times[name].push(performance.now() - begin)
  }

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1]
const node = median(times['node -e 0'])
const limit = 1.5 * node + 40
for (const [name, list] of Object.entries(times)) {
  const ms = median(list)
  const tooSlow = LIMITED.test(name) && ms > limit
  console.log(`${name.padEnd(38)} ${ms.toFixed(0).padStart(4)} ms${tooSlow ? `  more than ${limit.toFixed(0)}` : ''}`)
  if (tooSlow) process.exitCode = 1
}
console.log(`limit ${limit.toFixed(0)} ms; node ${process.version}, median of ${ROUNDS}`)
