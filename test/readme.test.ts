/** The README keeps its word: its programs run, and print what it says they print. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, it } from 'node:test'

const readme = readFileSync('README.md', 'utf8')
const fences = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, code]) => ({ language, code: code! }))

describe('the README', () => {
  it('runs its first program under plain node, character for character', async (context) => {
    const program = fences.find(({ language }) => language === 'js')!.code
    const folder = mkdtempSync(join(tmpdir(), 'wirewright-readme-'))
    const run = (text: string): { stdout: string; stderr: string; status: number | null } => {
      writeFileSync(join(folder, 'square.mjs'), text)
      // No colours, whatever whoever runs this wishes for.
      const { FORCE_COLOR: _, ...env } = process.env
      return spawnSync(process.execPath, ['square.mjs'], { cwd: folder, env, encoding: 'utf8', timeout: 20_000 })
    }
    try {
      await mkdir(join(folder, 'node_modules'))
      symlinkSync(resolve('.'), join(folder, 'node_modules', 'wirewright'))
      let ran = run(program)
      // `npm start` has the same port: then the same program on a free one, and all else as it is.
      if (/127\.0\.0\.1:65432.*EADDRINUSE/.test(ran.stderr)) {
        context.diagnostic('port 65432 is taken here; the program ran on a free one')
        const [before, after] = program.split('port: 65432')
        ran = run(`${before}port: 0${after}`)
      }
      const { stdout, stderr, status } = ran
      assert.deepEqual({ stdout, stderr, status }, { stdout: '[ 152399025 ]\n', stderr: '', status: 0 })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('shows the program and its output by line 20', () => {
    assert.ok(
      readme
        .split('\n')
        .slice(0, 20)
        .some((line) => line.includes('[ 152399025 ]')),
    )
  })
})
