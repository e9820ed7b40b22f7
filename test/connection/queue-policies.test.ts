/** A peer that is behind: what each policy sends it in the end, and what it counts. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  bytes,
  type CloseReason,
  type ConnectionOf,
  connect,
  createServer,
  lengthPrefix,
  message,
  protocol,
  record,
  type ServerOptions,
  u8,
  u16,
} from 'wirewright'
import type { Simulation } from 'wirewright/testing'
import type { MemoryNetwork } from 'wirewright/transport'
import { world } from '../support/world.js'

const Tick = record({ symbol: u8, price: u16, padding: bytes(u16) })
const ticks = protocol('ticks', { framing: lengthPrefix('!I'), fromServer: { tick: message(Tick) } })
type Feed = ConnectionOf<typeof ticks, 'server'>

/** So large that ten of them are at the limit. */
const padding = new Uint8Array(291)
const FRAME = 300

/** Sends ticks 0 to 29 of three symbols to a client that reads nothing, then lets it read; gives what it heard. */
async function behind(
  sim: Simulation,
  network: MemoryNetwork,
  whenFull: ServerOptions['whenFull'],
): Promise<{
  heard: string[]
  connection: Feed
  reason: CloseReason | undefined
  sends: PromiseSettledResult<void>[]
}> {
  let connection: Feed | undefined
  let reason: CloseReason | undefined
  const server = createServer(ticks, {} as never, {
    limits: { highWaterMark: 2 * FRAME, maxQueuedBytes: 10 * FRAME },
    ...(whenFull && { whenFull }),
    opened: (opened) => {
      connection = opened
    },
    closed: (why) => {
      reason = why
    },
  })
  const { endpoint } = await server.listen(network.at('server'))
  const heard: string[] = []
  const client = await connect(ticks, endpoint, {
    handlers: { tick: ({ symbol, price }) => void heard.push(`${symbol}:${price}`) },
  })
  await sim.sleep(10)
  network.cables[0]!.unplug()
  const sends: Promise<void>[] = []
  for (let n = 0; n < 30; n++) {
    sends.push(connection!.send('tick', { symbol: n % 3, price: n, padding }))
    if (n % 5 === 4) await sim.sleep(1)
  }
  assert.ok(connection!.info().queuedBytes <= (whenFull === 'wait' ? 31 : 11) * FRAME)
  network.cables[0]?.plug()
  const settled = await Promise.allSettled(sends)
  await sim.sleep(1000)
  await client.close()
  await server.close()
  return { heard, connection: connection!, reason, sends: settled }
}

const fulfilled = (sends: readonly PromiseSettledResult<void>[]): number =>
  sends.filter(({ status }) => status === 'fulfilled').length
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `${(from + i) % 3}:${from + i}`)
/** A window of two frames leaves the rest to our own queue. */
const weather = { delayMs: 1, windowBytes: 2 * FRAME }

describe('a peer that is behind', () => {
  it(
    "is closed by default, and every send says what became of it ('close')",
    world(async (sim, network) => {
      const { connection, reason, sends } = await behind(sim, network, undefined)
      assert.deepEqual(reason?.kind === 'limit' && [reason.limit, reason.allowed], ['maxQueuedBytes', 3000])
      assert.ok(
        reason?.kind === 'limit' && reason.seen > 3000 && reason.seen <= 3000 + FRAME,
        `${JSON.stringify(reason)}`,
      )
      const refused = sends.filter((send) => send.status === 'rejected')
      assert.ok(refused.length > 15)
      for (const { reason } of refused) assert.equal((reason as { code: string }).code, 'CONNECTION_CLOSED')
      assert.equal(connection.info().queuedBytes, 0)
    }, weather),
  )

  it(
    "is waited for: everything comes, in order, and send resolves when there is room ('wait')",
    world(async (sim, network) => {
      const { heard, connection, sends } = await behind(sim, network, 'wait')
      assert.deepEqual(heard, numbers(0, 30))
      assert.equal(fulfilled(sends), 30)
      // Two are on their way, and ten are as many as may wait.
      assert.equal(connection.info().whenFull.waited, 30 - 2 - 10)
    }, weather),
  )

  it(
    "closes a peer for which far more waits than senders who await have to say ('wait')",
    world(async (_sim, network) => {
      const reasons: CloseReason[] = []
      const server = createServer(ticks, {} as never, {
        limits: { highWaterMark: 2 * FRAME, maxQueuedBytes: 10 * FRAME },
        whenFull: 'wait',
        opened: (connection) => {
          let most = 0
          for (let n = 0; n < 200; n++) {
            connection.send('tick', { symbol: 0, price: n, padding })
            most = Math.max(most, connection.info().queuedBytes)
          }
          assert.equal(most, 40 * FRAME)
        },
        closed: (reason) => void reasons.push(reason),
      })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(ticks, endpoint, { handlers: { tick: () => {} } })
      await client.closed
      assert.deepEqual(reasons, [{ kind: 'limit', limit: 'maxQueuedBytes', allowed: 3000, seen: 12_300 }])
      await server.close()
    }, weather),
  )

  it(
    "loses what is old ('drop-oldest')",
    world(async (sim, network) => {
      const { heard, connection, sends } = await behind(sim, network, 'drop-oldest')
      const { droppedOldest } = connection.info().whenFull
      assert.equal(heard.length, 30 - droppedOldest)
      assert.ok(droppedOldest >= 15)
      assert.deepEqual(heard.slice(-5), numbers(25, 30), 'the newest are there')
      assert.deepEqual(heard.slice(0, 2), numbers(0, 2), 'and what had left before')
      assert.equal(fulfilled(sends), 30)
    }, weather),
  )

  it(
    "loses what is new, and the sender is told ('drop-newest')",
    world(async (sim, network) => {
      const { heard, connection, sends } = await behind(sim, network, 'drop-newest')
      const { droppedNewest } = connection.info().whenFull
      assert.deepEqual(heard, numbers(0, 30 - droppedNewest))
      const rejected = sends.filter((send) => send.status === 'rejected')
      assert.equal(rejected.length, droppedNewest)
      for (const { reason } of rejected)
        assert.deepEqual([reason.code, reason.sent], ['MESSAGE_DROPPED', 'no'], 'and knows that it was not sent')
    }, weather),
  )

  it(
    'hears the last of each kind (coalescing by key)',
    world(async (sim, network) => {
      const coalesceBy = (_name: string, body: unknown): number => (body as { symbol: number }).symbol
      const { heard, connection, sends } = await behind(sim, network, { coalesceBy })
      const { coalesced } = connection.info().whenFull
      assert.equal(heard.length, 30 - coalesced)
      assert.deepEqual(heard.slice(-3).sort(), ['0:27', '1:28', '2:29'])
      const bySymbol = [0, 1, 2].map((symbol) => heard.filter((tick) => tick.startsWith(`${symbol}:`)))
      for (const prices of bySymbol)
        assert.deepEqual(
          prices,
          [...prices].sort((a, b) => Number(a.slice(2)) - Number(b.slice(2))),
        )
      assert.equal(fulfilled(sends), 30)
      assert.ok(connection.info().framesOut < 30 && connection.info().framesOut === heard.length)
    }, weather),
  )

  it(
    'for too long is closed, however little it is behind',
    world(async (sim, network) => {
      const server = createServer(ticks, {} as never, {
        limits: { highWaterMark: 2 * FRAME, maxQueuedMs: 500 },
        whenFull: 'wait',
        opened: (connection) => {
          for (let n = 0; n < 10; n++) connection.send('tick', { symbol: 0, price: n, padding }).catch(() => {})
        },
        closed: (reason) => {
          assert.deepEqual(reason, { kind: 'limit', limit: 'maxQueuedMs', allowed: 500, seen: 500 })
        },
      })
      const { endpoint } = await server.listen(network.at('server'))
      await endpoint.connect()
      await sim.sleep(400)
      assert.equal(server.connections.size, 1)
      await sim.sleep(200)
      assert.equal(server.connections.size, 0)
      await server.close()
    }, weather),
  )
})
