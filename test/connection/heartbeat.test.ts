/** Heartbeats by a message of the protocol's own, and the clocks of a connection that is quiet. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CloseReason, connect, createServer, lengthPrefix, message, protocol, rest, struct } from 'wirewright'
import { Recorder } from '../node/recorder.js'
import { frame, world } from '../support/world.js'

const beating = protocol('beating', {
  framing: lengthPrefix('!I'),
  fromClient: { ping: message(struct('!i')) },
  fromServer: { pong: message(struct('!i')) },
  calls: { ping: { ask: 'ping', reply: 'pong' } },
  heartbeat: { client: { send: 'ping', body: [0] } },
})
const notes = protocol('notes', {
  framing: lengthPrefix('!I'),
  fromClient: { up: message(rest()) },
  fromServer: { down: message(rest()) },
})
const limits = { heartbeatMs: 100, heartbeatTimeoutMs: 50 }

describe('a heartbeat', () => {
  it(
    'is sent after quiet, is answered, and tells how long the way is',
    world(
      async (sim, network) => {
        const pings: number[] = []
        const server = createServer(beating, {
          ping: ([n]) => {
            pings.push(sim.now)
            return [n + 7]
          },
        })
        const { endpoint } = await server.listen(network.at('server'))
        const client = await connect(beating, endpoint, { limits })
        assert.equal(client.info().roundTripMs, undefined, 'nothing was asked yet')
        const openedAt = sim.now
        await sim.sleep(130)
        assert.equal(client.info().roundTripMs, 20, 'there and back')
        assert.equal(client.info().pending, 0)
        assert.equal(client.info().lateReplies, 0)
        // Each waits for a hundred milliseconds of quiet since the last answer.
        await sim.sleep(240)
        assert.deepEqual(
          pings.map((at) => at - openedAt),
          [110, 230, 350],
        )
        assert.deepEqual(await client.request('ping', [1]), [8])
        await client.close()
        await server.close()
      },
      { delayMs: 10 },
    ),
  )

  it(
    'without an answer closes the connection, with its reason, on either end of a dead cable',
    world(async (sim, network) => {
      const reasons: CloseReason[] = []
      const server = createServer(
        beating,
        { ping: ([n]) => [n] },
        { limits: { readIdleMs: 400 }, closed: (reason) => void reasons.push(reason), onError: () => {} },
      )
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(beating, endpoint, { limits })
      const pending = client.request('ping', [1], { timeoutMs: 60_000 })
      await pending
      const silentSince = sim.now
      network.partition()
      const asked = client.request('ping', [2], { timeoutMs: 60_000 })
      await assert.rejects(asked, { code: 'CONNECTION_CLOSED', sent: 'maybe' })
      assert.equal(sim.now - silentSince, 150, 'found dead after the quiet and the patience')
      assert.deepEqual(await client.closed, { kind: 'timeout', limit: 'heartbeatTimeoutMs', ms: 50 })
      await sim.sleep(20_000)
      assert.deepEqual(reasons, [{ kind: 'timeout', limit: 'readIdleMs', ms: 400 }])
      assert.equal(server.connections.size, 0)
      await server.close()
    }),
  )

  it(
    'does not count the time in which this side did not listen',
    world(async (sim, network) => {
      // The client asks nothing and reads nothing for ten times its patience: nobody took its messages.
      const wire = protocol('fed', {
        framing: lengthPrefix('!I'),
        fromClient: { ping: message(rest()) },
        fromServer: { item: message(rest()) },
        heartbeat: { client: { send: 'ping', body: new Uint8Array(0) } },
      })
      let pings = 0
      const server = createServer(
        wire,
        { ping: () => void pings++ },
        {
          opened: (connection) => {
            for (let n = 0; n < 20; n++) connection.send('item', Uint8Array.of(n))
          },
        },
      )
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(wire, endpoint, { limits: { ...limits, readIdleMs: 120, maxUnreadMessages: 4 } })
      await sim.sleep(1500)
      assert.equal(client.state, 'open')
      assert.equal(pings, 0)
      const messages = client.messages()
      for (let n = 0; n < 20; n++) assert.deepEqual((await messages.next()).value!.body, Uint8Array.of(n))
      // Now it listens, and the clocks go.
      const closed = await client.closed
      assert.deepEqual(closed, { kind: 'timeout', limit: 'readIdleMs', ms: 120 })
      assert.ok(pings >= 1)
      await server.close()
    }),
  )
})

describe('the idle clocks of a connection', () => {
  it(
    'are two: silence of the peer, and of ours',
    world(async (sim, network) => {
      const reasons: CloseReason[] = []
      const serve = async (host: string, idle: object) => {
        const server = createServer(
          notes,
          { up: () => {} },
          { limits: idle, closed: (reason) => void reasons.push(reason), onError: () => {} },
        )
        await server.listen(network.at(host))
        return server
      }
      // A peer that talks all the time and hears nothing; and one that hears all the time and says nothing.
      const talked = await serve('talked', { readIdleMs: 100, writeIdleMs: 500 })
      const talker = await connect(notes, network.at('talked'))
      const silent = await serve('silent', { readIdleMs: 500, writeIdleMs: 100 })
      const listener = await connect(notes, network.at('silent'))
      for (let i = 0; i < 12; i++) {
        talker.send('up', new Uint8Array(1)).catch(() => {})
        for (const connection of silent.connections) connection.send('down', new Uint8Array(1))
        await sim.sleep(50)
      }
      // Messages that nobody has read keep a client's end open: the link is dropped when it has lingered.
      await sim.sleep(2000)
      assert.deepEqual(reasons, [
        { kind: 'timeout', limit: 'writeIdleMs', ms: 500 },
        { kind: 'timeout', limit: 'readIdleMs', ms: 500 },
      ])
      await Promise.all([talker.closed, listener.closed])
      await talked.close()
      await silent.close()
    }),
  )

  it(
    'of a frame runs from its first byte, whatever dribbles in',
    world(async (sim, network) => {
      const errors: unknown[] = []
      const server = createServer(
        notes,
        { up: () => {} },
        { limits: { frameTimeoutMs: 200 }, onError: (error) => errors.push(error) },
      )
      const { endpoint } = await server.listen(network.at('server'))
      const peer = new Recorder(await endpoint.connect())
      for (const byte of frame(1, 2, 3, 4)) {
        peer.link.write(Uint8Array.of(byte))
        await sim.sleep(40)
      }
      await peer.until(({ calls }) => calls.includes('ended'))
      assert.deepEqual(
        errors.map((error) => (error as { limit?: string }).limit),
        ['frameTimeoutMs'],
      )
      peer.link.end()
      await server.close()
    }),
  )
})

describe('a heartbeat that is none', () => {
  for (const [heartbeat, what] of [
    ['empty-frame', /heartbeat is "empty-frame", and must be 'emptyFrame' or \{ client: …, server: … \}/],
    [{ clinet: { send: 'up', body: [] } }, /heartbeat is \{"clinet":/],
    [{ client: { send: 'uq', body: [] } }, /the client's heartbeat sends 'uq', which it has not/],
  ] as const)
    it(`is refused where the protocol is defined: ${JSON.stringify(heartbeat)}`, () => {
      assert.throws(
        () =>
          protocol('notes', {
            framing: lengthPrefix('!I'),
            fromClient: { up: message(rest()) },
            heartbeat: heartbeat as never,
          }),
        { code: 'PROTOCOL_DEFINITION', message: what },
      )
    })
})
