/**
 * A server with few places: who comes directly, who comes through a load balancer, and who only says so.
 *
 *   203.0.113.x ─────────────────────▶ server: so many in all, so many from one address, so many a second from one address
 *   10.0.0.9 ── "PROXY TCP4 …" ──────▶         trusted: counts as the address that it names
 *   203.0.113.66 ── "PROXY TCP4 …" ──▶         not trusted: bytes of the protocol, and wrong ones
 */
import assert from 'node:assert/strict'
import { connect, createServer } from 'wirewright'
import type { Connectable } from 'wirewright/transport'
import { stranger } from './stranger.js'
import { through } from './watch.js'
import { BEAT, dataFor, ordered } from './wires.js'
import type { World } from './world.js'

const BALANCER = '10.0.0.9'
const LIAR = '203.0.113.66'
/** Whom a liar claims to be. Nobody is. */
const CLAIMED = '198.51.100.7'
/** Who may come, and which of them are one neighbour to the server: an IPv6 household has a /64. */
const NEIGHBOURS: ReadonlyMap<string, string> = new Map([
  ['203.0.113.1', 'a'],
  ['203.0.113.2', 'b'],
  ['2001:db8:0:1::5', 'c'],
  ['2001:db8:0:1::6', 'c'],
  [LIAR, 'liar'],
])
const DENIED = '192.0.2.13'
const FRAME_TIMEOUT_MS = 2_000
/** What a peer that broke a rule may linger, and the way there and back. */
const LINGER_MS = 2_500

export async function door(world: World): Promise<void> {
  const { sim, watch, network } = world
  const { random } = sim
  const maxConnections = random.pick([4, 10_000])
  const maxConnectionsPerAddress = random.pick([2, 256])
  const maxAcceptsPerSecond = random.pick([3, 100])
  let arrived = 0
  const open = new Map<object, string>()
  const accepts = new Map<string, number[]>()
  const { reporting } = world
  const server = createServer(
    ordered,
    {
      ask: async ({ n, data }) => {
        if (n === BEAT) return { n, data }
        world.execute(n, data)
        if (random.chance(0.3)) await sim.sleep(random.between(0, 200))
        return { n, data: dataFor(n, 2) }
      },
    },
    {
      ...reporting,
      trustedProxies: ['10.0.0.0/8'],
      admission: { maxConnections, maxConnectionsPerAddress, maxAcceptsPerSecond, deny: ['192.0.2.0/24'] },
      limits: { frameTimeoutMs: FRAME_TIMEOUT_MS, readIdleMs: 60_000 },
      // To a liar the header is the head of a frame; nobody else breaks a rule.
      onError: (error, { connection }) => {
        if (connection.peer.host !== LIAR) world.expected(error)
      },
      opened: (connection) => {
        reporting.opened!(connection)
        const { host = '' } = connection.peer
        const neighbour = NEIGHBOURS.get(host) ?? ''
        world.check(NEIGHBOURS.has(host), `${host} was let in`)
        open.set(connection, neighbour)
        const here = [...open.values()].filter((other) => other === neighbour).length
        world.check(open.size <= maxConnections, `${open.size} connections are open`)
        world.check(here <= maxConnectionsPerAddress, `${here} connections of ${host} are open`)
        const times = accepts.get(neighbour) ?? []
        accepts.set(neighbour, times)
        times.push(sim.now)
        for (const [i, time] of times.entries()) {
          const allowed = maxAcceptsPerSecond * (1 + (sim.now - time) / 1000)
          world.check(times.length - i <= allowed + 1e-6, `${times.length - i} connections of ${host} since ${time}`)
        }
      },
      closed: (reason, connection) => {
        reporting.closed!(reason, connection)
        open.delete(connection)
      },
    },
  )
  const at = (from: string): Connectable => network.at('server', { from })
  await server.listen(
    watch.place(network.at('server'), (link) => {
      arrived++
      return link
    }),
  )
  /** Where a client connects that is, or whose load balancer says that it is, `host`. */
  const from = (host: string): Connectable => {
    const balanced = random.chance(0.4)
    if (!balanced) return { ...at(host), env: watch.env }
    const header = proxyHeader(host, random.chance(0.5))
    return through({ ...at(BALANCER), env: watch.env }, (link) => {
      link.write(header.slice())
      return link
    })
  }

  const hosts = [...NEIGHBOURS.keys()].filter((host) => host !== LIAR)
  const clients: any[] = []
  const work = Array.from({ length: 4 + random.below(12) }, async () => {
    await sim.sleep(random.between(0, 2500))
    const [client] = await world.clients(1, (onState) =>
      connect(ordered, from(random.pick(hosts)), { reconnect: random.chance(0.3), onState }),
    )
    if (!client) return
    clients.push(client)
    for (let i = random.below(3); i > 0; i--) await world.ask(client)
    await sim.sleep(random.between(0, 3000))
    await client.close()
  })
  if (random.chance(0.3)) work.push(burst(world, { ...at(random.pick(hosts)), env: watch.env }))
  for (let i = 1 + random.below(4); i > 0; i--)
    work.push(
      (async () => {
        await sim.sleep(random.between(0, 2500))
        world.tally.strangers++
        try {
          await uninvited(world, random.pick(['liar', 'denied', 'mute balancer', 'hoarder']), at, from)
        } catch (error) {
          world.expected(error)
        }
      })(),
    )
  for (const part of work) part.catch(() => {})
  await Promise.all(work)

  if (world.calm) {
    await sim.sleep(2_000)
    // Places that were taken are free again, and so are accepts.
    for (const host of hosts) {
      const client = await connect(ordered, { ...at(host), env: watch.env })
      const executed = world.executed.size
      await world.ask(client)
      assert.equal(world.executed.size, executed + 1, `${host} is not let in again`)
      await client.close()
    }
  }
  await world.closeAll(clients, server)
  const { accepted, refused } = server.info()
  const counted = accepted + Object.values(refused).reduce((sum, count) => sum + count, 0)
  const unheaded = sim.warnings.filter((warning) => warning.includes(`from ${BALANCER}`)).length
  if (world.calm) assert.equal(counted + unheaded, arrived, `${arrived} came, and ${counted} were counted`)
}

/** Many at once, after a while in which the address was quiet or not. */
async function burst(world: World, place: Connectable): Promise<void> {
  await world.sim.sleep(world.sim.random.between(1000, 3000))
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const [client] = await world.clients(1, (onState) => connect(ordered, place, { onState }))
      await client?.close()
    }),
  )
}

/** Comes as nobody should, and must be gone in time. */
async function uninvited(
  world: World,
  what: 'liar' | 'denied' | 'mute balancer' | 'hoarder',
  at: (from: string) => Connectable,
  from: (host: string) => Connectable,
): Promise<void> {
  const { sim } = world
  const places = { liar: at(LIAR), denied: from(DENIED), 'mute balancer': at(BALANCER), hoarder: at('203.0.113.2') }
  const self = await stranger(places[what])
  const begun = sim.now
  const say = (bytes: Uint8Array): void => void self.link.write(bytes)
  if (what === 'liar') say(proxyHeader(CLAIMED, sim.random.chance(0.5)))
  if (what === 'mute balancer') say(proxyHeader('203.0.113.1', sim.random.chance(0.5)).slice(0, sim.random.below(12)))
  // A frame announced as long as the framing allows, of which a byte comes now and then.
  if (what === 'hoarder') for (let i = 0; i < 5; i++) sim.env.timer(i * 500, () => say(Uint8Array.of(255)))
  const allowed = {
    liar: FRAME_TIMEOUT_MS + LINGER_MS,
    denied: LINGER_MS,
    'mute balancer': 10_500,
    hoarder: FRAME_TIMEOUT_MS + LINGER_MS,
  }
  const goneAt = await Promise.race([self.gone, sim.sleep(20_000)])
  self.link.reset()
  assert.equal(self.heard.length, 0, `a ${what} was told something`)
  if (!world.calm) return
  assert.ok(goneAt !== undefined, `a ${what} may stay`)
  assert.ok(goneAt - begun <= allowed[what], `a ${what} may stay for ${goneAt - begun} ms`)
}

/** Version 1 for people, version 2 for machines. */
function proxyHeader(host: string, binary: boolean): Uint8Array {
  const isIPv6 = host.includes(':')
  if (!binary) {
    const to = isIPv6 ? '2001:db8::1' : '198.51.100.1'
    return new TextEncoder().encode(`PROXY TCP${isIPv6 ? 6 : 4} ${host} ${to} 56324 443\r\n`)
  }
  const addresses = isIPv6
    ? [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, Number(host.at(-1)), ...new Array(16).fill(1)]
    : [...host.split('.').map(Number), 198, 51, 100, 1]
  const signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]
  return Uint8Array.of(...signature, 0x21, isIPv6 ? 0x21 : 0x11, 0, addresses.length + 4, ...addresses, 220, 4, 1, 187)
}
