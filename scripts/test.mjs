/**
 * `npm test`: sets up what is missing, compiles library and tests, runs every test.
 *
 *   npm test                       everything
 *   npm test -- framing session    only the files whose path contains one of the words
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { root, setUp } from './setup.mjs'

setUp({ tests: true })

const words = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const files = readdirSync(`${root}test`, { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `.build/test/${file.replace(/\.ts$/, '.js')}`)
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort()

const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--expose-gc', '--test', '--test-concurrency=2', '--test-reporter=spec', ...files],
  { cwd: root, stdio: 'inherit' },
)
process.exit(status ?? 1)
