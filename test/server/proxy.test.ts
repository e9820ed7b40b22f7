/** Connections through load balancers: whose limits count, and who may say so. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createServer, exchange, lengthPrefix, type ServerOptions, struct } from 'wirewright'
import { challenge } from 'wirewright/auth'
import type { Simulation } from 'wirewright/testing'
import type { MemoryNetwork } from 'wirewright/transport'
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
      assert.equal(server.info().open, 0)
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
