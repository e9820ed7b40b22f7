/** The tutorial services as modules: what they may use, where they live, and what they never say. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { noPython, python, stop, text } from '../support/python.js'

const folder = mkdtempSync(join(tmpdir(), 'wirewright-services-'))
after(() => rmSync(folder, { recursive: true }))
const MAIN = resolve('dist/cli/main.js')

/** Where the originals listen, on loopback; those without a place in the originals have one of their own. */
const PLACES: Readonly<Record<string, string>> = {
  square: 'tcp 127.0.0.1:65432',
  values: 'tcp localhost:10000',
  greeter: 'tcp 127.0.0.1:9999',
  info: 'tcp 127.0.0.1:22222',
  ack: 'tcp 127.0.0.1:65432',
  datagram: 'udp 127.0.0.1:9999',
  sticky: 'tcp 127.0.0.1:65435',
  messages: 'tcp 127.0.0.1:5000',
  auth: 'tcp 127.0.0.1:8080',
  upper: 'tcp localhost:9999',
  record: 'tcp 127.0.0.1:65433',
}
const names = readdirSync('src/services').map((file) => basename(file, '.ts'))

describe('a tutorial service', () => {
  it('is each of the originals', () => {
    assert.deepEqual([...names].sort(), Object.keys(PLACES).sort())
  })

  for (const name of names) {
    const source = readFileSync(join('src/services', `${name}.ts`), 'utf8')

    it(`uses public names only, and is short enough to read: ${name}`, () => {
      const imports = [...source.matchAll(/ from '([^']+)'/g)].map(([, from]) => from!)
      for (const from of imports) assert.match(from, /^(wirewright(\/\w+)?|node:fs)$/)
      assert.ok(source.trimEnd().split('\n').length <= 53)
      assert.match(source, /^\/\*\*\n \* [A-Z]\w+: /)
    })

    it(`lives where the original does, and on loopback: ${name}`, async () => {
      process.env.WIREWRIGHT_SECRET = 'a secret of 25 characters'
      const module = await import(pathToFileURL(resolve('dist/services', `${name}.js`)).href)
      const service = 'make' in module.default ? module.default.make({}) : module.default
      delete process.env.WIREWRIGHT_SECRET
      const { transport, host, port } = service.endpoint.address
      assert.equal(`${transport} ${host}:${port}`, PLACES[name])
      assert.equal(service.protocol.name, name)
    })
  }
})

describe('the secret of the service auth', () => {
  const bytes = Buffer.from('\xff\x00\x80 no text at all \n\xfe\n\r\n', 'latin1')
  const file = join(folder, 'secret')
  writeFileSync(file, bytes)

  const run = async (...args: string[]): Promise<{ status: number | null; said: string }> => {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    return { status: child.exitCode, said: out + err }
  }

  it('may be any bytes, less one line end; and is in nothing that is said', { skip: noPython }, async () => {
    const child = spawn(process.execPath, [MAIN, 'serve', 'auth', '--port', '0', '--secret-file', file])
    const log: string[] = []
    const lines = createInterface(child.stderr).on('line', (line) => log.push(line))
    await once(lines, 'line')
    const port = /:(\d+)$/.exec(log[0]!)![1]!
    const right = await run('call', 'auth', '--port', port, '--secret-file', file)
    assert.deepEqual(right, { status: 0, said: 'Access Granted\n' })
    const prove = `
import hmac, socket, sys
with socket.create_connection(('127.0.0.1', int(sys.argv[1]))) as s:
    s.sendall(hmac.new(bytes.fromhex(sys.argv[2]), s.recv(32), 'sha256').digest())
    print(s.recv(99))`
    assert.equal(await python(prove, port, bytes.subarray(0, -2).toString('hex')), "b'Access Granted'\n")
    assert.equal(await python(prove, port, bytes.toString('hex')), "b''\n")
    const wrong = join(folder, 'wrong')
    writeFileSync(wrong, 'this is another one')
    const refused = await run('call', 'auth', '--port', port, '--secret-file', wrong)
    assert.equal(refused.status, 9)
    while (log.filter((line) => / closed: /.test(line)).length < 4) await once(lines, 'line')
    await stop(child)
    for (const said of [refused.said, ...log])
      assert.doesNotMatch(said, /no text at all|this is another one|6e6f2074657874|bm8gdGV4/)
  })

  it('is asked for when it is not there, and an empty one is none', async () => {
    writeFileSync(join(folder, 'empty'), '\n')
    for (const [args, expected] of [
      [[], /a secret is wanted: --secret-file FILE, or WIREWRIGHT_SECRET in the environment/],
      [['--secret-file', join(folder, 'empty')], /a secret is wanted/],
      [['--secret-file', join(folder, 'nothing')], /there is no file '.*nothing'/],
      [['--secret-file', folder], /a directory/],
    ] as const) {
      const { status, said } = await run('serve', 'auth', '--port', '0', ...args)
      assert.equal(status, 2)
      assert.match(said, expected)
    }
  })

  it('is refused over plain TCP beyond this machine', async () => {
    const { status, said } = await run('serve', 'auth', '--host', '0.0.0.0', '--port', '0', '--secret-file', file)
    assert.equal(status, 2)
    assert.match(said, /lets whoever is in between read and take over/)
  })
})
