/** The page about first contact: what is typed there prints what is shown there. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { after, it } from 'node:test'
import { text } from '../support/python.js'
import { folder, peer, withCommand } from './support.js'

const place = folder()
after(() => place.remove())

/** A thermometer that talks to whoever comes: | length !H | kind !B | sensor !H | degrees !f | time !I | */
const READINGS = '000b01000741a400006553f100 000b010008c08800006553f101 000b01000942ca00006553f102'

for (const [page, count] of [
  ['docs/first-contact.md', 7],
  ['README.md', 3],
] as const)
  it(`first contact goes as shown: ${page}`, async () => {
    const thermometer = await peer((socket) => socket.write(Buffer.from(READINGS.replaceAll(' ', ''), 'hex')))
    const env = withCommand(place.path)
    const fences = [...readFileSync(page, 'utf8').matchAll(/^```console\n([\s\S]*?)^```$/gm)]
    const steps = fences.flatMap(([, code]) => code!.split(/^\$ /m).slice(1))
    assert.equal(steps.length, count)
    for (const step of steps) {
      const [, typed, printed] = /^((?:.*\\\n)*.*)\n([\s\S]*)$/.exec(step)!
      const here = typed!.replace('127.0.0.1:7000', `127.0.0.1:${thermometer.port}`).replace('1s', '200ms')
      const child = spawn('bash', ['-c', here], { cwd: place.path, env, stdio: ['ignore', 'pipe', 'pipe'] })
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
      assert.equal(stdout + stderr, printed, typed)
    }
    await thermometer.close()
  })
