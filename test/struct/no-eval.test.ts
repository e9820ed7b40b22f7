/** The same tests once more in a process that may not generate code. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { it } from 'node:test'

it('passes its tests where code generation from strings is forbidden', () => {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/no-eval.mjs', '--built', 'struct'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  assert.equal(status, 0, stdout)
  assert.match(stdout, /^# pass [1-9]\d+$|^ℹ pass [1-9]\d+$/m)
})
