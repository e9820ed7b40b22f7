/** Every exit code that `wirewright help exit-codes` lists, each brought about by the command line that stands for it. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { EXIT } from '#ground/cli/exit'
import { Authority, noOpenssl } from '../node/certificates.js'
import { stop } from '../support/python.js'
import { folder, peer, type Result, type Running, run, start } from './support.js'

const place = folder()
const closing: (() => unknown)[] = [() => place.remove()]
after(() => Promise.all(closing.map((close) => close())))

/** A peer that does as it is told, as an endpoint. */
async function at(talk: Parameters<typeof peer>[0]): Promise<string> {
  const { port, close } = await peer(talk)
  closing.push(close)
  return `tcp://127.0.0.1:${port}`
}

describe('the exit code', () => {
  const tested = new Set<number>()
  /** Ends with this code and, if it is an error, with one line that says why. */
  const ends = (code: number, { status, stderr }: Result, said: RegExp): void => {
    assert.equal(status, code, stderr)
    assert.match(stderr, said)
    if (code !== 0) assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
    tested.add(code)
  }
  let echo = ''
  before(async () => {
    echo = await at((socket) => socket.pipe(socket))
  })

  it('is 0 when all went well', async () => {
    ends(0, await run(['send', echo, 'hi', '--expect', 'hi', '--quiet']), /^$/)
  })
  it('is 1 for what no other code is for', async () => {
    const web = createServer((_request, response) => response.writeHead(404).end())
    web.listen(0, '127.0.0.1')
    await once(web, 'listening')
    closing.push(() => web.close())
    const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`
    ends(1, await run(['fetch', url, '--output', `${place.path}/page`]), /the server answered 404: nothing saved/)
  })
  it('is 2 for a wrong command line', async () => {
    ends(2, await run(['send', '127.0.0.1:7000']), /did you mean tcp:\/\/127\.0\.0\.1:7000\?/)
  })
  it('is 3 when nobody listens', async () => {
    ends(3, await run(['send', 'tcp://127.0.0.1:1', 'hi']), /nobody listens there/)
  })
  it('is 4 when no datagram comes back, even if it is known why', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    socket.close()
    ends(4, await run(['call', 'datagram', 'hi', '--port', `${port}`, '--timeout', '2s']), /nobody listens there/)
  })
  it('is 4 when no answer comes in time', async () => {
    const silent = await at(() => {})
    ends(4, await run(['send', silent, 'hi', '--wait', '--timeout', '50ms', '--quiet']), /no frame within 50 ms/)
  })
  it('is 5 when the answer is not what the protocol says', async () => {
    const other = await at((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
    ends(5, await run(['call', 'square', '3', '--at', other]), /SSH|declared length/)
  })
  it('is 6 when the answer is another than the expected one', async () => {
    ends(6, await run(['send', echo, 'hi', '--expect', 'ho', '--quiet']), /answer 1: "hi" came, and "ho" was expected/)
  })
  it('is 7 when the peer closes before it has answered', async () => {
    const closed = await at((socket) => socket.end())
    ends(7, await run(['send', closed, 'hi', '--wait', '--quiet']), /the peer closed after 0 of 1 frames/)
  })
  it('is 8 when TLS fails', { skip: noOpenssl }, async () => {
    ends(8, await run(['send', echo.replace('tcp', 'tls'), 'hi']), /./)
  })
  it('is 8 when the server refuses us for want of a certificate, after our side of the handshake', {
    skip: noOpenssl,
  }, async () => {
    const authority = new Authority()
    const { key, cert } = authority.issue()
    const server = createTlsServer({ key, cert, ca: authority.cert, requestCert: true, minVersion: 'TLSv1.3' })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const there = `tls://localhost:${(server.address() as AddressInfo).port}`
    const ca = ['--ca', place.file('ca.pem', authority.cert)]
    authority.remove()
    for (const words of [
      ['send', there, 'hi', '--wait', '--quiet'],
      ['call', 'square', '3', '--at', there],
    ])
      ends(8, await run([...words, ...ca]), /the peer requires a certificate from us/)
    server.close()
  })
  it('is 9 when authentication is refused', async () => {
    const [right, wrong] = ['sixteen bytes or more', 'sixteen other bytes'].map((text, i) => place.file(`${i}`, text))
    const serving: Running = await start(['serve', 'auth', '--port', '0', '--secret-file', right!])
    const refused = await run(['call', 'auth', '--port', serving.port, '--secret-file', wrong!])
    await stop(serving.child)
    ends(9, refused, /instead of granting access/)
    assert.equal(refused.stdout, '')
  })
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    it(`is ${code} after ${signal}`, async () => {
      const { child, ended } = await start(['listen', 'tcp://127.0.0.1:0'])
      child.kill(signal)
      ends(code, await ended, /^wirewright: listening on \S+$/)
    })
  it('is tested for every code that is documented', { skip: noOpenssl }, () => {
    assert.deepEqual(
      [...tested].sort((a, b) => a - b),
      Object.values(EXIT),
    )
  })
})
