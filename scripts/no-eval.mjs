/**
 * `npm run test:csp`: the tests of struct and of the codecs where code generation from strings is forbidden, as under a
 * Content Security Policy without `unsafe-eval`.
 *
 *   npm run test:csp                everything
 *   npm run test:csp -- struct      only the files whose path contains one of the words
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { root, setUp } from './setup.mjs'

const SUITES = /^(struct|codec)\//
/** These run this script, or ask a Python: nothing that code generation has a part in. */
const NOT_AGAIN = /no-eval|differential/

// The test that runs this script has built everything already.
if (!process.argv.includes('--built')) setUp({ tests: true })

const words = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const files = readdirSync(`${root}test`, { recursive: true })
  .filter((file) => file.endsWith('.test.ts') && SUITES.test(file) && !NOT_AGAIN.test(file))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .map((file) => `.build/test/${file.replace(/\.ts$/, '.js')}`)
  .sort()

const { NODE_TEST_CONTEXT: _, ...env } = process.env
const { status } = spawnSync(
  process.execPath,
  ['--disallow-code-generation-from-strings', '--expose-gc', '--test', '--test-reporter=spec', ...files],
  { cwd: root, stdio: 'inherit', env },
)
process.exit(status ?? 1)
