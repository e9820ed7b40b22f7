import assert from 'node:assert/strict'
import { Socket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import { describe, it, mock } from 'node:test'
import { connect, createServer, datagram, exchange, struct } from 'wirewright'
import { nodeEnv, type UdpOptions, udp } from 'wirewright/node'
import { type Link, type Listener, TransportError, TransportUsageError } from 'wirewright/transport'
import { Arrivals, bytes, Recorder } from './recorder.js'

const interfaces = Object.entries(networkInterfaces())
const loopback = interfaces.find(([, addresses]) => addresses?.some(({ address }) => address === '127.0.0.1'))?.[0]
const noLoopback = loopback ? false : 'there is no loopback interface'
const noIPv6 = interfaces.some(([, addresses]) => addresses?.some(({ address }) => address === '::1'))
  ? false
  : 'this machine has no ::1'

/** A listener that echoes nothing by itself; its peers can be awaited. */
async function listening(
  options: Partial<UdpOptions> = {},
): Promise<{ listener: Listener; peers: Arrivals<Recorder>; close(): Promise<void> }> {
  const peers = new Arrivals<Recorder>()
  const listener = await udp({ port: 0, ...options }).listen((link) => peers.put(new Recorder(link)))
  return {
    listener,
    peers,
    close: async () => {
      await listener.close()
      for (const { link } of peers.all) link.reset()
    },
  }
}

/** Node's world with warnings kept, a clock that stands, and timers that are fired by hand. */
function world(): {
  env: typeof nodeEnv
  warnings: string[]
  clock: { now: number }
  fire(): void
  readonly armed: number
} {
  const warnings: string[] = []
  const clock = { now: 0 }
  const timers = new Set<() => void>()
  return {
    warnings,
    clock,
    get armed() {
      return timers.size
    },
    fire() {
      for (const callback of [...timers]) {
        timers.delete(callback)
        callback()
      }
    },
    env: {
      ...nodeEnv,
      now: () => clock.now,
      warn: (text: string) => void warnings.push(text),
      timer(_ms: number, callback: () => void) {
        timers.add(callback)
        return { cancel: () => void timers.delete(callback) }
      },
    },
  }
}

describe('udp', () => {
  for (const [what, host, skip] of [
    ['IPv4', '127.0.0.1', false],
    ['IPv6', '::1', noIPv6],
    ['localhost, whatever that is', 'localhost', false],
  ] as const)
    it(`carries datagrams both ways over ${what}, each by itself, the empty one too`, { skip }, async () => {
      const at = await listening({ host })
      const client = new Recorder(await at.listener.endpoint.connect())
      for (const text of ['one', '', 'three']) client.link.write(bytes(text))
      const peer = await at.peers.next()
      await peer.until(({ chunks }) => chunks.length === 3)
      assert.deepEqual(
        peer.chunks.map((chunk) => Buffer.from(chunk).toString()),
        ['one', '', 'three'],
      )
      assert.equal(peer.link.peer.port, client.link.local.port)
      peer.link.write(bytes('back'))
      await client.hears('back')
      assert.equal(at.peers.all.length, 1)
      client.link.reset()
      await client.closes()
      assert.equal(client.error, undefined)
      await at.close()
    })

  it('makes each peer a link of its own', async () => {
    const at = await listening()
    const clients = await Promise.all([1, 2, 3].map(async () => new Recorder(await at.listener.endpoint.connect())))
    for (const [i, { link }] of clients.entries()) link.write(bytes(`I am ${i}`))
    for (let i = 0; i < 3; i++) {
      const peer = await at.peers.next()
      await peer.until(({ chunks }) => chunks.length > 0)
      peer.link.write(peer.chunks[0]!)
    }
    await Promise.all(clients.map((client, i) => client.hears(`I am ${i}`)))
    assert.deepEqual(
      clients.map(({ text }) => text),
      ['I am 0', 'I am 1', 'I am 2'],
    )
    for (const { link } of clients) link.reset()
    await at.close()
  })

  it('keeps the peers it has when it closes, takes no others, and frees the port with the last', async () => {
    const at = await listening()
    const client = new Recorder(await at.listener.endpoint.connect())
    client.link.write(bytes('hello'))
    const peer = await at.peers.next()
    await at.listener.close()
    const stranger = await at.listener.endpoint.connect()
    stranger.write(bytes('me too'))
    peer.link.write(bytes('still here'))
    await client.hears('still here')
    client.link.write(bytes(' am I'))
    await peer.hears('hello am I')
    assert.equal(at.peers.all.length, 1)
    assert.equal(at.listener.dropped, 1)
    peer.link.reset()
    await peer.closes()
    const again = await udp({ port: at.listener.address.port! }).listen(() => {})
    await again.close()
    client.link.reset()
    stranger.reset()
  })

  it('tells a client that nobody listens there, when the other machine says so', async () => {
    const at = await listening()
    await at.close()
    const client = new Recorder(await at.listener.endpoint.connect())
    client.link.write(bytes('anyone?'))
    await client.closes()
    assert.equal(client.error?.code, 'REFUSED')
    assert.match(client.error.message, /^no datagrams to 127\.0\.0\.1:\d+: nobody listens there \(ECONNREFUSED\)$/)
    assert.equal(client.link.write(bytes('still?')), true)
  })

  it('sends nothing longer than it may, counts that, and warns once', async () => {
    const { env, warnings } = world()
    const at = await listening()
    const client = new Recorder(await udp({ port: at.listener.address.port!, env }).connect())
    client.link.write(new Uint8Array(1201))
    client.link.write(new Uint8Array(1300))
    client.link.write(new Uint8Array(1200))
    const peer = await at.peers.next()
    await peer.until(({ chunks }) => chunks.length > 0)
    assert.deepEqual(
      peer.chunks.map(({ length }) => length),
      [1200],
    )
    assert.deepEqual([client.link.datagrams!.maxLength, client.link.datagrams!.dropped], [1200, 2])
    assert.equal(warnings.length, 1)
    assert.match(warnings[0]!, /it has 1201 bytes, and 1200 are allowed \(maxDatagramLength\)$/)
    const wide = await udp({ port: at.listener.address.port!, maxDatagramLength: 65_507 }).connect()
    wide.write(new Uint8Array(65_507))
    const other = await at.peers.next()
    await other.until(({ chunks }) => chunks[0]?.length === 65_507)
    for (const maxDatagramLength of [0, 65_508, Number.NaN])
      assert.throws(() => udp({ port: 1, maxDatagramLength }), TransportUsageError)
    client.link.reset()
    wide.reset()
    await at.close()
  })

  it('drops and counts what the operating system does not take in time', async () => {
    const { env, warnings } = world()
    const at = await listening()
    const client = new Recorder(await udp({ port: at.listener.address.port!, env, maxQueuedBytes: 1000 }).connect())
    const queue = mock.method(Socket.prototype, 'getSendQueueSize', () => 950)
    assert.equal(client.link.queued, 950)
    assert.equal(client.link.write(new Uint8Array(51)), true)
    assert.equal(client.link.datagrams!.dropped, 1)
    assert.match(warnings.join(), /too many are waiting \(maxQueuedBytes\)$/)
    // What does fit is kept, and so is its array, until the queue is empty.
    assert.equal(client.link.write(new Uint8Array(50)), false)
    queue.mock.restore()
    await client.until(({ calls }) => calls.includes('drained'))
    const peer = await at.peers.next()
    await peer.until(({ chunks }) => chunks[0]?.length === 50)
    client.link.reset()
    await at.close()
  })

  it('drops what comes while it is paused', async () => {
    const at = await listening()
    const client = new Recorder(await at.listener.endpoint.connect())
    client.link.write(bytes('1'))
    const peer = await at.peers.next()
    await peer.hears('1')
    peer.link.pause()
    client.link.write(bytes('2'))
    while (peer.link.datagrams!.dropped === 0) await new Promise((soon) => setImmediate(soon))
    peer.link.resume()
    client.link.write(bytes('3'))
    await peer.hears('13')
    assert.equal(peer.text, '13')
    client.link.reset()
    await at.close()
  })

  it('keeps the first datagrams for a link that is not started at once, sixteen of them', async () => {
    const links = new Arrivals<Link>()
    const listener = await udp({ port: 0 }).listen(links.put)
    const client = await listener.endpoint.connect()
    for (let i = 0; i < 20; i++) client.write(Uint8Array.of(i))
    const link = await links.next()
    while (link.datagrams!.dropped < 4) await new Promise((soon) => setImmediate(soon))
    const peer = new Recorder(link)
    await peer.until(({ chunks }) => chunks.length === 16)
    assert.throws(() => link.start(peer), { code: 'ALREADY_STARTED' })
    link.reset()
    client.reset()
    await listener.close()
  })

  it('says in words why a place cannot be had', async () => {
    const at = await listening()
    const { port } = at.listener.address
    await assert.rejects(
      udp({ port: port! }).listen(() => {}),
      {
        code: 'ADDRESS_IN_USE',
        message: new RegExp(`^cannot listen on 127.0.0.1:${port}: something else listens there`),
      },
    )
    await at.close()
    await assert.rejects(udp({ port: 70_000 }).connect(), TransportError)
    // To a group nothing is connected, and only sending would find out.
    await assert.rejects(udp({ host: '239.77.1.2', port: 0 }).connect(), TransportError)
    await assert.rejects(udp({ host: '239.77.1.2', port: 70_000 }).connect(), TransportError)
    await assert.rejects(udp({ host: 'x.test', port: 1, lookup: async () => [] }).connect(), { code: 'NOT_FOUND' })
    await assert.rejects(
      udp({ port: 0, join: '239.1.1.1', interfaces: ['nope'] }).listen(() => {}),
      { code: 'UNREACHABLE', message: /no such interface \(ENODEV\)$/ },
    )
    await assert.rejects(
      udp({ port: 0, join: '10.1.1.1' }).listen(() => {}),
      TransportError,
    )
    await assert.rejects(udp({ port: 1 }).connect({ signal: AbortSignal.abort() }), { code: 'ABORTED' })
  })

  it('outlives an exception in accept and in admit', async () => {
    const { env, warnings } = world()
    const boom = (): never => {
      throw new Error('boom')
    }
    for (const admit of [undefined, boom]) {
      const listener = await udp({ port: 0, env }).listen(boom, { admit })
      const client = await listener.endpoint.connect()
      client.write(bytes('hello'))
      while (listener.dropped === 0) await new Promise((soon) => setImmediate(soon))
      client.reset()
      await listener.close()
    }
    assert.equal(warnings.length, 2)
    assert.match(warnings[0]!, /a peer was not accepted: boom$/)
  })
})

describe('a protocol over udp', () => {
  it('does not answer who says that he is at port 0, and outlives him', async () => {
    const echo = exchange('echo', { framing: datagram(), request: struct('!i'), reply: struct('!i') })
    const bind = mock.method(Socket.prototype, 'bind')
    const server = createServer(echo, ([n]) => [n])
    const { endpoint } = await server.listen(udp({ port: 0 }))
    const [{ this: socket }] = bind.mock.calls as unknown as [{ this: Socket }]
    bind.mock.restore()
    // As the system hands it over; to send such a datagram takes a raw socket.
    socket.emit('message', Buffer.from([0, 0, 0, 1]), { address: '127.0.0.1', family: 'IPv4', port: 0, size: 4 })
    const client = await connect(echo, endpoint)
    assert.deepEqual(await client.request([2]), [2])
    assert.equal(server.info().accepted, 1)
    await client.close()
    await server.close()
  })

  const square = exchange('square', { framing: datagram(), request: struct('!i'), reply: struct('!i') })

  it('asks and answers in datagrams, and closes without waiting for an end that never comes', async () => {
    const server = createServer(square, ([n]) => [n * n])
    const { endpoint } = await server.listen(udp({ port: 0 }))
    const client = await connect(square, endpoint)
    assert.deepEqual(await Promise.all([2, 3, 4].map((n) => client.request([n]))), [[4], [9], [16]])
    assert.equal((await client.close()).kind, 'local')
    await server.close()
  })
})

describe('udp, to many', () => {
  it('reaches a group on the loopback interface, and hears who answers', {
    skip: !loopback && 'there is no loopback interface',
  }, async () => {
    const group = '239.77.1.2'
    const options = { join: group, interfaces: [loopback!] }
    const one = await listening(options)
    assert.equal(one.listener.address.host, '0.0.0.0')
    assert.equal((one.listener.endpoint as { address?: { host?: string } }).address!.host, group)
    // Others may hear the same group on the same port.
    const other = await listening({ ...options, port: one.listener.address.port! })
    const client = new Recorder(await one.listener.endpoint.connect())
    client.link.write(bytes('who is there?'))
    for (const at of [one, other]) {
      const peer = await at.peers.next()
      await peer.hears('who is there?')
      peer.link.write(bytes('me!'))
    }
    await client.hears('me!me!')
    client.link.reset()
    await Promise.all([one.close(), other.close()])
  })

  it('joins a group on every interface unless told otherwise, where the system would take one of its choice', {
    skip: noLoopback,
  }, async () => {
    const group = '239.77.1.4'
    const everywhere = await listening({ join: group })
    const { port } = everywhere.listener.address as { port: number }
    const through = interfaces.filter(([, addresses]) => addresses?.some(({ family }) => family === 'IPv4'))
    const clients: Recorder[] = []
    for (const [name] of through) {
      const client = new Recorder(await udp({ host: group, port, interfaces: [name] }).connect())
      clients.push(client)
      client.link.write(bytes(`through ${name}`))
      await (await everywhere.peers.next()).hears(`through ${name}`)
    }
    assert.ok(through.length >= 1)
    for (const { link } of clients) link.reset()
    await everywhere.close()
  })

  // The loopback interface has no route for groups of IPv6.
  const outside = interfaces.find(([, addresses]) =>
    addresses?.some(({ family, internal, scopeid }) => family === 'IPv6' && !internal && scopeid),
  )?.[0]
  it('reaches a group of IPv6', {
    skip: !outside && 'this machine has no IPv6 beyond loopback',
  }, async () => {
    const at = await listening({ join: 'ff02::77', interfaces: [outside!] })
    assert.equal(at.listener.address.host, '::')
    const { port } = at.listener.address as { port: number }
    const client = new Recorder(await udp({ host: 'ff02::77', port, interfaces: [outside!] }).connect())
    client.link.write(bytes('six'))
    await (await at.peers.next()).hears('six')
    client.link.reset()
    await at.close()
  })

  it('sends through the interface it is told, to as many routers, and not to this machine when told so', {
    skip: noLoopback,
  }, async () => {
    const loop = mock.method(Socket.prototype, 'setMulticastLoopback')
    const hops = mock.method(Socket.prototype, 'setMulticastTTL')
    const through = mock.method(Socket.prototype, 'setMulticastInterface')
    const place = udp({ host: '239.77.1.3', port: 9, interfaces: [loopback!], multicastLoopback: false, ttl: 3 })
    const link = await place.connect()
    assert.deepEqual(
      [loop, hops, through].map(({ mock }) => mock.calls.map((call) => call.arguments)),
      [[[false]], [[3]], [['127.0.0.1']]],
    )
    for (const { mock } of [loop, hops, through]) mock.restore()
    link.reset()
  })

  it('broadcasts only when it is told to', async () => {
    const at = await listening({ host: '0.0.0.0' })
    const to = { host: '127.255.255.255', port: at.listener.address.port! }
    await assert.rejects(udp(to).connect(), { code: 'NOT_PERMITTED' })
    const client = new Recorder(await udp({ ...to, broadcast: true }).connect())
    client.link.write(bytes('all of you'))
    const peer = await at.peers.next()
    await peer.hears('all of you')
    peer.link.write(bytes('yes'))
    await client.hears('yes')
    client.link.reset()
    await at.close()
  })
})

describe('the peers of a udp listener', () => {
  it('go after their silence, and only then', async () => {
    const { env, clock, fire } = world()
    const at = await listening({ env, peerIdleMs: 1000 })
    const client = new Recorder(await at.listener.endpoint.connect())
    client.link.write(bytes('1'))
    const peer = await at.peers.next()
    await peer.hears('1')
    clock.now = 900
    client.link.write(bytes('2'))
    await peer.hears('12')
    clock.now = 1000
    fire()
    assert.equal(peer.isClosed, false)
    // Sending to it does not keep it: a peer that does not answer is gone.
    peer.link.write(bytes('hello?'))
    clock.now = 1900
    fire()
    await peer.closes()
    assert.equal(peer.error, undefined)
    client.link.reset()
    await at.close()
  })

  it('are as many as there is room for: the stranger who was silent longest goes first, the known stay', async () => {
    const { env, clock } = world()
    const at = await listening({ env, maxPeers: 3 })
    const clients: Link[] = []
    const join = async (): Promise<Recorder> => {
      clock.now++
      const client = await at.listener.endpoint.connect()
      clients.push(client)
      client.write(bytes('x'))
      return at.peers.next()
    }
    const [a, b, c] = [await join(), await join(), await join()]
    a.link.datagrams!.known()
    a.link.datagrams!.known()
    // b speaks again, so that c is now the one that was silent longest.
    clients[1]!.write(bytes('y'))
    await b.hears('xy')
    const d = await join()
    await c.closes()
    assert.match(c.error!.message, /made room for another peer \(maxPeers\)$/)
    assert.deepEqual(
      [a, b, d].map(({ isClosed }) => isClosed),
      [false, false, false],
    )
    for (const { link } of [b, d]) link.datagrams!.known()
    // All are known: a new one finds no room, however often it tries.
    const late = await at.listener.endpoint.connect()
    late.write(bytes('x'))
    while (at.listener.dropped === 0) await new Promise((soon) => setImmediate(soon))
    assert.equal(at.peers.all.length, 4)
    a.link.reset()
    late.write(bytes('again'))
    const e = await at.peers.next()
    await e.hears('again')
    for (const link of [...clients, late]) link.reset()
    await at.close()
  })

  it('hold a bounded table under a flood of new addresses', async () => {
    const at = await listening({ maxPeers: 8 })
    const clients: Link[] = []
    for (let i = 0; i < 40; i++) {
      const client = await at.listener.endpoint.connect()
      client.write(bytes('x'))
      clients.push(client)
      await at.peers.next()
    }
    assert.equal(at.peers.all.filter(({ link }) => link.write(bytes('y'))).length, 40)
    await Promise.all(at.peers.all.slice(0, 32).map((peer) => peer.closes()))
    assert.equal(at.peers.all.filter(({ isClosed }) => !isClosed).length, 8)
    for (const link of clients) link.reset()
    await at.close()
  })
})

describe('a udp peer that is not known', () => {
  // Loopback does not count, so these are sent to one of this machine's other addresses; they never leave it.
  const own = interfaces
    .flatMap(([, addresses = []]) => addresses)
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address
  const skip = own ? false : 'this machine has only loopback addresses'

  it('gets three bytes for each that came from it, headers counted both ways', { skip }, async () => {
    const { env, warnings } = world()
    const at = await listening({ env, host: own! })
    const client = new Recorder(await udp({ host: own!, port: at.listener.address.port! }).connect())
    client.link.write(new Uint8Array(100))
    const peer = await at.peers.next()
    await peer.until(({ chunks }) => chunks.length === 1)
    const { datagrams } = peer.link
    peer.link.write(new Uint8Array(3 * 128 - 28 + 1))
    assert.equal(datagrams!.dropped, 1)
    assert.match(warnings.join(), /the peer is not known, and 357 bytes are more than 3 for each .*; call known\(\)/)
    peer.link.write(new Uint8Array(200))
    peer.link.write(new Uint8Array(128))
    peer.link.write(new Uint8Array(0))
    assert.equal(datagrams!.dropped, 2)
    // One byte allows one short reply, or three of its kind.
    client.link.write(new Uint8Array(1))
    await peer.until(({ chunks }) => chunks.length === 2)
    for (let i = 0; i < 4; i++) peer.link.write(new Uint8Array(1))
    assert.equal(datagrams!.dropped, 3)
    datagrams!.known()
    peer.link.write(new Uint8Array(1200))
    await client.until(({ chunks }) => chunks.length === 6)
    assert.deepEqual(
      client.chunks.map(({ length }) => length),
      [200, 128, 1, 1, 1, 1200],
    )
    client.link.reset()
    await at.close()
  })

  it('is everyone but those on loopback', async () => {
    const at = await listening()
    const client = new Recorder(await at.listener.endpoint.connect())
    client.link.write(bytes('x'))
    const peer = await at.peers.next()
    for (let i = 0; i < 4; i++) peer.link.write(new Uint8Array(1200))
    await client.until(({ chunks }) => chunks.length === 4)
    client.link.reset()
    await at.close()
  })
})
