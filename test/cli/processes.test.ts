/** `wirewright serve` in several processes: one port among them, new ones for a module that was saved. */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { Authority, noOpenssl } from '../node/certificates.js'
import { stop } from '../support/python.js'
import { folder, type Running, run, start, wirewright } from './support.js'

describe('wirewright serve, in several processes', () => {
  const running: Running[] = []
  const closing: (() => void)[] = []
  after(async () => {
    await Promise.all(running.map(({ child }) => stop(child)))
    for (const close of closing) close()
  })

  it('shares one port among its workers, and ends them all', async () => {
    const serving = await start(['serve', 'square', '--port', '0', '--workers', '2'])
    running.push(serving)
    const { logged, port } = serving
    const [first] = /^square\[\d+\]/.exec(await logged(/listening on/))!
    await logged(new RegExp(`^square\\[\\d+\\]: listening on .*:${port}$`))
    for (const n of [3, 4])
      assert.equal((await run(['call', 'square', String(n), '--port', port])).stdout, `${n * n}\n`)
    serving.child.kill('SIGINT')
    const { status, stderr } = await serving.ended
    assert.equal(status, 130)
    // Connections are handed out in turn: both processes had one.
    const served = new Set([...stderr.matchAll(/^(square\[\d+\]): connection 1 from/gm)].map(([, name]) => name))
    assert.equal(served.size, 2, first)
  })

  it('reloads a module that was saved, and keeps the old one when the new one is broken', async () => {
    const source = (result: string): string => `import { exchange, lengthPrefix, service, struct } from 'wirewright'
import { tcp } from 'wirewright/node'
const it = exchange('it', { framing: lengthPrefix('!H'), request: struct('!i'), reply: struct('!i') })
export default service(it, ([n]) => [${result}], { endpoint: tcp({ port: 0 }) })`
    const home = folder()
    const file = home.file('it.mjs', source('n + 1'))
    const serving = await start(['serve', file, '--watch'])
    running.push(serving)
    const { port, logged } = serving
    assert.equal((await run(['call', file, '1', '--port', port])).stdout, '2\n')
    home.file('it.mjs', source('n * 100'))
    await logged(/it\.mjs has changed and is in service/)
    assert.equal((await run(['call', file, '1', '--port', port])).stdout, '100\n')
    home.file('it.mjs', 'nonsense nonsense')
    await logged(/the old version stays in service/)
    serving.child.kill('SIGTERM')
    assert.equal((await serving.ended).status, 143)
    home.remove()
  })

  it('reloads when a file that it imports from another folder was saved, and when its imports change', async () => {
    const home = folder()
    const away = folder()
    const elsewhere = folder()
    for (const place of [home, away, elsewhere]) closing.push(place.remove)
    const factor = away.file('factor.ts', 'export const factor: number = 2')
    const other = elsewhere.file('other.mjs', 'export const factor = 10')
    const source = (from: string): string => `import { exchange, lengthPrefix, service, struct } from 'wirewright'
import { tcp } from 'wirewright/node'
import { factor } from '${from}'
const it = exchange('it', { framing: lengthPrefix('!H'), request: struct('!i'), reply: struct('!i') })
export default service(it, ([n]: readonly [number]) => [n * factor], { endpoint: tcp({ port: 0 }) })`
    const file = home.file('it.ts', source(factor.replace('.ts', '.js')))
    const serving = await start(['serve', file, '--watch'])
    running.push(serving)
    const { port, logged } = serving
    const call = async (): Promise<string> => (await run(['call', file, '3', '--port', port])).stdout
    const reloaded = (times: number): Promise<string> => logged(/it\.ts has changed and is in service/, times)
    assert.equal(await call(), '6\n')
    away.file('notes.txt', 'nothing that the module has to do with')
    away.file('factor.ts', 'export const factor: number = 3')
    await reloaded(1)
    assert.equal(await call(), '9\n')
    home.file('it.ts', source(other))
    await reloaded(2)
    assert.equal(await call(), '30\n')
    elsewhere.file('other.mjs', 'export const factor = 20')
    await reloaded(3)
    assert.equal(await call(), '60\n')
  })

  it('serves at another endpoint than its own, to those who know the secret', async () => {
    const home = folder()
    const at = ['--at', `unix:${home.path}/square.sock`, '--auth', 'challenge:sha256']
    const secret = home.file('secret.txt', 'a secret of more than sixteen bytes\n')
    const serving = await start(['serve', 'square', ...at, '--secret-file', secret])
    running.push(serving)
    assert.equal((await run(['call', 'square', '12', ...at, '--secret-file', secret])).stdout, '144\n')
    const other = home.file('other.txt', 'another secret of sixteen bytes\n')
    assert.equal((await run(['call', 'square', '12', ...at, '--secret-file', other])).status, 9)
    await stop(serving.child)
    home.remove()
  })

  it('does all of it at once: TLS, a secret, several processes, another endpoint', { skip: noOpenssl }, async () => {
    const home = folder()
    const authority = new Authority()
    const { key, cert } = authority.issue()
    const secret = home.file('secret.txt', 'a secret of more than sixteen bytes\n')
    const auth = ['--auth', 'challenge:sha256', '--secret-file', secret]
    const tls = ['--cert', home.file('cert.pem', cert), '--key', home.file('key.pem', key), '--workers', '2']
    const serving = await start(['serve', 'square', '--at', 'tls://127.0.0.1:0', ...tls, ...auth])
    running.push(serving)
    await serving.logged(/listening on/, 2)
    const call = ['call', 'square', '12', '--at', `tls://localhost:${serving.port}`, '--json']
    const known = await run([...call, ...auth, '--ca', home.file('ca.pem', authority.cert)])
    assert.deepEqual(JSON.parse(known.stdout).body, [144], known.stderr)
    assert.equal((await run([...call, ...auth])).status, 8)
    home.remove()
  })

  it('says what cannot be watched or shared', () => {
    const refused = wirewright('serve', 'square', '--watch')
    assert.equal(refused.status, 2)
    assert.match(refused.stderr, /'square' is built in, and does not change/)
    const udp = wirewright('serve', 'datagram', '--workers', '2')
    assert.equal(udp.status, 2)
    assert.match(udp.stderr, /--workers shares a TCP port, and this place is udp/)
  })
})
