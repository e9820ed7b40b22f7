/** Messages without an answer, both ways, some to readers who are slow. */
import assert from 'node:assert/strict'
import { ConnectionClosedError, connect, createServer, TransportError } from 'wirewright'
import type { Connectable } from 'wirewright/transport'
import { dataFor, notes } from './wires.js'
import type { World } from './world.js'

/** How many each side says. */
const COUNT = 16

export async function messages(world: World): Promise<void> {
  const { sim, tally, watch } = world
  const { random } = sim
  const highWaterMark = random.pick([500, 1024 * 1024])
  const maxUnreadMessages = random.pick([2, 256])
  const limits = { highWaterMark, maxQueuedBytes: 4 * 1024 * 1024, maxUnreadMessages, maxQueuedMs: 60_000 }
  const ups = new Map<object, number>()
  const handling = new Set<object>()
  const { reporting } = world
  const server = createServer(
    notes,
    {
      up: async (body, { connection }) => {
        const n = ups.get(connection) ?? 0
        ups.set(connection, n + 1)
        assert.deepEqual(body, dataFor(n, 3), `message ${n} of a client is not the ${n}th that it sent`)
        assert.ok(!handling.has(connection), 'two messages of one client are handled at a time')
        handling.add(connection)
        if (random.chance(0.2)) await sim.sleep(random.between(0, 50))
        handling.delete(connection)
      },
    },
    {
      limits,
      ...reporting,
      opened: async (connection) => {
        reporting.opened!(connection)
        const waits = random.chance(0.7)
        for (let n = 0; n < COUNT; n++) {
          if (random.chance(0.3)) await sim.sleep(random.between(0, 100))
          const sent = connection
            .send('down', dataFor(n, 4))
            .catch((error) => assert.ok(error instanceof ConnectionClosedError))
          if (waits) await sent
          assert.ok(connection.info().queuedBytes <= limits.maxQueuedBytes + 2000, 'the queue is too long')
          tally.notes++
        }
      },
    },
  )
  const place = watch.place(world.network.at('server'))
  await server.listen(place)
  const clients = await world.clients(2, (onState) => connect(notes, place, { limits, onState }))
  const listening = random.chance(0.5) ? onlyListens(world, place) : Promise.resolve()
  listening.catch(() => {})
  await Promise.all(
    clients.map(async (client) => {
      const reader = (async () => {
        let n = 0
        for await (const { body } of client.messages()) {
          assert.deepEqual(body, dataFor(n, 4), `message ${n} of the server is not the ${n}th that it sent`)
          n++
          if (random.chance(0.2)) await sim.sleep(random.between(0, 200))
        }
        return n
      })()
      reader.catch(() => {})
      for (let n = 0; n < COUNT; n++) {
        if (random.chance(0.3)) await sim.sleep(random.between(0, 100))
        const sent = await client.send('up', dataFor(n, 3)).then(
          () => true,
          (error) => assert.ok(error instanceof ConnectionClosedError),
        )
        if (!sent) break
        tally.notes++
      }
      if (world.calm) await sim.sleep(20_000)
      await client.close()
      const read = await reader
      if (world.calm) assert.equal(read, COUNT, `${COUNT - read} messages of the server were lost`)
    }),
  )
  await listening
  await world.closeAll(clients, server)
  if (world.calm)
    for (const count of ups.values()) assert.equal(count, COUNT, `${COUNT - count} messages of a client were lost`)
}

/** Ends its side when it likes, with messages on their way and waiting, and reads on to the server's own end. */
async function onlyListens({ sim, calm }: World, place: Connectable): Promise<void> {
  const { random } = sim
  try {
    const link = await place.connect()
    await sim.sleep(random.between(0, 300))
    link.end()
    await sim.sleep(random.between(0, 1000))
    let hasEnded = false
    await new Promise<void>((closed) =>
      link.start({
        received() {},
        ended: () => {
          hasEnded = true
        },
        drained() {},
        closed: () => closed(),
      }),
    )
    if (calm) assert.ok(hasEnded, 'a peer that only listens was not told the end')
  } catch (error) {
    if (!(error instanceof TransportError)) throw error
  }
}
