/** `wirewright fetch`: pages from servers of this machine, whole or not at all. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { Authority, noOpenssl } from '../node/certificates.js'
import { noPython, pythonServer } from '../support/python.js'
import { folder, inTerminal, MAIN, noTerminal, peer, refuses, run } from './support.js'

/** Larger than a socket's buffer, and nothing that compresses away. */
const PAGE = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i * 7919) >> 5))
/** 20 KB that inflate to 20 MB. */
const BOMB = gzipSync(Buffer.alloc(20_000_000))
const place = folder()
after(() => place.remove())

const answer: RequestListener = (request, response) => {
  switch (request.url) {
    case '/length':
      return response.writeHead(200, { 'content-length': PAGE.length, 'x-escape': 'a\x9b31mb' }).end(PAGE)
    case '/chunked':
      response.write(PAGE.subarray(0, 1000))
      return void response.end(PAGE.subarray(1000))
    case '/close':
      response.writeHead(200, { connection: 'close', 'transfer-encoding': 'identity' })
      response.useChunkedEncodingByDefault = false
      return void response.end(PAGE)
    case '/gzip':
    case '/deflate':
    case '/br': {
      const coding = request.url.slice(1)
      const compress = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }[coding]!
      return void response.writeHead(200, { 'content-encoding': coding }).end(compress(PAGE))
    }
    case '/broken':
      return void response.writeHead(200, { 'content-encoding': 'gzip' }).end('this was never compressed')
    case '/redirect':
      return void response.writeHead(302, { location: '/length' }).end()
    case '/cut':
      response.writeHead(200, { 'content-length': PAGE.length })
      return void response.write(PAGE.subarray(0, 5000), () => response.destroy())
    case '/loop':
      return void response.writeHead(302, { location: '/loop' }).end()
    case '/bomb':
      return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB)
    case '/bombs':
      return void response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(gzipSync(BOMB))
    case '/slow':
      response.writeHead(200, { 'content-length': PAGE.length })
      return void response.write(PAGE.subarray(0, PAGE.length / 2))
    default: {
      const [, turn] = /^\/turn(\d+)$/.exec(request.url ?? '') ?? []
      if (turn !== undefined) return void response.writeHead(302, { location: `/turn${Number(turn) + 1}` }).end()
      return void response.writeHead(404).end('no such page')
    }
  }
}

describe('wirewright fetch', () => {
  const server = createServer(answer)
  let at = ''
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => server.close())

  for (const path of ['length', 'chunked', 'close', 'gzip', 'deflate', 'br', 'redirect'])
    it(`saves a page: ${path}`, async () => {
      const output = join(place.path, `${path}.bin`)
      const { stdout, stderr, status } = await run(['fetch', `${at}/${path}`, '--output', output])
      assert.equal(status, 0, stderr)
      assert.ok(readFileSync(output).equals(PAGE))
      assert.match(stdout, /^HTTP\/1\.1 200 OK\n/)
      assert.match(stdout, /^[\x20-\x7e\n]*$/)
      if (path === 'length') assert.match(stdout, /^x-escape: a\\x9b31mb$/m)
      assert.match(stderr, /^wirewright: \d+ bytes came, 200000 are saved in .*\n$/)
    })

  it('writes the page to standard output, the headers beside it', async () => {
    const { stdout, stderr, status } = await run(['fetch', `${at}/length`], '', {})
    assert.equal(status, 0)
    assert.ok(stdout.length > 100_000)
    assert.match(stderr, /^HTTP\/1\.1 200 OK\n/)
  })

  it('leaves nothing behind when the page does not come whole', async () => {
    const output = join(place.path, 'never.bin')
    const cases: [string, number, RegExp][] = [
      ['/cut', 7, /closed the connection before the whole page had come/],
      ['/broken', 5, /the body cannot be inflated/],
      ['/missing', 1, /the server answered 404: nothing saved/],
      ['/loop', 5, /the server redirects in a circle/],
      ['/turn1', 1, /the server redirects more than 2 times: --max-redirects allows more/],
    ]
    for (const [path, status, expected] of cases) {
      const result = await run(['fetch', `${at}${path}`, '--output', output, '--max-redirects', '2'])
      assert.match(result.stderr, expected)
      assert.equal(result.status, status, result.stderr)
      assert.ok(!existsSync(output))
    }
    assert.deepEqual(
      readdirSync(place.path).filter((name) => name.endsWith('.part')),
      [],
    )
  })

  it('prints the status line as the server sent it', async () => {
    const old = await peer((socket) => socket.once('data', () => socket.end('HTTP/1.0 200 Fine\r\n\r\nold')))
    const { stdout } = await run(['fetch', `http://127.0.0.1:${old.port}/`, '--output', join(place.path, 'old')])
    assert.equal(stdout.split('\n')[0], 'HTTP/1.0 200 Fine')
    assert.match(
      (await run(['fetch', `${at}/length`, '--output', join(place.path, 'new')])).stdout,
      /^HTTP\/1.1 200 OK\n/,
    )
    await old.close()
  })

  it('replaces a file and nothing else: it writes through links, and into pipes and devices', async () => {
    const file = place.file('linked.bin', 'before')
    const link = join(place.path, 'link.bin')
    symlinkSync('linked.bin', link)
    assert.equal((await run(['fetch', `${at}/length`, '--output', link])).status, 0)
    assert.ok(lstatSync(link).isSymbolicLink())
    assert.deepEqual(readFileSync(file), PAGE)

    const ahead = join(place.path, 'ahead.bin')
    symlinkSync('later.bin', ahead)
    assert.equal((await run(['fetch', `${at}/length`, '--output', ahead])).status, 0)
    assert.ok(lstatSync(ahead).isSymbolicLink())
    assert.deepEqual(readFileSync(join(place.path, 'later.bin')), PAGE)

    const pipe = join(place.path, 'pipe')
    spawnSync('mkfifo', [pipe])
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [read, fetched] = await Promise.all([
      reader.stdout.toArray(),
      run(['fetch', `${at}/length`, '--output', pipe]),
    ])
    assert.equal(fetched.status, 0, fetched.stderr)
    assert.ok(lstatSync(pipe).isFIFO())
    assert.deepEqual(Buffer.concat(read as Buffer[]), PAGE)
  })

  it('saves no page that is larger than it may be, on the wire or inflated', async () => {
    const output = join(place.path, 'never.bin')
    const cases: [string, string, RegExp][] = [
      ['/length', '100K', /the page is larger than 102400 bytes: --max-size allows more/],
      ['/chunked', '199999', /the page is larger than 199999 bytes/],
      ['/bomb', '1M', /the page is larger than 1048576 bytes/],
      ['/bombs', '1MiB', /the page is larger than 1048576 bytes/],
    ]
    for (const [path, maxSize, expected] of cases) {
      const result = await run(['fetch', `${at}${path}`, '--output', output, '--max-size', maxSize])
      assert.match(result.stderr, expected)
      assert.equal(result.status, 5, result.stderr)
      assert.deepEqual(
        readdirSync(place.path).filter((name) => name.includes('never.bin')),
        [],
      )
    }
    assert.equal((await run(['fetch', `${at}/length`, '--output', output, '--max-size', '200000'])).status, 0)
    refuses(['fetch', at, '--max-size', 'small'], /A size is a number of bytes: 1000000, 500K, 10M, 2G/)
    rmSync(output)
  })

  it('shows its progress on a terminal, and takes it away again', { skip: noTerminal }, async () => {
    const shown = await inTerminal(['fetch', `${at}/length`, '--output', join(place.path, 'shown.bin')])
    assert.match(shown, /\r\d+ bytes, \d+ %.*\r\x1b\[K/s)
    assert.match(shown, /wirewright: 200000 bytes came, 200000 are saved in /)
    const chunked = await inTerminal(['fetch', `${at}/chunked`, '--output', join(place.path, 'shown.bin')])
    assert.match(chunked, /\r\d+ bytes\r\x1b\[K/)
    const page = await inTerminal(['fetch', `${at}/length`])
    assert.doesNotMatch(page.replaceAll('\r\n', '\n'), /[^\x20-\x7e\n\t]/)
  })

  it('leaves nothing behind on Ctrl-C', async () => {
    const output = join(place.path, 'interrupted.bin')
    const child = spawn(process.execPath, [MAIN, 'fetch', `${at}/slow`, '--output', output], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    await once(child.stdout, 'data')
    const parts = (): string[] => readdirSync(place.path).filter((name) => name.includes('interrupted'))
    while (parts().length === 0 && child.exitCode === null) await new Promise((resolve) => setImmediate(resolve))
    child.kill('SIGINT')
    await once(child, 'close')
    assert.equal(child.exitCode, 130)
    assert.deepEqual(parts(), [])
  })

  it('tells by the exit code what went wrong', async () => {
    const other = await peer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
    const silent = await peer(() => {})
    const cases: [string, number, RegExp][] = [
      ['http://127.0.0.1:1/', 3, /cannot connect to 127\.0\.0\.1:1: nobody listens there/],
      [`http://127.0.0.1:${other.port}/`, 5, /this is no HTTP/],
      [`http://127.0.0.1:${silent.port}/`, 4, /nothing came for 200 ms/],
    ]
    for (const [url, status, expected] of cases) {
      const result = await run(['fetch', url, '--timeout', '200ms'])
      assert.match(result.stderr, expected)
      assert.equal(result.status, status, result.stderr)
    }
    await Promise.all([other.close(), silent.close()])
    refuses(['fetch', 'example.com/x'], /is no http or https URL: did you mean https:\/\/example\.com\/x\?/)
    refuses(['fetch', 'ftp://example.com/'], /is no http or https URL/)
  })

  it('speaks TLS', { skip: noOpenssl }, async () => {
    const authority = new Authority()
    const secure = createHttpsServer(authority.issue(), answer)
    secure.listen(0, '127.0.0.1')
    await once(secure, 'listening')
    const url = `https://localhost:${(secure.address() as AddressInfo).port}/gzip`
    const output = join(place.path, 'secure.bin')
    const { status, stderr } = await run([
      'fetch',
      url,
      '--output',
      output,
      '--ca',
      place.file('ca.pem', authority.cert),
    ])
    assert.equal(status, 0, stderr)
    assert.ok(readFileSync(output).equals(PAGE))
    assert.equal((await run(['fetch', url])).status, 8)
    secure.close()
  })

  it('fetches from Python', { skip: noPython }, async () => {
    place.file('page.html', '<h1>Hello</h1>\n')
    const { port, stop } = await pythonServer(
      `
import http.server, functools, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
handler.func.log_message = lambda *_: None
server = http.server.HTTPServer(('127.0.0.1', 0), handler)
print(server.server_port)
server.serve_forever()`,
      place.path,
    )
    const { stdout, stderr } = await run(['fetch', `http://127.0.0.1:${port}/page.html`])
    assert.equal(stdout, '<h1>Hello</h1>\n')
    assert.match(stderr, /^HTTP\/1\.\d 200 OK\n/)
    await stop()
  })
})
