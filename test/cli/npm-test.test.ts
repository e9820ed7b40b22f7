/** `npm test -- WORD`: a word that means no test is a mistake, and no reason to run others or none. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'

describe('npm test', () => {
  const npmTest = (...words: string[]): { status: number | null; stderr: string; stdout: string } =>
    spawnSync(process.execPath, ['scripts/test.mjs', ...words], { encoding: 'utf8', timeout: 20_000 })

  it('says that no test has a word in its path, and runs nothing', () => {
    for (const words of [['strcut'], ['struct', 'strcut']]) {
      const { status, stderr, stdout } = npmTest(...words)
      assert.deepEqual({ status, stdout }, { status: 2, stdout: '' })
      assert.match(stderr, /^npm test: no test file has 'strcut' in its path; the folders are .*\bstruct\b.*\n$/)
    }
  })
  it('knows its flags', () => {
    assert.match(npmTest('--asis').stderr, /^npm test: no flag --asis: there is --as-is/)
  })
})
