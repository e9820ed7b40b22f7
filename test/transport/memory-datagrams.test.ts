/** Datagrams in memory: what each link is told, and what the weather does to them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Simulation, simulation } from 'wirewright/testing'
import {
  type Link,
  type Listener,
  type MemoryNetwork,
  TransportError,
  TransportUsageError,
  type WeatherOptions,
} from 'wirewright/transport'

/** What a link was told. */
interface Heard {
  readonly link: Link
  readonly datagrams: string[]
  closed: number
}

function hearing(link: Link): Heard {
  const heard: Heard = { link, datagrams: [], closed: 0 }
  link.start({
    received: (bytes) => void heard.datagrams.push(Buffer.from(bytes).toString()),
    ended: () => assert.fail('no datagram says that'),
    drained: () => {},
    closed: (error) => {
      assert.equal(error, undefined)
      heard.closed++
    },
  })
  return heard
}

interface Place {
  readonly network: MemoryNetwork
  readonly sim: Simulation
  readonly listener: Listener
  /** One for each address that was heard. */
  readonly peers: Heard[]
  client(from?: string): Promise<Heard>
}

function inWeather(weather: WeatherOptions, body: (place: Place) => Promise<void>): () => Promise<void> {
  return async () => {
    const sim = simulation({ seed: 5 })
    const network = sim.network(weather)
    await sim.run(async () => {
      const peers: Heard[] = []
      const listener = await network.datagramsAt('server').listen((link) => void peers.push(hearing(link)))
      const client = async (from = 'client'): Promise<Heard> =>
        hearing(await network.datagramsAt('server', { from }).connect())
      await body({ network, sim, listener, peers, client })
    })
  }
}

const say = ({ link }: Heard, ...words: readonly string[]): void => {
  for (const word of words) assert.equal(link.write(new TextEncoder().encode(word)), true)
}

describe('datagrams in memory', () => {
  it(
    'arrive each by itself, the empty one too, and are answered on a link for each address',
    inWeather({ delayMs: 5 }, async ({ sim, peers, client }) => {
      const [one, other] = [await client(), await client('elsewhere')]
      assert.equal(peers.length, 0)
      say(one, 'a', '', 'bc')
      say(other, 'd')
      await sim.sleep(6)
      assert.deepEqual(
        peers.map(({ link, datagrams }) => [link.peer.host, datagrams]),
        [
          ['client', ['a', '', 'bc']],
          ['elsewhere', ['d']],
        ],
      )
      say(peers[0]!, 'back')
      await sim.sleep(6)
      assert.deepEqual([one.datagrams, other.datagrams], [['back'], []])
    }),
  )

  it(
    'overtake each other, get lost, and come twice, as the weather says',
    inWeather({ delayMs: [1, 100], lossRate: 0.1, duplicateRate: 0.2 }, async ({ sim, peers, client }) => {
      const sender = await client()
      const sent = Array.from({ length: 1000 }, (_, i) => String(i))
      say(sender, ...sent)
      await sim.sleep(1000)
      const [{ datagrams }] = peers as [Heard]
      const distinct = new Set(datagrams)
      assert.ok(distinct.size > 850 && distinct.size < 950, `${distinct.size} of 1000 arrived`)
      const twice = datagrams.length - distinct.size
      assert.ok(twice > 120 && twice < 240, `${twice} came twice`)
      assert.notDeepEqual(
        [...distinct],
        sent.filter((word) => distinct.has(word)),
      )
    }),
  )

  it(
    'are lost to a partition for good',
    inWeather({}, async ({ sim, network, peers, client }) => {
      const sender = await client()
      network.partition('server')
      say(sender, 'lost')
      await sim.sleep(1)
      network.heal('server')
      say(sender, 'heard')
      await sim.sleep(1)
      assert.deepEqual(peers[0]!.datagrams, ['heard'])
    }),
  )

  it(
    'that nobody may or wants to hear are dropped and counted',
    inWeather({}, async ({ sim, peers, client }) => {
      const sender = await client()
      say(sender, 'x'.repeat(1201), 'x'.repeat(1200))
      assert.equal(sender.link.datagrams!.dropped, 1)
      await sim.sleep(1)
      const [peer] = peers as [Heard]
      assert.equal(peer.datagrams[0]!.length, peer.link.datagrams!.maxLength)
      peer.link.pause()
      say(sender, 'unheard')
      await sim.sleep(1)
      peer.link.resume()
      say(sender, 'heard')
      await sim.sleep(1)
      assert.deepEqual(peer.datagrams.slice(1), ['heard'])
      assert.equal(peer.link.datagrams!.dropped, 1)
    }),
  )

  it(
    'go nowhere from a link that has ended or is gone, which is told once',
    inWeather({}, async ({ sim, peers, client }) => {
      const [ended, gone] = [await client(), await client()]
      ended.link.end()
      gone.link.reset()
      gone.link.reset()
      say(ended, 'a')
      say(gone, 'b')
      await sim.sleep(1)
      assert.deepEqual(peers, [])
      assert.deepEqual([ended.closed, gone.closed], [0, 1])
    }),
  )

  it('from a new address are turned away by whoever is not admitted, and once the listener is closed', async () => {
    const sim = simulation()
    const network = sim.network()
    await sim.run(async () => {
      const peers: Heard[] = []
      const place = network.datagramsAt('server')
      const listener = await place.listen((link) => void peers.push(hearing(link)), {
        admit: ({ host }) => host === 'friend',
      })
      const from = async (host: string): Promise<Heard> =>
        hearing(await network.datagramsAt('server', { from: host }).connect())
      const [friend, foe] = [await from('friend'), await from('foe')]
      say(friend, 'a')
      say(foe, 'b')
      await sim.sleep(1)
      assert.deepEqual(
        peers.map(({ datagrams }) => datagrams),
        [['a']],
      )
      assert.equal(listener.dropped, 1)
      await listener.close()
      say(friend, 'still')
      say(await from('friend'), 'new')
      await sim.sleep(1)
      assert.deepEqual(peers[0]!.datagrams, ['a', 'still'])
      assert.equal(listener.dropped, 2)
    })
  })

  it(
    'have one listener at a host at a time, beside one for streams',
    inWeather({}, async ({ network, listener }) => {
      const again = (): Promise<Listener> => network.datagramsAt('server').listen(() => {})
      await assert.rejects(again(), (error) => error instanceof TransportError && error.code === 'ADDRESS_IN_USE')
      await network.at('server').listen(() => {})
      await listener.close()
      await (await again()).close()
    }),
  )

  it('are lent: what is kept is overwritten', async () => {
    const sim = simulation()
    const network = sim.network()
    await sim.run(async () => {
      const kept: Uint8Array[] = []
      await network
        .datagramsAt('server')
        .listen((link) =>
          link.start({ received: (bytes) => void kept.push(bytes), ended() {}, drained() {}, closed() {} }),
        )
      const link = await network.datagramsAt('server').connect()
      link.write(Uint8Array.of(1, 2))
      await sim.sleep(1)
      assert.deepEqual(kept, [Uint8Array.of(0xdb, 0xdb)])
    })
  })

  it('wait for a link that has not been started, and start once', async () => {
    const sim = simulation()
    const network = sim.network()
    await sim.run(async () => {
      let accepted!: Link
      await network.datagramsAt('server').listen((link) => {
        accepted = link
      })
      const link = await network.datagramsAt('server').connect()
      for (let i = 0; i < 20; i++) link.write(Uint8Array.of(i))
      await sim.sleep(1)
      const heard = hearing(accepted)
      await sim.sleep(1)
      assert.equal(heard.datagrams.length, 16)
      assert.equal(accepted.datagrams!.dropped, 4)
      assert.throws(
        () => hearing(accepted),
        (error) => error instanceof TransportUsageError && error.code === 'ALREADY_STARTED',
      )
    })
  })
})
