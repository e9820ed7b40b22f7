/** Twenty thousand random questions to the python3 of this machine, and to us. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { it } from 'node:test'
import { compare } from './support/differential.js'

const missing = spawnSync('python3', ['--version']).error && 'there is no python3 on the PATH to compare with'

it('answers 20 000 random questions as the python3 on the PATH does', { skip: missing ?? false }, async (t) => {
  const report = await compare({ cases: 20_000, seed: 20_261, python: 'python3' })
  t.diagnostic(`CPython ${report.python}: ${report.cases} cases, ${report.refused} refused`)
  assert.deepEqual(report.differences.slice(0, 5), [])
  assert.ok(report.refused > 1000 && report.refused < 10_000, `${report.refused} refused`)
})
