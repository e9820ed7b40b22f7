/** The same tests where the runtime refuses to make code from text. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

describe('under --disallow-code-generation-from-strings', () => {
  for (const name of ['combinators', 'wire', 'errors', 'dns', 'resp'])
    it(`${name} passes all the same`, () => {
      // Not as a part of this run: the variable would have it report to a parent that does not listen.
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      const file = fileURLToPath(new URL(`./${name}.test.js`, import.meta.url))
      const { status, stdout } = spawnSync(process.execPath, ['--disallow-code-generation-from-strings', file], {
        env,
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      })
      assert.equal(status, 0, stdout.slice(-4000))
      assert.match(stdout, /\(interpret\)/)
      assert.doesNotMatch(stdout, /\(generate\)/)
    })
})
