/** Requests: a server and clients that come back, some of which end their side early; a second server takes over after a drain. */
import assert from 'node:assert/strict'
import { type CloseReason, connect, createServer, type Server, TransportError } from 'wirewright'
import type { Connectable } from 'wirewright/transport'
import { BEAT, byId, callback, dataFor, ordered } from './wires.js'
import { Planned, type World } from './world.js'

export const inOrder = (world: World): Promise<void> => requests(world, ordered)
export const numbered = (world: World): Promise<void> => requests(world, byId)

async function requests(world: World, protocol: typeof ordered | typeof byId): Promise<void> {
  const { sim, watch } = world
  const { random } = sim
  const maxConcurrentRequests = random.pick([2, 1024])
  const maxPending = random.pick([5, 1024])
  let draining = Number.POSITIVE_INFINITY
  const answerable = new Set<number>()
  const serve = (): Server<any> =>
    createServer(
      protocol as any,
      {
        ask: async ({ n, data }: { n: number; data: Uint8Array }, { connection }: any) => {
          if (n === BEAT) return { n, data }
          world.execute(n, data, protocol === ordered ? 1 : Number.POSITIVE_INFINITY)
          world.check(connection.info().running <= maxConcurrentRequests, 'too many requests run at a time')
          if (sim.now < draining) answerable.add(n)
          if (random.chance(0.4)) await sim.sleep(random.between(0, 300))
          if (!world.calm && random.chance(0.01)) throw new Planned()
          return { n, data: dataFor(n, 2) }
        },
      } as any,
      { limits: { maxConcurrentRequests, readIdleMs: 60_000 }, ...world.reporting },
    )
  let server = serve()
  const place = watch.place(world.network.at('server'))
  await server.listen(place)
  const opened = await world.clients(random.below(3) + 1, (onState) =>
    connect(protocol as any, place, {
      reconnect: world.calm && random.chance(0.5) ? false : { firstMs: 20 },
      ...(random.chance(0.5) ? { outbox: { maxMessages: 20 } } : {}),
      limits: { maxPendingRequests: maxPending },
      onState,
    }),
  )
  const work = opened.map(async (client) => {
    const askers = Array.from({ length: 5 + random.below(20) }, async () => {
      await sim.sleep(random.between(0, 3000))
      await world.ask(client, { maxPending, answerable })
    })
    await Promise.all(askers)
  })
  if (random.chance(0.5)) work.push(halfClosed(world, protocol, place))
  // What fails before anybody awaits it belongs to this seed all the same.
  for (const part of work) part.catch(() => {})
  if (random.chance(0.4)) {
    await sim.sleep(random.between(100, 2500))
    draining = sim.now
    const old = server
    const drained = old.drain()
    server = serve()
    await server.listen(place)
    await drained
    assert.equal(old.connections.size, 0)
    assert.equal(old.info().open, 0)
  }
  await Promise.all(work)
  await world.closeAll(opened, server)
}

/** Asks a few things, shuts down its write side, and must be given every answer unless something broke the cable. */
async function halfClosed(world: World, protocol: typeof ordered | typeof byId, place: Connectable): Promise<void> {
  const count = 1 + world.sim.random.below(5)
  try {
    const client = (await connect(protocol as any, place, { limits: { requestTimeoutMs: 20_000 } })) as any
    const answers = Array.from({ length: count }, () => {
      const n = world.next()
      world.tally.requests++
      return client.request('ask', { n, data: dataFor(n, 1) })
    })
    client.close()
    const settled = await Promise.allSettled(answers)
    const lost = settled.filter(({ status }) => status === 'rejected').length
    world.tally.failed += lost
    world.tally.answered += count - lost
    const reason: CloseReason = await client.closed
    if (world.calm && reason.kind === 'local')
      assert.ok(lost === 0 || lost === count, `${lost} of ${count} answers were lost after the end`)
  } catch (error) {
    if (!(error instanceof TransportError)) throw error
  }
}

/** The server asks, and its clients answer. */
export async function callbacks(world: World): Promise<void> {
  const { sim, watch } = world
  const { random } = sim
  const server = createServer(callback, {}, { ...world.reporting })
  const place = watch.place(world.network.at('server'))
  await server.listen(place)
  const clients = await world.clients(2, (onState) =>
    connect(callback, place, {
      reconnect: true,
      onState,
      handlers: {
        ask: async ({ n, data }) => {
          world.execute(n, data)
          if (random.chance(0.4)) await sim.sleep(random.between(0, 100))
          return { n, data: dataFor(n, 2) }
        },
      },
    }),
  )
  const asks: Promise<void>[] = []
  for (let i = 0; i < 30; i++) {
    await sim.sleep(random.between(0, 100))
    for (const connection of server.connections) asks.push(world.ask(connection))
  }
  for (const ask of asks) ask.catch(() => {})
  await Promise.all(asks)
  await world.closeAll(clients, server)
}
