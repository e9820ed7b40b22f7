/** Connections through load balancers: whose limits count, and who may say so. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as netConnect, type Socket } from 'node:net'
import { after, describe, it } from 'node:test'
import { connect as tlsConnect } from 'node:tls'
import { createServer, exchange, lengthPrefix, type ServerOptions, struct } from 'wirewright'
import { challenge } from 'wirewright/auth'
import { nodeEnv, tls } from 'wirewright/node'
import type { Simulation } from 'wirewright/testing'
import type { MemoryNetwork } from 'wirewright/transport'
import { Authority, noOpenssl } from '../node/certificates.js'
import { Recorder } from '../node/recorder.js'
import { frame, world } from '../support/world.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const BALANCER = '10.0.0.1'
const five = frame(0, 0, 0, 5)

const text = (line: string): Uint8Array => new TextEncoder().encode(line)
const version1 = (host: string): Uint8Array => text(`PROXY TCP4 ${host} 198.51.100.1 56324 443\r\n`)
const version2 = (host: string, command = 1): Uint8Array =>
  Uint8Array.from([
    ...[0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x20 | command, 0x11, 0, 12],
    ...[...host.split('.').map(Number), 198, 51, 100, 1, 0xdc, 0x04, 0x01, 0xbb],
  ])
const headers = { 'version 1': version1, 'version 2': version2 }

async function serve(network: MemoryNetwork, options: ServerOptions<typeof square> = {}) {
  const peers: string[] = []
  const errors: unknown[] = []
  const server = createServer(square, ([n]) => [n * n], {
    trustedProxies: ['10.0.0.0/8'],
    opened: ({ peer }) => void peers.push(`${peer.host} ${peer.port}`),
    onError: (error) => errors.push(error),
    ...options,
  })
  await server.listen(network.at('server'))
  const from = async (host: string, ...writes: Uint8Array[]): Promise<Recorder> => {
    const recorder = new Recorder(await network.at('server', { from: host }).connect())
    for (const bytes of writes) recorder.link.write(bytes)
    return recorder
  }
  return { server, peers, errors, from }
}

const settle = (sim: Simulation): Promise<void> => sim.sleep(50)

describe('a server behind load balancers', () => {
  for (const [version, header] of Object.entries(headers)) {
    it(
      `serves the peer that a header of ${version} names, wherever the stream is cut`,
      world(
        async (sim, network) => {
          const { server, peers, from } = await serve(network)
          const peer = await from(BALANCER, header('192.0.2.7'), five, five)
          await sim.sleep(200)
          assert.deepEqual(peers, ['192.0.2.7 56324'])
          const answer = [...frame(0, 0, 0, 25)]
          assert.deepEqual([...Buffer.concat(peer.chunks)], [...answer, ...answer])
          peer.link.end()
          await peer.closes()
          assert.equal(server.info().open, 0)
          await server.close()
        },
        { delayMs: 1, chunks: 1 },
      ),
    )

    it(
      `does not believe a header of ${version} from anybody else`,
      world(async (sim, network) => {
        const { server, peers, errors, from } = await serve(network)
        const liar = await from('192.0.2.66', header('127.0.0.1'), five)
        await settle(sim)
        assert.equal(peers[0]?.split(' ')[0], '192.0.2.66')
        assert.deepEqual(
          errors.map((error) => (error as { code: string }).code),
          ['FRAME_TOO_LONG'],
          'to its framing the header is a length',
        )
        assert.deepEqual(liar.calls.at(-1), 'ended')
        liar.link.reset()
        await server.close()
      }),
    )
  }

  it(
    'holds its limits against those who are named, not against the balancer',
    world(async (sim, network) => {
      const admission = { maxConnectionsPerAddress: 1, deny: ['192.0.2.9', BALANCER] }
      const { server, peers, from } = await serve(network, { admission })
      await from(BALANCER, version1('192.0.2.1'))
      await from(BALANCER, version2('192.0.2.2'))
      const second = await from(BALANCER, version1('192.0.2.1'))
      const denied = await from(BALANCER, version2('192.0.2.9'))
      await settle(sim)
      assert.deepEqual(
        peers.map((peer) => peer.split(' ')[0]),
        ['192.0.2.1', '192.0.2.2'],
      )
      assert.ok(second.isClosed && denied.isClosed)
      const { open, refused } = server.info()
      assert.deepEqual([open, refused.maxConnectionsPerAddress, refused.deny], [2, 1, 1])
      await server.close()
      assert.equal(server.info().open, 0)
    }),
  )

  it(
    'counts those whose header has not come, and drops them after a while',
    world(async (sim, network) => {
      const { server, from } = await serve(network, { admission: { maxConnections: 1 } })
      const silent = await from(BALANCER)
      await settle(sim)
      assert.equal(server.info().open, 1)
      const refused = await from(BALANCER, version1('192.0.2.1'))
      await refused.closes()
      await silent.closes()
      assert.ok(sim.now > 10_000 && sim.now < 10_100)
      assert.deepEqual(sim.warnings, [`square: from ${BALANCER}:1: PROXY protocol: no header within 10000 ms`])
      assert.equal(server.info().open, 0)
      await server.close()
    }),
  )

  it(
    'gives the header and the proof one clock',
    world(async (sim, network) => {
      const auth = challenge({ secret: 'a secret of some length', digest: 'sha256' })
      const { server, errors, from } = await serve(network, { auth })
      const slow = await from(BALANCER)
      await sim.sleep(9000)
      slow.link.write(version1('192.0.2.1'))
      await slow.until(({ calls }) => calls.includes('ended'))
      assert.ok(sim.now > 9990 && sim.now < 10_010, `${sim.now}`)
      assert.deepEqual(
        errors.map((error) => (error as { code: string }).code),
        ['AUTH_TIMEOUT'],
      )
      slow.link.end()
      await server.close()
    }),
  )

  it(
    'drops a balancer that says something else, or leaves in the middle, and says so once each',
    world(async (sim, network) => {
      const { server, peers, from } = await serve(network)
      const wrong = await from(BALANCER, five)
      const left = await from(BALANCER, version2('192.0.2.1').subarray(0, 20))
      await settle(sim)
      left.link.end()
      await wrong.closes()
      await left.closes()
      assert.deepEqual(peers, [])
      assert.equal(sim.warnings.length, 2)
      assert.match(sim.warnings[0]!, /which is no header$/)
      assert.match(sim.warnings[1]!, /the stream ended before the header did$/)
      assert.deepEqual([server.info().open, server.info().failed], [0, 2])
      await server.close()
    }),
  )

  it(
    'is looked after by the balancer itself',
    world(async (sim, network) => {
      const { server, peers, from } = await serve(network)
      await from(BALANCER, version2('0.0.0.0', 0))
      await from(BALANCER, text('PROXY UNKNOWN\r\n'))
      await settle(sim)
      assert.deepEqual(
        peers.map((peer) => peer.split(' ')[0]),
        [BALANCER, BALANCER],
      )
      await server.close()
    }),
  )

  it(
    'closes while a header is on its way',
    world(async (sim, network) => {
      const { server, from } = await serve(network)
      const silent = await from(BALANCER)
      await settle(sim)
      await server.close()
      await silent.closes()
      assert.equal(server.info().open, 0)
    }),
  )
})

describe('a server behind TLS and load balancers', { skip: noOpenssl }, () => {
  const authority = noOpenssl ? undefined! : new Authority()
  const mine = noOpenssl ? undefined! : authority.issue()
  after(() => authority?.remove())

  const listening = async (options: ServerOptions<typeof square> = {}) => {
    const warnings: string[] = []
    const peers: string[] = []
    const server = createServer(square, ([n]) => [n * n], {
      trustedProxies: ['127.0.0.0/8'],
      opened: ({ peer }) => void peers.push(`${peer.transport} ${peer.host} ${peer.port}`),
      ...options,
    })
    const env = { ...nodeEnv, warn: (text: string) => void warnings.push(text) }
    const { endpoint } = await server.listen(tls({ port: 0, ...mine, env }))
    return { server, warnings, peers, port: endpoint.address.port! }
  }
  const dial = async (port: number, ...writes: Uint8Array[]): Promise<Socket> => {
    const socket = netConnect({ port, host: '127.0.0.1' })
    socket.on('error', () => {})
    await once(socket, 'connect')
    for (const bytes of writes) socket.write(bytes)
    return socket
  }
  const gone = async (socket: Socket): Promise<void> => {
    socket.resume()
    if (!socket.closed) await new Promise((closed) => socket.once('close', closed))
  }

  for (const [version, header] of Object.entries(headers))
    it(`reads a header of ${version} before the handshake, whole or in pieces`, async () => {
      const { server, peers, port } = await listening()
      for (const pieces of [1, 3]) {
        const bytes = header('192.0.2.7')
        const socket = await dial(port)
        for (let i = 0; i < pieces; i++) {
          const part = bytes.subarray((i * bytes.length) / pieces, ((i + 1) * bytes.length) / pieces)
          await new Promise((written) => socket.write(part, written))
        }
        const secure = tlsConnect({ socket, ca: authority.cert, servername: 'localhost' })
        await once(secure, 'secureConnect')
        secure.write(five)
        const [answer] = await once(secure, 'data')
        assert.deepEqual([...answer], [...frame(0, 0, 0, 25)])
        secure.destroy()
      }
      assert.deepEqual(peers, ['tls 192.0.2.7 56324', 'tls 192.0.2.7 56324'])
      await server.close()
      assert.equal(server.info().open, 0)
    })

  it('takes no header from anybody else: it is no handshake', async () => {
    const failures: string[] = []
    const { server, port } = await listening({
      trustedProxies: ['10.0.0.0/8'],
      observer: { handshakeFailed: ({ peer }) => void failures.push(peer.host!) },
    })
    await gone(await dial(port, version1('192.0.2.7')))
    while (failures.length === 0) await new Promise((soon) => setImmediate(soon))
    assert.deepEqual(failures, ['127.0.0.1'])
    await server.close()
  })

  it('turns away before the handshake whom its limits forbid, by the address that is named', async () => {
    const { server, warnings, port } = await listening({ admission: { deny: ['192.0.2.9'] } })
    const denied = await dial(port, version2('192.0.2.9'))
    await gone(denied)
    assert.deepEqual([denied.bytesRead, server.info().refused.deny, server.info().open], [0, 1, 0])
    assert.deepEqual(warnings, [])
    await server.close()
  })

  it('drops a balancer that begins with the handshake, or leaves before it has said for whom', async () => {
    const { server, warnings, port } = await listening()
    await gone(await dial(port, Buffer.from('1603010200010001fc0303', 'hex')))
    const left = await dial(port, version2('192.0.2.1').subarray(0, 20))
    left.end()
    await gone(left)
    assert.match(warnings[0]!, /from 127\.0\.0\.1:\d+: PROXY protocol: the connection begins .*, which is no header$/)
    assert.match(warnings[1]!, /the stream ended before the header did$/)
    assert.deepEqual([server.info().open, server.info().failed], [0, 2])
    await server.close()
  })

  it('counts those whose header has not come, and has their room again', async () => {
    const { server, peers, port } = await listening({ admission: { maxConnections: 1 } })
    const silent = await dial(port)
    while (server.info().open === 0) await new Promise((soon) => setImmediate(soon))
    // It may be reset before it knows that it is connected.
    await gone(netConnect({ port, host: '127.0.0.1' }).on('error', () => {}))
    assert.equal(server.info().refused.maxConnections, 1)
    for (const [i, bytes] of [version1('192.0.2.1'), version2('0.0.0.0', 0)].entries()) {
      if (i === 0) silent.destroy()
      while (server.info().open > 0) await new Promise((soon) => setImmediate(soon))
      const socket = await dial(port, bytes)
      const secure = tlsConnect({ socket, ca: authority.cert, servername: 'localhost' })
      secure.write(five)
      await once(secure, 'data')
      assert.equal(server.info().open, 1, 'its own room alone')
      secure.destroy()
    }
    while (server.info().open > 0) await new Promise((soon) => setImmediate(soon))
    assert.deepEqual(
      peers.map((peer) => peer.split(' ')[1]),
      ['192.0.2.1', '127.0.0.1'],
    )
    await server.close()
  })

  it('closes while a header is on its way', async () => {
    const { server, port } = await listening()
    const silent = await dial(port, version1('192.0.2.1').subarray(0, 10))
    await new Promise((soon) => setImmediate(soon))
    await server.close()
    await gone(silent)
    assert.equal(server.info().open, 0)
  })
})
