/**
 * `npm test`: sets up what is missing, compiles library and tests, runs every test.
 *
 *   npm test                       everything
 *   npm test -- framing session    only the files whose path contains one of the words
 *   npm test -- --as-is            installs no Debian packages
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { sep } from 'node:path'
import { root, setUp } from './setup.mjs'
import { installTools } from './tools.mjs'

const flags = process.argv.slice(2).filter((word) => word.startsWith('-'))
const words = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const all = readdirSync(`${root}test`, { recursive: true }).filter((file) => file.endsWith('.test.ts'))
const has = (file, word) => `test/${file}`.includes(word.replace(/\.js$/, '.ts'))
for (const flag of flags) if (flag !== '--as-is') fail(`no flag ${flag}: there is --as-is, which installs no packages`)
// A word too many is a mistake, and all tests passing would hide it.
for (const word of words)
  if (!all.some((file) => has(file, word)))
    fail(`no test file has '${word}' in its path; the folders are ${folders().join(', ')}`)
const files = all
  .filter((file) => words.length === 0 || words.some((word) => has(file, word)))
  .map((file) => `.build/test/${file.replace(/\.ts$/, '.js')}`)
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

function folders() {
  return [...new Set(all.filter((file) => file.includes(sep)).map((file) => file.split(sep)[0]))].sort()
}

function fail(message) {
  process.stderr.write(`npm test: ${message}\n`)
  process.exit(2)
}
