/** The same tests where the runtime refuses to make code from text. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

describe('under --disallow-code-generation-from-strings', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const tests = readdirSync(folder).filter((file) => file.endsWith('.test.js'))
  // Those that say in which way each of their codecs is executed.
  for (const name of tests.filter((file) => / \(\$\{execution\}\)/.test(readFileSync(folder + file, 'utf8'))))
    it(`${name} passes all the same`, () => {
      // Not as a part of this run: the variable would have it report to a parent that does not listen.
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      const { status, stdout } = spawnSync(
        process.execPath,
        ['--disallow-code-generation-from-strings', folder + name],
        {
          env,
          encoding: 'utf8',
          maxBuffer: 1 << 26,
        },
      )
      assert.equal(status, 0, stdout.slice(-4000))
      assert.match(stdout, /\(interpret\)/)
      assert.doesNotMatch(stdout, /\(generate\)/)
    })
})
