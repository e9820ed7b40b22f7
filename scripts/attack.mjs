/** `npm run attack`: one line for each attack on a server, with the figure that it measured. `npm test` runs the same, bounded. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { root, setUp } from './setup.mjs'

setUp({ tests: true })
const files = readdirSync(`${root}test/attack`)
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `.build/test/attack/${file.replace(/\.ts$/, '.js')}`)
const { status, stdout } = spawnSync(
  process.execPath,
  ['--expose-gc', '--test', '--test-concurrency=1', '--test-reporter=tap', ...files],
  { cwd: root, encoding: 'utf8', env: { ...process.env, WIREWRIGHT_ATTACK: 'full' } },
)
for (const line of stdout.split('\n')) {
  const figure = /^\s*# (row .*)$/.exec(line)
  const failure = /^\s*(not ok .*)$/.exec(line)
  if (figure ?? failure) console.log((figure ?? failure)[1])
}
process.exit(status ?? 1)
