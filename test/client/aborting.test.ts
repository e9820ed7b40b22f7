/** What a client leaves behind: on signals, on connections that were given up, in its state. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type ClientState,
  connect,
  createServer,
  exchange,
  lengthPrefix,
  message,
  protocol,
  rest,
  type Signal,
  struct,
} from 'wirewright'
import { challenge } from 'wirewright/auth'
import type { Connectable, Link } from 'wirewright/transport'
import { world } from '../support/world.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const secretly = (secret: string) => challenge({ secret, digest: 'sha256' })

/** A signal that counts who listens. */
function counted(): { signal: Signal; readonly listeners: number; abort(): void } {
  const controller = new AbortController()
  const listening = new Set<unknown>()
  const { signal } = controller
  return {
    get listeners() {
      return listening.size
    },
    abort: () => controller.abort(new Error('changed my mind')),
    signal: {
      get aborted() {
        return signal.aborted
      },
      get reason() {
        return signal.reason
      },
      addEventListener(type, listener) {
        listening.add(listener)
        signal.addEventListener(type, listener)
      },
      removeEventListener(type, listener) {
        listening.delete(listener)
        signal.removeEventListener(type, listener)
      },
    },
  }
}

describe('the signal of connect', () => {
  it(
    'has no listener left, however connecting ended',
    world(async (_sim, network) => {
      const server = createServer(square, ([n]) => [n], { auth: secretly('a secret of some length'), onError() {} })
      const { endpoint } = await server.listen(network.at('server'))
      const watch = counted()
      const { signal } = watch
      await assert.rejects(connect(square, endpoint, { auth: secretly('another, quite as long'), signal }))
      assert.equal(watch.listeners, 0, 'refused')
      await assert.rejects(connect(square, network.at('nobody'), { signal }))
      assert.equal(watch.listeners, 0, 'nobody there')
      const client = await connect(square, endpoint, { auth: secretly('a secret of some length'), signal })
      assert.equal(watch.listeners, 0, 'open')
      await client.close()
      await server.close()
    }),
  )

  it(
    'that aborts between the connection and the handshake ends both',
    world(async (sim, network) => {
      const server = createServer(square, ([n]) => [n], { auth: secretly('a secret of some length'), onError() {} })
      await server.listen(network.at('server'))
      const watch = counted()
      const place = network.at('server')
      const abrupt: Connectable = {
        env: place.env,
        address: place.address,
        async connect(options) {
          const link = await place.connect(options)
          watch.abort()
          return link
        },
      }
      const { signal } = watch
      await assert.rejects(
        connect(square, abrupt, { auth: secretly('a secret of some length'), signal }),
        /changed my mind/,
      )
      await sim.sleep(100)
      assert.deepEqual([server.info().open, watch.listeners], [0, 0])
      await server.close()
    }),
  )
})

describe('a client that is closed', () => {
  for (const when of ['waiting', 'connecting'] as const)
    it(
      `from its own hook, when it says '${when}', stays closed`,
      world(async (sim, network) => {
        const server = createServer(square, ([n]) => [n])
        const { endpoint } = await server.listen(network.at('server'))
        const states: ClientState[] = []
        const client = await connect(square, endpoint, {
          reconnect: true,
          onState: (state) => {
            states.push(state)
            if (state === when) void client.close()
          },
        })
        network.reset()
        await client.closed
        await sim.sleep(60_000)
        assert.equal(client.state, 'closed')
        assert.equal(states.at(-1), 'closed')
        assert.equal(states.indexOf('closed'), states.length - 1, `${states}`)
        await server.close()
      }),
    )
})

describe('a client with an outbox', () => {
  it(
    'keeps what is sent while its connection is ending',
    world(async (sim, network) => {
      const log = protocol('log', { framing: lengthPrefix('!I'), fromClient: { line: message(rest()) } })
      const lines: number[] = []
      const place = network.at('server')
      const links: Link[] = []
      const listener = await place.listen((link) => links.push(link))
      const client = await connect(log, place, { reconnect: { firstMs: 20 }, outbox: {} })
      // No frame, and no end either: the client gives this connection up, and the other side two seconds.
      links[0]!.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff))
      await sim.sleep(50)
      assert.equal(client.state, 'open')
      const sent = client.send('line', Uint8Array.of(1))
      await listener.close()
      const server = createServer(log, { line: ([n]) => void lines.push(n!) })
      await server.listen(place)
      await sent
      await client.send('line', Uint8Array.of(2))
      await sim.sleep(100)
      assert.deepEqual(lines, [1, 2])
      await client.close()
      await server.close()
    }),
  )

  it(
    'may wait without an end',
    world(async (sim, network) => {
      const server = createServer(square, ([n]) => [n * n])
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint, {
        reconnect: true,
        outbox: {},
        limits: { requestTimeoutMs: Infinity },
      })
      network.partition()
      network.reset()
      await sim.sleep(10)
      const reply = client.request([3])
      const another = client.request([4], { timeoutMs: 40 * 24 * 3600_000 })
      await sim.sleep(100_000)
      network.heal()
      assert.deepEqual(await Promise.all([reply, another]), [[9], [16]])
      await client.close()
      await server.close()
    }),
  )
})
