/** The network in memory: faults by hand, faults by seed, and what a chunk is. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nodeEnv } from 'wirewright/node'
import { type Simulation, simulation } from 'wirewright/testing'
import {
  type Link,
  type MemoryNetwork,
  memory,
  type NetworkEvent,
  showAddress,
  TransportError,
  TransportUsageError,
  type WeatherOptions,
} from 'wirewright/transport'
import { pattern, Recorder } from './recorder.js'

/** A client and a server on `network`, connected and recording. */
async function pair(network: MemoryNetwork, host = 'server', from = 'client'): Promise<[Recorder, Recorder]> {
  let accepted!: Link
  const listener = await network.at(host).listen((link) => {
    accepted = link
  })
  const link = await network.at(host, { from }).connect()
  await listener.close()
  return [new Recorder(link), new Recorder(accepted)]
}

/** Runs `body` in a simulated world with such weather. */
function inWeather(
  weather: WeatherOptions,
  body: (network: MemoryNetwork, sim: Simulation) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const sim = simulation({ seed: 3 })
    const network = sim.network(weather)
    await sim.run(() => body(network, sim))
  }
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  const error = await action.then(
    () => assert.fail('it should have failed'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof TransportError)
  return error.code
}

describe('chunks', () => {
  async function chunksOf(chunks: WeatherOptions['chunks']): Promise<number[]> {
    const sim = simulation()
    return sim.run(async () => {
      const [client, server] = await pair(sim.network({ chunks: chunks! }))
      for (const size of [1, 2, 10]) client.link.write(pattern(size))
      await server.until(() => server.length === 13)
      return server.chunks
    })
  }
  it('are the writes when whole', async () => assert.deepEqual(await chunksOf('whole'), [1, 2, 10]))
  it('are one when sticky', async () => assert.deepEqual(await chunksOf('sticky'), [13]))
  it('cross the borders of writes when of a fixed size', async () => assert.deepEqual(await chunksOf(5), [5, 5, 3]))
  it('are single bytes', async () => assert.deepEqual(await chunksOf(1), Array(13).fill(1)))

  it('cut writes and glue them together when random', async () => {
    const sizes = new Set<string>()
    for (let seed = 0; seed < 300; seed++) {
      const sim = simulation({ seed })
      await sim.run(async () => {
        const [client, server] = await pair(sim.network({ chunks: 'random' }))
        client.link.write(pattern(2))
        client.link.write(pattern(2))
        await server.until(() => server.length === 4)
        sizes.add(server.chunks.join())
      })
    }
    assert.deepEqual([...sizes].sort(), ['1,1,1,1', '1,1,2', '1,2,1', '1,3', '2,1,1', '2,2', '3,1', '4'])
  })

  it(
    'are taken back when the call returns, so that code which kept one is found out',
    inWeather({}, async (network) => {
      const [client, server] = await pair(network)
      let kept!: Uint8Array
      server.onReceived = (chunk) => {
        kept = chunk
      }
      client.link.write(Uint8Array.of(1, 2, 3))
      await server.until(() => server.length === 3)
      await client.until(() => true)
      assert.deepEqual([...server.bytes], [1, 2, 3])
      assert.deepEqual([...kept], [0xdb, 0xdb, 0xdb])
      assert.ok(kept.byteOffset > 0, 'a chunk does not begin where its buffer does')
    }),
  )
})

describe('time', () => {
  it(
    'passes between writing and arriving',
    inWeather({ delayMs: 30 }, async (network, sim) => {
      const [client, server] = await pair(network)
      assert.equal(sim.now, 60, 'there and back')
      client.link.write(pattern(10))
      await server.until(() => server.length === 10)
      assert.equal(sim.now, 90)
    }),
  )

  it(
    'lets stick together only what has arrived',
    inWeather({ delayMs: 10, chunks: 'sticky' }, async (network, sim) => {
      const [client, server] = await pair(network)
      client.link.write(pattern(1))
      client.link.write(pattern(2))
      await sim.sleep(5)
      client.link.write(pattern(4))
      await server.until(() => server.length === 7)
      assert.deepEqual(server.chunks, [3, 4])
    }),
  )

  it('is spent again and again on what is lost', async () => {
    const sim = simulation({ seed: 1 })
    const network = sim.network({ delayMs: 1 })
    await sim.run(async () => {
      const [client, server] = await pair(network)
      const begin = sim.now
      network.change({ lossRate: 0.5, retransmitMs: 200 })
      for (let i = 0; i < 200; i++) client.link.write(pattern(1))
      await server.until(() => server.length === 200)
      // The slowest of 200 segments: about log2(200) losses in a row, each waited for twice as long as the one before.
      assert.ok(sim.now - begin > 200 * 2 ** 5, `${sim.now - begin} ms`)
    })
  })
})

describe('a full window', () => {
  it(
    'is not called drained when more was written before the news came',
    inWeather({ windowBytes: 100 }, async (network) => {
      const [client, server] = await pair(network)
      server.onReceived = () => {
        if (server.length === 150) assert.equal(client.link.write(pattern(300)), false)
      }
      assert.equal(client.link.write(pattern(150)), false)
      assert.equal(client.link.queued, 50)
      await server.until(() => server.length === 450)
      await client.until(() => client.has('drained'))
      client.check()
      assert.equal(client.drains, 1)
    }),
  )

  it(
    'that drained before the receiver was there is told when it is',
    inWeather({ windowBytes: 100 }, async (network, sim) => {
      const accepted: Link[] = []
      await network.at('server').listen((link) => accepted.push(link))
      const link = await network.at('server').connect()
      assert.equal(link.write(pattern(150)), false)
      const server = new Recorder(accepted[0])
      await sim.sleep(1000)
      assert.equal(server.length, 150)
      const client = new Recorder(link)
      await client.until(() => client.has('drained'))
    }),
  )
})

describe('a cable', () => {
  it(
    'that is reset closes both ends with RESET and loses what is in flight',
    inWeather({ delayMs: 10 }, async (network) => {
      const [client, server] = await pair(network)
      client.link.write(pattern(10))
      server.link.write(pattern(10))
      assert.equal(network.cables.length, 1)
      network.cables[0].reset()
      assert.equal((await client.untilClosed())?.code, 'RESET')
      assert.equal((await server.untilClosed())?.code, 'RESET')
      assert.equal(client.length + server.length, 0)
      assert.equal(network.cables.length, 0)
    }),
  )

  it(
    'that is unplugged is silent, and delivers everything when it is plugged in again',
    inWeather({ delayMs: 10 }, async (network, sim) => {
      const [client, server] = await pair(network)
      const [cable] = network.cables
      client.link.write(pattern(10))
      cable.unplug()
      assert.equal(cable.plugged, false)
      client.link.write(pattern(10))
      client.link.end()
      await sim.sleep(3_600_000)
      assert.deepEqual([...client.calls, ...server.calls], [])
      cable.plug()
      await server.until(() => server.has('ended'))
      assert.equal(server.length, 20)
    }),
  )

  it(
    'that was unplugged during a reset leaves the other end in the dark until it speaks',
    inWeather({ delayMs: 10 }, async (network, sim) => {
      const [client, server] = await pair(network)
      const [cable] = network.cables
      client.link.write(pattern(10))
      cable.unplug()
      client.link.reset()
      await client.untilClosed()
      cable.plug()
      await sim.sleep(3_600_000)
      assert.deepEqual(server.calls, [], 'half-open, and what the client had in flight is lost')
      server.link.write(pattern(1))
      assert.equal((await server.untilClosed())?.code, 'RESET')
    }),
  )

  it(
    'that is unplugged while the news of a reset is on its way loses the news',
    inWeather({ delayMs: 10 }, async (network, sim) => {
      const [client, server] = await pair(network)
      const [cable] = network.cables
      client.link.reset()
      await sim.sleep(5)
      cable.unplug()
      await sim.sleep(10)
      cable.plug()
      await sim.sleep(3_600_000)
      assert.deepEqual(server.calls, [])
      server.link.end()
      assert.equal((await server.untilClosed())?.code, 'RESET')
    }),
  )

  it(
    'is known by the ends that a program holds',
    inWeather({}, async (network) => {
      const [first] = await pair(network)
      const [second] = await pair(network)
      const cable = network.cables.find(({ client }) => client === second.link)!
      cable.reset()
      await second.untilClosed()
      first.link.reset()
      await first.untilClosed()
      assert.equal(cable.id, 2)
      assert.deepEqual(first.calls, ['closed'])
    }),
  )
})

describe('a partition', () => {
  it(
    'cuts one host off, in both directions, and no other',
    inWeather({}, async (network, sim) => {
      const [alice, aliceServer] = await pair(network, 'server', 'alice')
      const [bob, bobServer] = await pair(network, 'server', 'bob')
      network.partition('alice')
      for (const { link } of [alice, aliceServer, bob, bobServer]) link.write(pattern(10))
      await sim.sleep(1000)
      assert.deepEqual(
        [alice, aliceServer, bob, bobServer].map(({ length }) => length),
        [0, 0, 10, 10],
      )
      network.heal('alice')
      await sim.sleep(1000)
      assert.deepEqual(
        [alice, aliceServer, bob, bobServer].map(({ length }) => length),
        [10, 10, 10, 10],
      )
    }),
  )

  it(
    'of everybody lets nothing through until it is healed, connects included',
    inWeather({ delayMs: 5 }, async (network, sim) => {
      const listener = await network.at('server').listen(() => {})
      network.partition()
      let link: Link | undefined
      const connecting = listener.endpoint.connect().then((connected) => {
        link = connected
      })
      await sim.sleep(5000)
      assert.equal(link, undefined)
      network.heal()
      await connecting
      assert.equal(sim.now, 5010)
    }),
  )

  it(
    'leaves a host in reach of itself',
    inWeather({}, async (network) => {
      network.partition()
      network.partition('server')
      await pair(network, 'server', 'server')
    }),
  )

  it(
    'makes a connect time out',
    inWeather({}, async (network, sim) => {
      const listener = await network.at('server').listen(() => {})
      network.partition('server')
      assert.equal(await codeOf(listener.endpoint.connect()), 'TIMED_OUT')
      assert.equal(sim.now, 10_000)
    }),
  )
})

describe('connecting', () => {
  it(
    'is refused as often as the weather says',
    inWeather({ refuseRate: 0.5 }, async (network) => {
      const listener = await network.at('server').listen(() => {})
      let refused = 0
      for (let i = 0; i < 200; i++)
        await listener.endpoint.connect().catch((error: TransportError) => {
          assert.equal(error.code, 'REFUSED')
          refused++
        })
      assert.ok(refused > 70 && refused < 130, `${refused} of 200`)
    }),
  )

  it(
    'is never answered when the weather says so, and can be aborted',
    inWeather({ silenceRate: 1 }, async (network, sim) => {
      const listener = await network.at('server').listen(() => assert.fail('accepted'))
      const controller = new AbortController()
      sim.env.timer(300, () => controller.abort())
      assert.equal(await codeOf(listener.endpoint.connect({ signal: controller.signal })), 'ABORTED')
      assert.equal(sim.now, 300)
    }),
  )

  it(
    'that is aborted when the server has accepted already resets the link of the server',
    inWeather({ delayMs: 10 }, async (network, sim) => {
      const accepted: Recorder[] = []
      const listener = await network.at('server').listen((link) => accepted.push(new Recorder(link)))
      const controller = new AbortController()
      sim.env.timer(15, () => controller.abort())
      assert.equal(await codeOf(listener.endpoint.connect({ signal: controller.signal })), 'ABORTED')
      assert.equal(accepted.length, 1)
      assert.equal((await accepted[0].untilClosed())?.code, 'RESET')
    }),
  )

  it('leaves no timer behind', async () => {
    const sim = simulation()
    await sim.run(() => pair(sim.network()))
    await sim.run()
    assert.equal(sim.now, 0)
  })

  it(
    'says where from: each client has a port of its own, on the host that it was given',
    inWeather({}, async (network) => {
      const [one] = await pair(network, 'server', 'alice')
      const [other] = await pair(network, 'server', 'alice')
      assert.equal(showAddress(one.link.local), 'alice:1')
      assert.equal(showAddress(other.link.local), 'alice:2')
      assert.equal(showAddress(one.link.peer), 'server')
    }),
  )
})

describe('a memory network', () => {
  it(
    'resets a link whose acceptance fails, and warns',
    inWeather({}, async (network, sim) => {
      const { endpoint } = await network.at('server').listen(() => {
        throw new RangeError('no room')
      })
      const client = new Recorder(await endpoint.connect())
      assert.equal((await client.untilClosed())?.code, 'RESET')
      assert.deepEqual(sim.warnings, ['server: a connection was not accepted: no room'])
    }),
  )

  it('refuses options that mean nothing', () => {
    const wrong: WeatherOptions[] = [
      { delayMs: -1 },
      { delayMs: [5, 1] },
      { delayMs: Number.NaN },
      { chunks: 0 },
      { chunks: 'thin' as 'whole' },
      { windowBytes: 0 },
      { windowBytes: 1.5 },
      { lossRate: 1 },
      { retransmitMs: -1 },
      { resetRate: 1.1 },
      { refuseRate: -0.1 },
      { silenceRate: Number.NaN },
    ]
    for (const options of wrong)
      assert.throws(
        () => simulation().network(options),
        (error) => error instanceof TransportUsageError && error.code === 'BAD_OPTION',
        JSON.stringify(options),
      )
    assert.throws(() => simulation().network({ lossRate: 1 }), /lossRate is 1; it must be 0 or more, and below 1/)
  })

  it('gives a link one receiver only', () => {
    return inWeather({}, async (network) => {
      const [client] = await pair(network)
      assert.throws(() => client.link.start(client), { code: 'ALREADY_STARTED' })
    })()
  })

  it('draws its seed from the environment when none is given', () => {
    const drawn: number[] = []
    const random = (length: number): Uint8Array => {
      drawn.push(length)
      return new Uint8Array(length)
    }
    memory({ env: { ...nodeEnv, random } })
    memory({ env: { ...nodeEnv, random }, seed: 1 })
    assert.deepEqual(drawn, [6])
  })

  it('tells an observer what happened, in order', async () => {
    const seen: string[] = []
    const observe = ({ type, end, cable, bytes, error }: NetworkEvent): void => {
      seen.push([cable, end, type, bytes?.length, error?.code].filter((part) => part !== undefined).join(' '))
    }
    const { network } = memory({ env: nodeEnv, observe })
    const [client, server] = await pair(network)
    client.link.write(pattern(3))
    await server.until(() => server.length === 3)
    client.link.end()
    await server.until(() => server.has('ended'))
    server.link.reset()
    await Promise.all([client.untilClosed(), server.untilClosed()])
    await codeOf(network.at('server').connect())
    assert.deepEqual(seen, [
      '1 server accepted',
      '1 client connected',
      '1 server received 3',
      '1 server ended',
      '1 server closed',
      '1 client closed RESET',
      '2 client failed REFUSED',
    ])
  })
})
