/**
 * A server that asks for a proof, the clients that have it, and strangers that do not.
 *
 *   honest ── proof ──▶ requests          silent, guessing, reflecting, replaying, another secret ──▶ nothing at all
 */
import assert from 'node:assert/strict'
import { connect, createServer, type Server } from 'wirewright'
import { AuthError, type Authentication, challenge, multiprocessing } from 'wirewright/auth'
import type { Connectable, Link, Listenable } from 'wirewright/transport'
import { frameOf, joined, type Stranger, stranger } from './stranger.js'
import { tapped, through } from './watch.js'
import { BEAT, dataFor, ordered } from './wires.js'
import { LONG, type World } from './world.js'

const SECRET = 'a secret of 25 characters'
const SCHEMES = {
  challenge: (secret: string): Authentication => challenge({ secret, digest: 'sha256' }),
  multiprocessing: (authkey: string): Authentication => multiprocessing({ authkey }),
}
/** The most that a server says to somebody who proves nothing: its challenge, and that it failed. */
const UNPROVED_BYTES = { challenge: 32, multiprocessing: 4 + 59 + 4 + 9 }
/** The handshake's 10 s, the 2 s for which a refused peer may linger, and the way there and back. */
const PATIENCE_MS = 13_000
/** Requests from here on are those of strangers. */
const STRANGE = 0x8000_0000

export async function guarded(world: World): Promise<void> {
  const { sim, watch, network } = world
  const { random } = sim
  world.tolerated.push(AuthError)
  const scheme = random.pick(['challenge', 'multiprocessing'] as const)
  const auth = SCHEMES[scheme](SECRET)
  const maxUnauthenticated = random.pick([4, 256])
  const serve = (secret: string): Server<typeof ordered> => {
    const server: Server<typeof ordered> = createServer(
      ordered,
      {
        ask: async ({ n, data }, { identity }) => {
          if (n === BEAT) return { n, data }
          world.check(n < STRANGE, `request ${n} of a stranger was executed`)
          world.check(identity?.scheme === scheme, 'a request was executed whose peer has proved nothing')
          world.execute(n, data)
          if (random.chance(0.3)) await sim.sleep(random.between(0, 200))
          return { n, data: dataFor(n, 2) }
        },
      },
      { auth: SCHEMES[scheme](secret), admission: { maxUnauthenticated }, ...world.reporting },
    )
    return server
  }
  let server = serve(SECRET)
  const place = watch.place(network.at('server'), (link) => {
    const unproved = server.info().open - server.connections.size
    world.check(unproved <= maxUnauthenticated, `${unproved} connections have proved nothing`)
    return link
  })
  await server.listen(place)

  /** What the client said that connected last. */
  const overheard: Uint8Array[] = []
  const listenedTo = through(place, (link) => {
    overheard.length = 0
    return tapped(link, { said: (bytes) => overheard.push(bytes.slice()) })
  })
  const clients = await world.clients(2, (onState) =>
    connect(ordered, listenedTo, { auth, reconnect: { firstMs: 20 }, onState }),
  )
  const work = clients.map(async (client) => {
    for (let i = 0; i < 5; i++) {
      await sim.sleep(random.between(0, 1000))
      await world.ask(client)
    }
  })
  for (let i = 3 + random.below(5); i > 0; i--)
    work.push(
      (async () => {
        await sim.sleep(random.between(100, 4000))
        world.tally.strangers++
        try {
          const what = random.pick(['other secret', 'eager', ...MASKS] as const)
          if (what === 'other secret')
            await otherSecret(world, place, SCHEMES[scheme]('another secret of 31 characters'))
          else if (what !== 'eager') await unproved(world, place, scheme, what, STRANGE + i, overheard)
          else if (scheme === 'challenge') await eager(world, place, auth)
        } catch (error) {
          world.expected(error)
        }
      })(),
    )
  if (random.chance(0.3)) for (let i = 0; i < 8; i++) work.push(holding(world, place))
  if (scheme === 'multiprocessing') work.push(impostor(world, auth))
  for (const part of work) part.catch(() => {})
  await Promise.all(work)

  if (world.calm) {
    // Strangers who have left, once the server knows, are not held against anybody.
    await sim.sleep(1000)
    const late = await connect(ordered, place, { auth })
    await world.ask(late)
    assert.equal((await late.close()).kind, 'local')
    if (random.chance(0.5)) {
      await server.close()
      server = serve('quite another secret')
      await refusedForGood(world, clients, server, place)
    }
  }
  await world.closeAll(clients, server)
}

/** Connects with seven others, and says nothing for as long as it may. */
async function holding(world: World, place: Connectable): Promise<void> {
  world.tally.strangers++
  await world.sim.sleep(2000)
  const self = await stranger(place).catch((error) => world.expected(error))
  if (!world.calm) await world.sim.sleep(5000)
  else await self?.gone
  self?.link.reset()
}

/** What somebody without the secret may try. */
const MASKS = ['silent', 'asking', 'guessing', 'reflecting', 'replaying'] as const

/** Tries, and must be told nothing and be gone in time. Whatever it asks must not be executed. */
async function unproved(
  world: World,
  place: Connectable,
  scheme: keyof typeof SCHEMES,
  mask: (typeof MASKS)[number],
  n: number,
  overheard: readonly Uint8Array[],
): Promise<void> {
  const { sim } = world
  const request = frameOf(n, new Uint8Array(0))
  let hasAnswered = false
  const self = await stranger(place, ({ heard, link }) => {
    if (hasAnswered || heard.length < (scheme === 'challenge' ? 32 : 63)) return
    hasAnswered = true
    if (mask === 'guessing') link.write(joined(sim.random.bytes(scheme === 'challenge' ? 32 : 44), request))
    if (mask === 'reflecting' && scheme === 'challenge') link.write(joined(heard, request))
    if (mask === 'reflecting' && scheme === 'multiprocessing')
      link.write(joined(Uint8Array.of(0, 0, 0, 48), heard.slice(15), request))
  })
  if (mask === 'asking') self.link.write(request)
  if (mask === 'replaying') self.link.write(joined(...overheard, request))
  const connectedAt = sim.now
  const goneAt = await Promise.race([self.gone, sim.sleep(LONG)])
  world.check(self.heard.length <= UNPROVED_BYTES[scheme], `a ${mask} stranger was told ${self.heard.length} bytes`)
  world.check(!isWelcome(self), `a ${mask} stranger was welcome`)
  if (!world.calm) return self.link.reset()
  assert.ok(goneAt !== undefined, `a ${mask} stranger may stay`)
  assert.ok(goneAt - connectedAt <= PATIENCE_MS, `a ${mask} stranger may stay for ${goneAt - connectedAt} ms`)
}

function isWelcome({ heard }: Stranger): boolean {
  return Buffer.from(heard).includes('Access Granted') || Buffer.from(heard).includes('#WELCOME#')
}

/** A client of another secret. It keeps the rules, and must not get in. */
async function otherSecret(world: World, place: Connectable, auth: Authentication): Promise<void> {
  const client = await connect(ordered, place, { auth })
  world.check(false, 'a client with another secret was let in')
  await client.close()
}

/** Says proof and request in one breath, before it is granted anything; as long as the proof is right it may. */
async function eager(world: World, place: Connectable, auth: Authentication): Promise<void> {
  const { sim } = world
  const n = world.next()
  const machine = auth.client()
  let isProving = false
  const self = await stranger(place, ({ heard, link }) => {
    if (heard.length < 32 || isProving) return
    isProving = true
    machine.receive(heard.slice(0, 32))
    const step = machine.nextStep()
    assert.ok(step?.type === 'mac')
    sim.env
      .mac(step.digest, step.key.reveal(), step.message)
      .then((proof) => link.write(joined(proof, frameOf(n, dataFor(n, 1)))))
  })
  await Promise.race([self.gone, sim.sleep(5_000)])
  if (world.calm && isProving) assert.ok(world.executed.has(n), 'what came right behind the proof was lost')
  self.link.reset()
}

/** A listener that has no key, and answers the client's challenge with what it can find. The client must not believe it. */
async function impostor(world: World, auth: Authentication): Promise<void> {
  const { sim, network, watch } = world
  const { random } = sim
  const place: Listenable & Connectable = watch.place(network.at('impostor'))
  const links: Link[] = []
  const listener = await place.listen((link) => {
    links.push(link)
    let heard: Uint8Array = new Uint8Array(0)
    const say = (payload: Uint8Array): void =>
      void link.write(joined(Uint8Array.of(0, 0, payload.length >> 8, payload.length & 255), payload))
    const steps: ((frame: Uint8Array) => void)[] = [
      () => say(text('#WELCOME#')),
      (asked) =>
        random.pick([
          () => say(asked.slice('#CHALLENGE#'.length)),
          () => say(joined(text('{sha256}'), random.bytes(32))),
          () => say(text('#WELCOME#')),
          () => {},
        ])(),
    ]
    link.start({
      received(chunk) {
        heard = joined(heard, chunk)
        for (let length = frameLength(heard); heard.length >= length; length = frameLength(heard)) {
          steps.shift()?.(heard.slice(4, length))
          heard = heard.slice(length)
        }
      },
      ended: () => link.end(),
      drained: () => {},
      closed: () => {},
    })
    say(joined(text('#CHALLENGE#{sha256}'), random.bytes(40)))
  })
  world.tally.strangers++
  await connect(ordered, place, { auth }).then(
    (client) => {
      world.check(false, 'a client believes a listener that has no key')
      return client.close()
    },
    (error) => world.expected(error),
  )
  await listener.close()
  for (const link of links) link.reset()
}

const text = (characters: string): Uint8Array => new TextEncoder().encode(characters)

function frameLength(heard: Uint8Array): number {
  return heard.length < 4 ? Number.POSITIVE_INFINITY : 4 + heard[2]! * 256 + heard[3]!
}

/** The secret has changed: whoever has the old one is refused twice, and then leaves it. */
async function refusedForGood(
  world: World,
  clients: readonly { readonly closed: Promise<{ readonly kind: string }> }[],
  server: Server<typeof ordered>,
  place: Listenable,
): Promise<void> {
  await server.listen(place)
  for (const client of clients) {
    const reason = await Promise.race([client.closed, world.sim.sleep(LONG)])
    assert.equal(reason?.kind, 'auth', 'a client whose secret is refused goes on trying')
  }
  const tries = server.info().accepted
  assert.equal(tries, 2 * clients.length, `${clients.length} clients whose secret is refused tried ${tries} times`)
}
