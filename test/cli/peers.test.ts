/** `wirewright send` and `listen`: every endpoint, every way to end. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { Authority, noOpenssl } from '../node/certificates.js'
import { stop } from '../support/python.js'
import { folder, peer, type Running, refuses, run, start } from './support.js'

const place = folder()
const running: Running[] = []
after(async () => {
  await Promise.all(running.map(({ child }) => stop(child)))
  place.remove()
})
const listen = async (...args: string[]): Promise<Running> => {
  const one = await start(['listen', ...args])
  running.push(one)
  return one
}

describe('wirewright send and listen', () => {
  it('exchange frames over TCP', async () => {
    const { port, ended } = await listen(
      'tcp://127.0.0.1:0',
      '--framing',
      'lines',
      '--echo',
      '--count',
      '3',
      '--print',
      'text',
    )
    const sent = await run(
      ['send', `tcp://127.0.0.1:${port}`, '-', '--framing', 'lines', '--print', 'hex', '--quiet'],
      'one\n\\x00\\xff\nthree\n',
    )
    assert.deepEqual(sent, {
      stdout: `${Buffer.from('one').toString('hex')}\n00ff\n${Buffer.from('three').toString('hex')}\n`,
      stderr: '',
      status: 0,
    })
    const heard = await ended
    assert.equal(heard.stdout, 'one\n\\x00\\xff\nthree\n')
    assert.equal(heard.status, 0)
  })

  it('exchange datagrams over UDP', async () => {
    const { port, ended } = await listen('udp://127.0.0.1:0', '--echo', '--count', '2', '--json')
    const { stdout } = await run([
      'send',
      `udp://127.0.0.1:${port}`,
      'Hello',
      'World',
      '--count',
      '2',
      '--print',
      'text',
    ])
    assert.equal(stdout, 'Hello\nWorld\n')
    const frames = (await ended).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      frames.map(({ v, conn, dir, msg, len, hex }) => ({ v, conn, dir, msg, len, hex })),
      ['Hello', 'World'].map((word) => ({
        v: 1,
        conn: 1,
        dir: 'in',
        msg: null,
        len: 5,
        hex: Buffer.from(word).toString('hex'),
      })),
    )
    assert.match(frames[0].t, /^\d{19}$/)
  })

  it('are told when a frame does not fit a datagram, and lose nothing else by it', async () => {
    const { port, ended, logged } = await listen('udp://127.0.0.1:0', '--echo', '--count', '2')
    for (const flags of [['--wait'], ['--count', '1']]) {
      const { status, stderr } = await run(['send', `udp://127.0.0.1:${port}`, 'x'.repeat(1201), ...flags])
      assert.equal(status, 2, stderr)
      assert.match(stderr, /^wirewright: a frame of 1201 bytes does not fit a datagram, which may have 1200$/m)
    }
    const stranger = createSocket('udp4')
    stranger.send(new Uint8Array(1300), Number(port))
    await logged(/a frame of 1300 bytes does not fit a datagram/)
    stranger.close()
    assert.equal((await run(['send', `udp://127.0.0.1:${port}`, 'hi', '--wait', '--print', 'text'])).stdout, 'hi\n')
    assert.equal((await ended).status, 0)
  })

  it('know each other by a shared secret, over a Unix socket', async () => {
    const path = join(place.path, 'talk.sock')
    const right = place.file('right.txt', 'a secret of more than sixteen bytes\n')
    const wrong = place.file('wrong.txt', 'another secret of sixteen bytes\n')
    const auth = ['--auth', 'challenge:sha256', '--secret-file']
    const { ended, logged } = await listen(`unix:${path}`, '--count', '1', '--print', 'text', ...auth, right)
    const refused = await run(['send', `unix:${path}`, 'hi', '--count', '1', ...auth, wrong])
    assert.equal(refused.status, 9)
    assert.match(refused.stderr, /^wirewright: the server closed the connection instead of granting access/)
    await logged(/connection 1: the client's answer is wrong/)
    const env = { ...process.env, WIREWRIGHT_SECRET: 'a secret of more than sixteen bytes' }
    const granted = await run(['send', `unix:${path}`, 'hi', '--auth', 'challenge:sha256'], '', { env })
    assert.equal(granted.status, 0, granted.stderr)
    assert.equal((await ended).stdout, 'hi\n')
    for (const { stdout, stderr } of [refused, granted]) assert.doesNotMatch(stdout + stderr, /sixteen/)
  })

  it('speak TLS, and say with exit code 8 when a certificate does not convince', { skip: noOpenssl }, async () => {
    const authority = new Authority()
    const { key, cert } = authority.issue()
    const files = ['--cert', place.file('cert.pem', cert), '--key', place.file('key.pem', key)]
    const { port, ended, logged } = await listen('tls://127.0.0.1:0', '--echo', '--count', '1', ...files)
    const untrusted = await run(['send', `tls://localhost:${port}`, 'hi', '--count', '1'])
    assert.equal(untrusted.status, 8, untrusted.stderr)
    await logged(/./)
    const { stdout, status } = await run([
      'send',
      `tls://localhost:${port}`,
      'hi',
      '--count',
      '1',
      '--print',
      'text',
      '--ca',
      place.file('ca.pem', authority.cert),
    ])
    assert.deepEqual({ stdout, status }, { stdout: 'hi\n', status: 0 })
    assert.equal((await ended).status, 0)
    // Not TLS at all: the same code.
    const plain = createTlsServer({ key, cert, minVersion: 'TLSv1.3' })
    plain.listen(0, '127.0.0.1')
    await once(plain, 'listening')
    const { port: other } = plain.address() as AddressInfo
    assert.equal((await run(['send', `tls://127.0.0.1:${other}`, 'hi'])).status, 8)
    plain.close()
  })

  it('half-close after the last byte, and print what comes until the peer closes', async () => {
    const upper = await peer((socket) => {
      let text = ''
      socket.on('data', (part) => {
        text += part
      })
      socket.on('end', () => socket.end(text.toUpperCase()))
    })
    const { stdout, status } = await run(['send', `tcp://127.0.0.1:${upper.port}`, 'a', 'b', 'c', '--print', 'text'])
    assert.deepEqual({ stdout, status }, { stdout: 'ABC\n', status: 0 })
    await upper.close()
  })

  it('decode what comes', async () => {
    const { port, child } = await start(['serve', 'square', '--port', '0'])
    const args = ['send', `tcp://127.0.0.1:${port}`, '--hex', '0000 3039', '--count', '1', '--json']
    const guessed = JSON.parse(
      (await run([...args, '--framing', 'lengthPrefix(!I)', '--format', '!i', '--names', 'n'])).stdout,
    )
    assert.deepEqual(guessed.fields, [{ path: 'n', offset: 0, length: 4, value: 152399025 }])
    const known = JSON.parse((await run([...args, '--module', 'square'])).stdout)
    assert.equal(known.msg, 'reply')
    await stop(child)
  })

  it('tell by the exit code what went wrong', async () => {
    const silent = await peer(() => {})
    const short = await peer((socket) => socket.end(Buffer.from('0000002011223344', 'hex')))
    const stuck = await peer((socket) => socket.write(Buffer.from('0000002011', 'hex')))
    const little = await peer((socket) => socket.write(`${Buffer.from('04000000', 'hex')}abcd`))
    const closing = await peer((socket) => socket.end())
    const frames = ['--framing', 'lengthPrefix(!I)']
    const cases: [number, string[], number, RegExp][] = [
      [1, ['x'], 3, /cannot connect to 127\.0\.0\.1:1: nobody listens there/],
      [silent.port, ['x', '--count', '1', '--timeout', '50ms'], 4, /^wirewright: no frame within 50 ms$/m],
      [
        stuck.port,
        [...frames, '--count', '1', '--timeout', '300ms'],
        4,
        /no frame within 300 ms: 5 bytes held, the frame needs 31 more$/m,
      ],
      [short.port, frames, 5, /the stream ended 8 bytes into a frame of 36, 28 short/],
      [little.port, [...frames, '--count', '1'], 5, /did you mean lengthPrefix\('<I'\)/],
      [closing.port, ['--count', '1'], 7, /the peer closed after 0 of 1 frames/],
    ]
    for (const [port, args, status, expected] of cases) {
      const result = await run(['send', `tcp://127.0.0.1:${port}`, ...args, '--quiet'])
      assert.match(result.stderr, expected)
      assert.equal(result.status, status, result.stderr)
      assert.equal(result.stderr.trimEnd().split('\n').length, 1, result.stderr)
    }
    await Promise.all([silent, short, stuck, little, closing].map((one) => one.close()))
  })

  it('refuse a wrong command line, with what would be right', () => {
    refuses(['send', '127.0.0.1:7000', 'x'], /is no endpoint: did you mean tcp:\/\/127\.0\.0\.1:7000\?/)
    refuses(['send', '/run/x.sock', 'x'], /did you mean unix:\/run\/x\.sock\?/)
    refuses(['send', 'tcp://localhost', 'x'], /the port is missing, as in tcp:\/\/localhost:7000/)
    refuses(['send', 'tcp://127.0.0.1:1', 'a\\qb'], /has a \\ that stands for nothing/)
    refuses(['send', 'tcp://127.0.0.1:1', 'a', '--hex', '00'], /one of them/)
    refuses(['send', 'tcp://127.0.0.1:1', '--auth', 'basic'], /--auth 'basic' is no scheme: write challenge:DIGEST/)
    refuses(
      ['send', 'tcp://127.0.0.1:1', '--auth', 'challenge:sha256'],
      /a secret is wanted: --secret-file FILE, or WIREWRIGHT_SECRET/,
    )
    refuses(['send', 'tcp://127.0.0.1:1', '--secret-file', 'x'], /--secret-file goes with --auth/)
    refuses(['listen', 'tls://127.0.0.1:0'], /takes a certificate and its key: --cert cert\.pem --key key\.pem/)
    refuses(['listen', 'tcp://127.0.0.1:0', '--count', '0'], /A count is a whole number from 1/)
  })

  it('end quietly on Ctrl-C and on kill', async () => {
    for (const [signal, status] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const { child, ended } = await start(['listen', 'tcp://127.0.0.1:0', '--quiet'].slice(0, 2))
      child.kill(signal)
      const result = await ended
      assert.equal(result.status, status)
      assert.match(result.stderr, /^wirewright: listening on [^\n]*$/)
    }
  })
})
