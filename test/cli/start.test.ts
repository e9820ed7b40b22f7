/** `npm start`: every line that it prints to be pasted does what it should, in our command and in Python. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { noPython, stop, text } from '../support/python.js'
import { folder, type Result, withCommand } from './support.js'

/** What each line prints, whatever the port. */
const OURS: Readonly<Record<string, RegExp>> = {
  square: /^152399025\n$/,
  values: /^0100000061620000cdcc2c40\n$/,
  greeter: /^Welcome!\nHello, Michael!\nHello, Tracy!\nHello, Sarah!\n$/,
  info: /^Hello, \('127\.0\.0\.1', \d+\)\. I got this from you: '.+'\n$/,
  ack: /^ACK: Hello, Server\n$/,
  datagram: /^Message received\n$/,
  sticky: /^Hello\nWorld\n$/,
  messages: /^\{"a":1\}\n\[2\]\n$/,
  auth: /^Access Granted\n$/,
  upper: /^HELLO\n$/,
  record: /^Ada\n36\n$/,
}
const PYTHONS: readonly RegExp[] = [
  ...[/^152399025\n$/, /^$/, /^b'Welcome!'\nb'Hello, Ada!'\n$/, /I got this from you: 'hi'\n$/],
  ...[/^b'ACK: Hello, Server'\n$/, /^b'Message received'\n$/, /^b'Hello(World)?'\n$/],
  ...[/^b'\\x00\\x00\\x00\\x05\[1,2\]'\n$/, /^b'Access Granted'\n$/, /^b'HELLO'\n$/, /^b'.*Ada.*'\n$/],
]

describe('npm start', () => {
  const place = folder()
  const env = withCommand(place.path)
  const child = spawn(process.execPath, ['scripts/start.mjs'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let table = ''
  before(async () => {
    child.stderr.resume()
    for await (const part of child.stdout.setEncoding('utf8')) {
      table += part
      if (/costs its connection/.test(table)) break
    }
  })
  after(async () => {
    await stop(child)
    place.remove()
  })
  const paste = async (line: string): Promise<Result> => {
    const shell = spawn('bash', ['-c', line.replace('npx wirewright', 'wirewright')], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [stdout, stderr] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')])
    return { stdout, stderr, status: shell.exitCode }
  }

  it('prints lines for the command that do what they should', async () => {
    const lines = [...table.matchAll(/^ {2}\w+ .*(npx wirewright call (\w+) .*)$/gm)].map(([, line, name]) => [
      name!,
      line!,
    ])
    assert.deepEqual(
      lines.map(([name]) => name),
      Object.keys(OURS),
    )
    for (const [name, line] of lines) {
      const { stdout, stderr, status } = await paste(line!)
      assert.match(stdout, OURS[name!]!, `${line}\n${stderr}`)
      assert.equal(status, 0, stderr)
    }
    const [, square] = /(npx wirewright call square 46341.*)$/m.exec(table)!
    assert.equal((await paste(square!)).status, 7)
  })
  it('prints lines for Python that do what they should', { skip: noPython }, async () => {
    const lines = [...table.matchAll(/^ {2}(python3 -c .*)$/gm)].map(([, line]) => line!)
    assert.equal(lines.length, PYTHONS.length)
    for (const [i, line] of lines.entries()) {
      const { stdout, stderr, status } = await paste(line)
      assert.match(stdout, PYTHONS[i]!, `${line}\n${stderr}`)
      assert.equal(status, 0, stderr)
    }
  })
})
