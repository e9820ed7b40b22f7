/** The help of every command begins with three examples, and each of them runs. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { exchange, lengthPrefix, createServer as serverOf, struct } from 'wirewright'
import { tcp } from 'wirewright/node'
import { Authority, noOpenssl } from '../node/certificates.js'
import { text } from '../support/python.js'
import { folder, peer, wirewright, withCommand } from './support.js'

const place = folder()
after(() => place.remove())
const env = { ...withCommand(place.path), HOME: place.path }

const help = wirewright('--help').stdout
const commands = [...help.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name!)

/** The lines to type of a command's help, and what it says that they do. */
function examplesOf(name: string): (readonly [line: string, what: string])[] {
  const shown = name === 'wirewright' ? help : wirewright(name, '--help').stdout
  const [, block = ''] = /^Examples:\n((?: +\S.*\n)+)\nUsage: /.exec(shown) ?? []
  // What a line does stands beside it, or below it where there is no room.
  return [...block.matchAll(/^ {2}(\S.*?)(?:\n {6}| {3,})(\S.*)$/gm)].map(([, line, what]) => [line!, what!] as const)
}

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const ratio = exchange('ratio', { framing: lengthPrefix('!H'), request: struct('!2i'), reply: struct('!d') })

describe('every example', () => {
  /** What stands in an example, and what it is on this machine. */
  const here: [RegExp, string][] = []
  const closing: (() => unknown)[] = []
  before(async () => {
    const echo = await peer((socket) => socket.pipe(socket))
    const udp = createSocket('udp4').on('message', (bytes, from) => udp.send(bytes, from.port))
    udp.bind(0, '127.0.0.1')
    await once(udp, 'listening')
    const web = createServer((_request, response) => response.end('{"a":1}'))
    web.listen(0, '127.0.0.1')
    await once(web, 'listening')
    const squares = serverOf(square, ([n]) => [n * n])
    const ratios = serverOf(ratio, ([a, b]) => [a / b])
    const at = async (server: typeof squares | typeof ratios): Promise<number> =>
      (await server.listen(tcp({ port: 0 }))).endpoint.address.port!
    const squarePort = await at(squares)
    const webPort = (web.address() as AddressInfo).port
    here.push(
      [/tcp:\/\/127\.0\.0\.1:9999/, `tcp://127.0.0.1:${echo.port}`],
      [/udp:\/\/127\.0\.0\.1:9999/, `udp://127.0.0.1:${udp.address().port}`],
      [/127\.0\.0\.1:65432/, `127.0.0.1:${squarePort}`],
      [/127\.0\.0\.1:8000/, `127.0.0.1:${webPort}`],
      [/^(wirewright call square \d+)( --port \d+)?/, `$1 --port ${squarePort}`],
      [/^wirewright call \.\/service\.ts 1 3/, `$& --port ${await at(ratios)}`],
      [/^wirewright serve square$/, '$& --port 0'],
      [/127\.0\.0\.1:7000/, '127.0.0.1:0'],
      [/--host 0\.0\.0\.0/, '--host 127.0.0.1 --port 0'],
    )
    closing.push(
      echo.close,
      () => udp.close(),
      () => web.close(),
      () => squares.close(),
      () => ratios.close(),
    )
    if (!noOpenssl) {
      const authority = new Authority()
      const secure = createHttpsServer(authority.issue(), (_request, response) => response.end('secure'))
      secure.listen(0, '127.0.0.1')
      await once(secure, 'listening')
      place.file('cert.pem', authority.cert)
      here.push([/localhost:8443/, `localhost:${(secure.address() as AddressInfo).port}`])
      closing.push(() => secure.close())
    }
    mkdirSync(join(place.path, '.zfunc'))
    mkdirSync(join(place.path, '.config/fish/completions'), { recursive: true })
    assert.equal(wirewright('init', join(place.path, 'service.ts')).status, 0)
  })
  after(() => Promise.all(closing.map((close) => close())))

  it('is there: three for each command', () => {
    assert.deepEqual(commands, [
      'serve',
      'call',
      'send',
      'listen',
      'decode',
      'pack',
      'unpack',
      'calcsize',
      'fetch',
      'keygen',
      'init',
      'completion',
      'help',
    ])
    for (const name of ['wirewright', ...commands]) assert.equal(examplesOf(name).length, 3, name)
  })
  for (const name of ['wirewright', ...commands])
    it(`runs: ${name}`, async (context) => {
      for (const [example, what] of examplesOf(name)) {
        if (/xxd/.test(example) && spawnSync('xxd', ['-v']).error) {
          context.diagnostic(`not run, because xxd is not installed: ${example}`)
          continue
        }
        if (/--ca/.test(example) && noOpenssl) {
          context.diagnostic(`not run, because there is no openssl: ${example}`)
          continue
        }
        const typed = here.reduce((line, [shown, real]) => line.replace(shown, real), example)
        const file = name === 'init' ? (/\S+\.\w+$/.exec(typed)?.[0] ?? 'service.ts') : undefined
        // A folder of its own, where nothing has been written yet.
        const cwd = file === undefined ? place.path : join(place.path, file.replace('.', '-'))
        mkdirSync(cwd, { recursive: true })
        const child = spawn('bash', ['-o', 'pipefail', '-c', typed], {
          cwd,
          env,
          stdio: ['ignore', 'pipe', 'pipe'],
          detached: true,
        })
        const listens = /^wirewright (serve|listen)/.test(example)
        const [stdout, stderr] = await Promise.all([
          text(child.stdout!),
          listens ? interrupted(child) : text(child.stderr!),
          once(child, 'close'),
        ])
        assert.equal(child.exitCode, listens ? 130 : 0, `${typed}\n${stdout}${stderr}`)
        // What it says that it prints, it prints.
        const said = /prints (\S+)$/.exec(what)
        if (said && !listens) assert.equal(stdout.trimEnd(), said[1])
      }
    })
})

/** Ctrl-C when it listens: for all processes of the terminal, as a terminal does. */
async function interrupted(child: ChildProcess): Promise<string> {
  const log: string[] = []
  const lines = createInterface(child.stderr!)
  let count = 0
  for await (const line of lines) {
    log.push(line)
    const wanted = /--workers 2/.test(child.spawnargs.join(' ')) ? 2 : 1
    if (/listening on/.test(line) && ++count === wanted) process.kill(-child.pid!, 'SIGINT')
  }
  return log.join('\n')
}
