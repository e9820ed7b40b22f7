/** Who may speak when: servers that ask and begin, messages in order, requests at once up to a limit, a reader who is slow. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  connect,
  createServer,
  exchange,
  lengthPrefix,
  message,
  protocol,
  record,
  rest,
  struct,
  u16,
  u32,
} from 'wirewright'
import { Recorder } from '../node/recorder.js'
import { frame, world } from '../support/world.js'

const framing = lengthPrefix('!I')
const square = exchange('square', { framing, request: struct('!i'), reply: struct('!i') })
const numbered = record({ id: u16, n: u32 })
const byId = protocol('by-id', {
  framing,
  fromClient: { ask: message(numbered) },
  fromServer: { answer: message(numbered) },
  calls: { ask: { ask: 'ask', reply: 'answer', match: { ask: 'id', reply: 'id' } } },
})
const callback = protocol('callback', {
  framing,
  fromServer: { ask: message(struct('!i')) },
  fromClient: { answer: message(struct('!i')) },
  calls: { ask: { ask: 'ask', reply: 'answer' } },
})
const notes = protocol('notes', {
  framing,
  fromClient: { up: message(rest()) },
  fromServer: { down: message(rest()) },
})

describe('a server', () => {
  it(
    'asks its client, and hears that it failed',
    world(async (sim, network) => {
      const answers: unknown[] = []
      const server = createServer(callback, {} as never, {
        opened: async (connection) => {
          for (const n of [3, 4, -1])
            answers.push(await connection.request('ask', [n]).catch((error) => error.code as string))
        },
      })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(callback, endpoint, {
        handlers: {
          ask: ([n]) => {
            if (n < 0) throw new Error('no root')
            return [n * n]
          },
        },
      })
      const { kind } = await client.closed
      await sim.sleep(10)
      assert.deepEqual(answers, [[9], [16], 'CONNECTION_CLOSED'])
      assert.equal(kind, 'handler')
      await server.close()
    }),
  )

  it(
    'speaks first, before its client has said a byte',
    world(async (_sim, network) => {
      const server = createServer(
        notes,
        { up: () => {} },
        { opened: (connection) => void connection.send('down', Uint8Array.of(connection.id)) },
      )
      const { endpoint } = await server.listen(network.at('server'))
      const peer = new Recorder(await endpoint.connect())
      await peer.until(({ chunks }) => chunks.length === 1)
      assert.deepEqual([...peer.chunks[0]!], [...frame(1)])
      peer.link.reset()
      await server.close()
    }),
  )

  it(
    'handles the messages of one peer one at a time, in their order, and those of another meanwhile',
    world(async (sim, network) => {
      const log: string[] = []
      const server = createServer(notes, {
        up: async ([n], { connection }) => {
          log.push(`${connection.id}: ${n} begins`)
          // The later it came, the sooner it would be done.
          await sim.sleep(100 - 30 * n!)
          log.push(`${connection.id}: ${n} ends`)
        },
      })
      const { endpoint } = await server.listen(network.at('server'))
      const first = await connect(notes, endpoint)
      const second = await connect(notes, endpoint)
      for (const n of [0, 1, 2]) first.send('up', Uint8Array.of(n))
      second.send('up', Uint8Array.of(2))
      await sim.sleep(1000)
      assert.deepEqual(
        log.filter((line) => line.startsWith('1')),
        [0, 1, 2].flatMap((n) => [`1: ${n} begins`, `1: ${n} ends`]),
      )
      assert.ok(log.indexOf('2: 2 ends') < log.indexOf('1: 0 ends'))
      await Promise.all([first.close(), second.close()])
      await server.close()
    }),
  )

  for (const [what, wire] of [
    ['in the order asked', square],
    ['by their ids', byId],
  ] as const)
    it(
      `runs as many requests at once as it may, and reads no more meanwhile, with replies ${what}`,
      world(async (sim, network) => {
        let [running, most, begun] = [0, 0, 0]
        const handler = async (body: unknown): Promise<unknown> => {
          most = Math.max(most, ++running)
          begun++
          await sim.sleep(50 + sim.random.between(0, 100))
          running--
          return body
        }
        const handlers = ('single' in wire ? handler : { ask: handler }) as never
        const server = createServer(wire as typeof byId, handlers, { limits: { maxConcurrentRequests: 3 } })
        const { endpoint } = await server.listen(network.at('server'))
        const client = await connect(wire as typeof byId, endpoint)
        const asks = Array.from({ length: 10 }, (_, n) =>
          'single' in wire ? (client.request as any)([n]) : client.request('ask', { n }),
        )
        await sim.sleep(20)
        assert.deepEqual([begun, [...server.connections][0]!.info().running], [3, 3])
        const replies = await Promise.all(asks)
        assert.deepEqual(
          replies.map((reply) => reply.n ?? reply[0]),
          [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        )
        assert.equal(most, 3)
        await client.close()
        await server.close()
      }),
    )
})

describe('a client', () => {
  it(
    'whose messages nobody reads slows its server down, and loses none',
    world(
      async (sim, network) => {
        const COUNT = 500
        let sent = 0
        const server = createServer(
          notes,
          { up: () => {} },
          {
            limits: { highWaterMark: 4096 },
            whenFull: 'wait',
            opened: async (connection) => {
              for (let n = 0; n < COUNT; n++) {
                await connection.send('down', Uint8Array.of(n >> 8, n & 255, ...new Uint8Array(200)))
                sent++
              }
            },
          },
        )
        const { endpoint } = await server.listen(network.at('server'))
        const client = await connect(notes, endpoint, { limits: { maxUnreadMessages: 16 } })
        await sim.sleep(5000)
        assert.ok(sent < COUNT, `all ${sent} were sent to somebody who reads nothing`)
        assert.equal(client.state, 'open')
        assert.ok(client.info().framesIn <= 16)
        let next = 0
        for await (const { body } of client.messages()) {
          assert.equal(body[0]! * 256 + body[1]!, next)
          if (++next === COUNT) break
          if (next % 50 === 0) await sim.sleep(10)
        }
        assert.equal(sent, COUNT)
        await client.close()
        await server.close()
      },
      { delayMs: 1, windowBytes: 4096 },
    ),
  )

  it(
    'gives a request up on abort and at its deadline, and drops and counts the late replies',
    world(async (sim, network) => {
      const server = createServer(byId, {
        ask: async (body) => {
          await sim.sleep(body.n)
          return body
        },
      })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(byId, endpoint)
      const abort = new AbortController()
      const aborted = client.request('ask', { n: 300 }, { signal: abort.signal })
      const late = client.request('ask', { n: 400 }, { timeoutMs: 200 })
      sim.env.timer(50, () => abort.abort(new Error('changed my mind')))
      const begun = sim.now
      await assert.rejects(aborted, /changed my mind/)
      assert.equal(sim.now - begun, 50)
      await assert.rejects(late, { code: 'REQUEST_TIMEOUT', sent: 'maybe' })
      assert.equal(sim.now - begun, 200)
      assert.deepEqual([client.info().pending, client.info().lateReplies], [0, 0])
      const { n } = await client.request('ask', { n: 500 })
      assert.equal(n, 500)
      assert.deepEqual([client.info().pending, client.info().lateReplies], [0, 2])
      await client.close()
      await server.close()
    }),
  )
})

describe('what a connection tells of itself', () => {
  it(
    'is right: bytes, frames, queue, requests, ages and the round trip',
    world(
      async (sim, network) => {
        const server = createServer(square, async ([n]) => {
          if (n > 100) await sim.sleep(1000)
          return [n * 2]
        })
        const { endpoint } = await server.listen(network.at('server'))
        const client = await connect(square, endpoint)
        const openedAt = sim.now
        for (const n of [1, 2, 3]) await client.request([n])
        const slow = client.request([101])
        await sim.sleep(100)
        const there = [...server.connections][0]!.info()
        const here = client.info()
        assert.deepEqual(
          [here.framesOut, here.framesIn, here.bytesOut, here.bytesIn, here.pending, here.running],
          [4, 3, 32, 24, 1, 0],
        )
        assert.deepEqual(
          [there.framesIn, there.framesOut, there.bytesIn, there.bytesOut, there.pending, there.running],
          [4, 3, 32, 24, 0, 1],
        )
        assert.equal(here.ageMs, sim.now - openedAt)
        assert.equal(here.roundTripMs, 20)
        assert.equal(here.quietMs, 100)
        assert.equal(there.quietMs, 90)
        assert.equal(here.queuedBytes, 0)
        await slow
        // An eighth of the news, as RFC 6298 has it.
        assert.equal(client.info().roundTripMs, 20 + (1020 - 20) / 8)
        await client.close()
        await server.close()
      },
      { delayMs: 10 },
    ),
  )
})
