/** Conversations over UDP: when a peer has shown that it is where its address says. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { connect, createServer, datagram, message, protocol, rest } from 'wirewright'
import {
  AuthError,
  challenge,
  defineAuthentication,
  hear,
  multiprocessing,
  random,
  timingSafeEqual,
} from 'wirewright/auth'
import { udp } from 'wirewright/node'
import { Recorder } from '../node/recorder.js'

const wire = protocol('readings', {
  framing: datagram(),
  fromClient: { ask: message(rest()) },
  fromServer: { answer: message(rest()) },
  calls: { ask: { ask: 'ask', reply: 'answer' } },
})
/** Over datagrams the client has to begin, or nobody would: it says hello, and sends back what it is told. */
const auth = defineAuthentication('echo', {
  *client(output) {
    output.append(Uint8Array.of(0))
    output.append(yield hear(8, 'the cookie'))
    return undefined
  },
  *server(output) {
    yield hear(1, 'hello')
    const secret: Uint8Array = yield random(8)
    output.append(secret)
    if (!timingSafeEqual(yield hear(8, 'the cookie'), secret)) throw new AuthError('AUTH_FAILED', 'another cookie')
    return { scheme: 'echo' }
  },
})
const cookie = Uint8Array.of(1, 2, 3, 4)

describe('a handshake over UDP', () => {
  const secret = 'a secret of 25 characters'
  for (const scheme of [challenge({ secret, digest: 'sha256' }), multiprocessing({ authkey: secret })])
    it(`that the server begins is refused at once, at both ends: ${scheme.name}`, async () => {
      const refusal = {
        name: 'AuthUsageError',
        code: 'AUTH_OPTIONS',
        message: new RegExp(
          `^in ${scheme.name} the server speaks first, and over UDP it knows of nobody to speak to: use`,
        ),
      }
      await assert.rejects(connect(wire, udp({ port: 1 }), { auth: scheme }), refusal)
      const server = createServer(wire, { ask: (body) => body }, { auth: scheme })
      await assert.rejects(server.listen(udp({ port: 0 })), refusal)
      await server.close()
    })
})

describe('a message longer than a datagram may be', () => {
  const notes = protocol('notes', { framing: datagram(), fromClient: { note: message(rest()) } })
  const refusal = {
    name: 'FrameSizeError',
    code: 'FRAME_TOO_LONG',
    message: 'a datagram of 1201 bytes exceeds maxDatagramLength (1200)',
  }

  it('is refused by send and request at once, and not counted', async () => {
    const heard: number[] = []
    const server = createServer(wire, {
      ask: (body) => {
        heard.push(body.length)
        return body
      },
    })
    const { endpoint } = await server.listen(udp({ port: 0 }))
    const client = await connect(wire, endpoint)
    await assert.rejects(client.request('ask', new Uint8Array(1201)), refusal)
    const { framesOut, bytesOut, pending } = client.info()
    assert.deepEqual([framesOut, bytesOut, pending], [0, 0, 0])
    assert.equal((await client.request('ask', new Uint8Array(1200))).length, 1200)
    assert.deepEqual(heard, [1200])
    await client.close()
    await server.close()
    const sender = await connect(notes, udp({ port: 1 }))
    await assert.rejects(sender.send('note', new Uint8Array(1201)), refusal)
    assert.deepEqual([sender.info().framesOut, sender.info().bytesOut], [0, 0])
    await sender.close()
  })

  it('fails the handler that gave it as a reply', async () => {
    const errors: unknown[] = []
    const server = createServer(
      wire,
      { ask: () => new Uint8Array(1201) },
      { onError: (error) => void errors.push(error) },
    )
    const { endpoint } = await server.listen(udp({ port: 0 }))
    const client = await connect(wire, endpoint)
    await assert.rejects(client.request('ask', new Uint8Array(1), { timeoutMs: 50 }), { code: 'REQUEST_TIMEOUT' })
    assert.deepEqual(
      errors.map((error) => (error as Error).message),
      [refusal.message],
    )
    await client.close()
    await server.close()
  })
})

describe('a client over UDP', () => {
  it('has what it asked for answered when it closes, and waits no longer', async () => {
    const server = createServer(wire, { ask: (body) => body })
    const { endpoint } = await server.listen(udp({ port: 0 }))
    const client = await connect(wire, endpoint)
    const answer = client.request('ask', Uint8Array.of(1))
    assert.deepEqual(await client.close(), { kind: 'local' })
    assert.deepEqual(await answer, Uint8Array.of(1))
    await server.close()
  })

  it('does not wait for what it has given up', { timeout: 10_000 }, async () => {
    const server = createServer(wire, { ask: () => new Promise<never>(() => {}) }, { limits: { drainMs: 0 } })
    const { endpoint } = await server.listen(udp({ port: 0 }))
    const client = await connect(wire, endpoint, { limits: { drainMs: 1e9 } })
    const abort = new AbortController()
    const answer = client.request('ask', Uint8Array.of(1), { signal: abort.signal })
    const closed = client.close()
    abort.abort(new Error('changed my mind'))
    await assert.rejects(answer, /changed my mind/)
    assert.deepEqual(await closed, { kind: 'local' })
    await server.close()
  })
})

describe('a peer over UDP', () => {
  it('that has authenticated keeps its place when strangers fill the table', async () => {
    const server = createServer(wire, { ask: (body) => body }, { auth, onError: () => {} })
    const { endpoint } = await server.listen(udp({ port: 0, maxPeers: 1 }))
    const client = await connect(wire, endpoint, { auth })
    const stranger = new Recorder(await endpoint.connect())
    for (let n = 0; n < 5; n++) stranger.link.write(Uint8Array.of(n))
    for (let n = 0; n < 5; n++) assert.deepEqual(await client.request('ask', Uint8Array.of(n)), Uint8Array.of(n))
    assert.equal(server.connections.size, 1)
    stranger.link.reset()
    await client.close()
    await server.close()
  })

  it('that was only heard makes room for the next, until its protocol has tested it', async () => {
    const reasons: string[] = []
    const server = createServer(
      wire,
      {
        ask: (body, { connection }) => {
          if (Buffer.compare(body, cookie) === 0) connection.known()
          return cookie
        },
      },
      { closed: (reason) => void reasons.push(reason.kind) },
    )
    const { endpoint } = await server.listen(udp({ port: 0, maxPeers: 1 }))
    const first = await connect(wire, endpoint)
    await first.request('ask', Uint8Array.of(9))
    const second = await connect(wire, endpoint)
    await second.request('ask', await second.request('ask', Uint8Array.of(9)))
    assert.deepEqual(reasons, ['reset'], 'the first, a stranger, was displaced')
    await assert.rejects(first.request('ask', Uint8Array.of(9), { timeoutMs: 100 }), { code: 'REQUEST_TIMEOUT' })
    assert.deepEqual(await second.request('ask', Uint8Array.of(9)), cookie)
    assert.equal(server.connections.size, 1)
    await Promise.all([first.close(), second.close()])
    await server.close()
  })

  it('is not displaced for one who is then turned away', async () => {
    const server = createServer(wire, { ask: (body) => body }, { admission: { maxConnections: 1 } })
    const { endpoint } = await server.listen(udp({ port: 0, maxPeers: 1 }))
    const first = await connect(wire, endpoint)
    await first.request('ask', Uint8Array.of(1))
    const second = new Recorder(await endpoint.connect())
    second.link.write(Uint8Array.of(2))
    while (server.info().refused.maxConnections === 0) await first.request('ask', Uint8Array.of(3))
    assert.equal(server.info().accepted, 1)
    assert.equal(server.connections.size, 1)
    second.link.reset()
    await first.close()
    await server.close()
  })
})
