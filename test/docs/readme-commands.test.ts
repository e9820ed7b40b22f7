/**
 * The command lines of the README, run as they stand: what is printed stands behind a line or below it.
 *
 *   npx wirewright pack '!H' 1          # 0001           standard output
 *   npx wirewright serve square         # prose          runs until the end; the port is another one here
 *   npx wirewright decode 00
 *   # … would fit                                        the end of standard error
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, describe, it } from 'node:test'
import { folder, type Running, start, withCommand } from '../cli/support.js'
import { stop, text } from '../support/python.js'
import { fencesOf } from './markdown.js'

const place = folder()
const env = withCommand(place.path)
const running: Running[] = []
after(async () => {
  await Promise.all(running.map(({ child }) => stop(child)))
  place.remove()
})

const fences = fencesOf('README.md')
const sessions = fences.filter(({ language, code }) => language === 'sh' && code.includes('npx wirewright'))

interface Step {
  readonly typed: string
  readonly said: readonly string[]
}

function stepsOf(code: string): Step[] {
  return code
    .split(/^(?=npx )/m)
    .filter((part) => part.startsWith('npx '))
    .map((part) => {
      const [, typed, beside, below] = /^npx (.*?)(?: +# (.*))?\n((?:# .*\n)*)/.exec(part)!
      return {
        typed: typed!,
        said: [beside ?? [], below!.trimEnd().split('\n')].flat().map(uncommented).filter(Boolean),
      }
    })
}

function uncommented(line: string): string {
  return line.replace(/^# /, '')
}

describe('the command lines of the README', () => {
  it('are there', () =>
    assert.deepEqual([sessions.length, sessions.flatMap(({ code }) => stepsOf(code)).length], [2, 10]))

  for (const { code, line } of sessions)
    it(`print what they say: line ${line}`, async () => {
      for (const { name, code } of fences.filter(({ language, name }) => language === 'ts' && name))
        place.file(name, code)
      let served = { service: '', port: '' }
      for (const { typed, said } of stepsOf(code)) {
        const [, service] = /^wirewright serve (\S+)/.exec(typed) ?? []
        if (service !== undefined) {
          const words = typed
            .replace(/ --port \d+/, '')
            .split(' ')
            .slice(1)
          const one = await start([...words, '--port', '0'], { cwd: place.path, env })
          running.push(one)
          served = { service, port: one.port }
          continue
        }
        const here = typed
          .replace(/(--port |127\.0\.0\.1:)\d{4,5}/, `$1${served.port}`)
          .replace(/^wirewright call \.\/\S+/, `$& --port ${served.port}`)
        const child = spawn('bash', ['-c', here], { cwd: place.path, env, stdio: ['ignore', 'pipe', 'pipe'] })
        const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
        const ends = said.filter((line) => line.startsWith('…'))
        assert.deepEqual(
          stdout.trimEnd().split('\n').filter(Boolean),
          said.filter((line) => !ends.includes(line)),
          typed + stderr,
        )
        for (const end of ends) assert.ok(stderr.trimEnd().endsWith(end.slice(2)), stderr)
        assert.equal(child.exitCode === 0, ends.length === 0, stderr)
      }
    })
})
