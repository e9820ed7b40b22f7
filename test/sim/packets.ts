/**
 * Requests in datagrams, which get lost, come twice and overtake each other. Nobody asks again by himself, so that a request
 * is executed as often as it arrives, and no more often than that.
 */
import { connect, createServer } from 'wirewright'
import type { Connectable, Link } from 'wirewright/transport'
import { tapped, through } from './watch.js'
import { dataFor, packets } from './wires.js'
import type { World } from './world.js'

/** Requests from here on are those of strangers, whose datagrams are no messages. */
const STRANGE = 0x8000_0000

export async function datagrams(world: World): Promise<void> {
  const { sim, watch, network } = world
  const { random } = sim
  const maxPending = random.pick([3, 1024])
  const said = new Set<number>()
  const arrivals = new Map<number, number>()
  let links = 0
  const counted = (link: Link): Link => {
    links++
    return tapped(link, {
      heard: (bytes) => {
        const n = numberOf(bytes)
        arrivals.set(n, (arrivals.get(n) ?? 0) + 1)
      },
    })
  }
  const server = createServer(
    packets,
    {
      ask: async ({ n, data }) => {
        world.check(n < STRANGE, 'what is no message was executed')
        world.execute(n, data, arrivals.get(n))
        if (random.chance(0.4)) await sim.sleep(random.between(0, 300))
        return { n, data: dataFor(n, 2) }
      },
    },
    world.reporting,
  )
  const place = watch.place(network.datagramsAt('server'), counted)
  await server.listen(place)
  const saying = through(place, (link) =>
    tapped(link, {
      said: (bytes) => {
        world.check(!said.has(numberOf(bytes)), `request ${numberOf(bytes)} was said twice`)
        said.add(numberOf(bytes))
      },
    }),
  )
  const clients = await world.clients(1 + random.below(3), (onState) =>
    connect(packets, saying, { limits: { maxPendingRequests: maxPending }, onState }),
  )
  const work = clients.map(async (client) => {
    const askers = Array.from({ length: 5 + random.below(15) }, async () => {
      await sim.sleep(random.between(0, 3000))
      await world.ask(client, { maxPending })
      // Whatever became of it, a link of datagrams lives on.
      world.check(client.state === 'open', 'a datagram closed the link')
    })
    await Promise.all(askers)
  })
  for (let i = random.below(4); i > 0; i--) work.push(babbler(world, network.datagramsAt('server', { from: 'babel' })))
  for (const part of work) part.catch(() => {})
  await Promise.all(work)
  world.check(server.info().accepted === links, `${links} addresses were heard, and ${server.info().accepted} accepted`)
  await world.closeAll(clients, server)
}

/** Of a request: behind its id. */
function numberOf(bytes: Uint8Array): number {
  return bytes.length < 6 ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(2)
}

/** Sends what is no message: too short, too long, of a length that it contradicts, nothing at all. */
async function babbler(world: World, place: Connectable): Promise<void> {
  const { sim } = world
  const { random } = sim
  const link = await place.connect()
  world.tally.strangers++
  let replies = 0
  link.start({ received: () => void replies++, ended() {}, drained() {}, closed() {} })
  for (let i = 0; i < 10; i++) {
    await sim.sleep(random.between(0, 300))
    const babble = random.bytes(random.pick([0, 1, 5, 7, 30, 1199]))
    // Of a number that only strangers have, and with bytes missing at its end.
    babble.set([0, 1, 0x80, 0, 0, i, 255].slice(0, babble.length))
    link.write(babble)
  }
  await sim.sleep(1_000)
  world.check(replies === 0, 'what is no message was answered')
  link.reset()
}
