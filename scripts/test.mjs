/**
 * `npm test`: sets up what is missing, compiles library and tests, runs every test.
 *
 *   npm test                       everything
 *   npm test -- framing session    only the files whose path contains one of the words
 *   npm test -- --as-is            installs no Debian packages
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { root, setUp } from './setup.mjs'
import { installTools } from './tools.mjs'

const flags = process.argv.slice(2).filter((word) => word.startsWith('-'))
const words = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const files = readdirSync(`${root}test`, { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `.build/test/${file.replace(/\.ts$/, '.js')}`)
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort()

setUp({ tests: true })
if (!flags.includes('--as-is')) installTools(files)

const { status } = spawnSync(
  process.execPath,
  [
    ...['--enable-source-maps', '--expose-gc', '--test', '--test-concurrency=2'],
    ...['--test-reporter=./scripts/reporter.mjs', '--test-reporter-destination=stdout'],
    ...files,
  ],
  { cwd: root, stdio: 'inherit' },
)
process.exit(status ?? 1)
