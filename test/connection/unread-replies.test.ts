/** Replies to a peer that does not read them: how much of them waits, and what becomes of the rest. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as netConnect } from 'node:net'
import { describe, it } from 'node:test'
import {
  type CloseReason,
  type ConnectionLimits,
  type ConnectionOf,
  connect,
  createServer,
  exchange,
  lengthPrefix,
  rest,
  type Server,
  struct,
} from 'wirewright'
import { tcp } from 'wirewright/node'
import type { Link, MemoryNetwork } from 'wirewright/transport'
import { Recorder } from '../node/recorder.js'
import { frame, world } from '../support/world.js'

/** Asks for so many bytes. */
const blobs = exchange('blobs', { framing: lengthPrefix('!I'), request: struct('!I'), reply: rest() })
type Blobs = ConnectionOf<typeof blobs, 'server'>

const REPLY = 500
const FRAME = 4 + REPLY
/** A window of two replies leaves all others to our own queue. */
const weather = { delayMs: 1, windowBytes: 2 * FRAME }
const limits = { highWaterMark: 2 * FRAME, maxQueuedBytes: 5 * FRAME }

const asks = (count: number, length = REPLY): Uint8Array =>
  Buffer.concat(
    Array.from({ length: count }, () => frame(length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255)),
  )

async function serving(
  network: MemoryNetwork,
  handle: (asked: number) => Promise<void> | undefined,
  more: Partial<ConnectionLimits> = {},
): Promise<{
  server: Server<typeof blobs>
  link: Link
  connection: Blobs
  reasons: CloseReason[]
  asked: () => number
}> {
  const reasons: CloseReason[] = []
  let connection: Blobs | undefined
  let asked = 0
  const server = createServer(
    blobs,
    ([length]) => {
      const working = handle(asked++)
      return working ? working.then(() => new Uint8Array(length)) : new Uint8Array(length)
    },
    {
      limits: { ...limits, ...more },
      opened: (opened) => {
        connection = opened
      },
      closed: (reason) => void reasons.push(reason),
    },
  )
  const { endpoint } = await server.listen(network.at('server'))
  const link = await endpoint.connect()
  return { server, link, connection: connection!, reasons, asked: () => asked }
}

describe('a peer that does not read its replies', () => {
  it(
    'is not asked for more once what waits is at the high-water mark, within one turn too',
    world(async (sim, network) => {
      const { server, link, connection, asked } = await serving(network, () => undefined, { turnMs: 1000 })
      link.write(asks(100))
      await sim.sleep(100)
      const { queuedBytes } = connection.info()
      assert.ok(queuedBytes <= limits.highWaterMark + FRAME, `${queuedBytes} bytes wait`)
      assert.ok(asked() <= 7, `${asked()} requests were executed`)
      const reader = new Recorder(link)
      await reader.until(({ chunks }) => Buffer.concat(chunks).length === 100 * FRAME)
      assert.equal(asked(), 100)
      reader.link.end()
      await server.close()
    }, weather),
  )

  it(
    'is closed when handlers that run already bring what waits to four times the limit',
    world(async (sim, network) => {
      let go: (() => void) | undefined
      const gate = new Promise<void>((resolve) => {
        go = resolve
      })
      const { server, link, connection, reasons, asked } = await serving(network, () => gate)
      link.write(asks(100))
      await sim.sleep(10)
      assert.equal(asked(), 100)
      go!()
      await sim.sleep(10)
      const { maxQueuedBytes } = limits
      const [reason] = reasons
      assert.deepEqual(reason?.kind === 'limit' && [reason.limit, reason.allowed], ['maxQueuedBytes', maxQueuedBytes])
      assert.ok(
        reason?.kind === 'limit' && reason.seen > 4 * maxQueuedBytes && reason.seen <= 4 * maxQueuedBytes + FRAME,
      )
      assert.equal(connection.info().queuedBytes, 0)
      await server.close()
    }, weather),
  )

  it(
    'may be given more than the limit by them, and gets it all when it reads',
    world(async (sim, network) => {
      const { server, link, connection, reasons } = await serving(network, () => sim.sleep(10))
      link.write(asks(18))
      await sim.sleep(50)
      assert.ok(connection.info().queuedBytes > 2 * limits.maxQueuedBytes)
      const reader = new Recorder(link)
      await reader.until(({ chunks }) => Buffer.concat(chunks).length === 18 * FRAME)
      assert.deepEqual(reasons, [])
      reader.link.end()
      await server.close()
    }, weather),
  )

  it(
    'has replies counted that wait for an earlier one, which is not its fault and no reason to hurry it',
    world(async (sim, network) => {
      let go: (() => void) | undefined
      const gate = new Promise<void>((resolve) => {
        go = resolve
      })
      const { server, link, connection, reasons, asked } = await serving(network, (n) => (n === 0 ? gate : undefined), {
        maxQueuedMs: 100,
      })
      link.write(asks(100))
      await sim.sleep(1000)
      assert.deepEqual(reasons, [])
      assert.ok(asked() <= 4, `${asked()} requests were executed behind the one that takes its time`)
      assert.equal(connection.info().queuedBytes, 0)
      const reader = new Recorder(link)
      go!()
      await reader.until(({ chunks }) => Buffer.concat(chunks).length === 100 * FRAME)
      reader.link.end()
      await server.close()
    }, weather),
  )

  it(
    'is closed when so much waits for an earlier one',
    world(async (sim, network) => {
      const { server, link, reasons } = await serving(network, (n) => sim.sleep(n === 0 ? 5000 : 10))
      link.write(asks(100))
      await sim.sleep(100)
      assert.equal(reasons[0]?.kind === 'limit' && reasons[0].limit, 'maxQueuedBytes')
      await server.close()
    }, weather),
  )

  it('costs a TCP server its limit, and then itself; one that reads gets as much as it asks for', {
    timeout: 30_000,
  }, async () => {
    const KIB = 1024
    const maxQueuedBytes = 1024 * KIB
    const reasons: CloseReason[] = []
    let most = 0
    let asked = 0
    let go: (() => void) | undefined
    const allAreThere = new Promise<void>((resolve) => {
      go = resolve
    })
    const server = createServer(
      blobs,
      async ([length], { connection }) => {
        if (++asked === 1000) go!()
        await allAreThere
        most = Math.max(most, connection.info().queuedBytes)
        return new Uint8Array(length)
      },
      { limits: { highWaterMark: 256 * KIB, maxQueuedBytes }, closed: (reason) => void reasons.push(reason) },
    )
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const deaf = netConnect({ port: endpoint.address.port!, host: '127.0.0.1' })
    deaf.on('error', () => {}).pause()
    await once(deaf, 'connect')
    deaf.write(asks(1000, 64 * KIB))
    while (reasons.length === 0) await new Promise((soon) => setImmediate(soon))
    assert.equal(reasons[0]?.kind === 'limit' && reasons[0].limit, 'maxQueuedBytes')
    assert.ok(most <= 4 * maxQueuedBytes, `${most} bytes waited`)
    deaf.destroy()
    const reader = await connect(blobs, endpoint)
    for (let i = 0; i < 20; i++) {
      const replies = await Promise.all(Array.from({ length: 16 }, () => reader.request([64 * KIB])))
      assert.ok(replies.every((reply) => reply.length === 64 * KIB))
    }
    await reader.close()
    await server.close()
  })
})
