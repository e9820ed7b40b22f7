/** Who gets in is decided before any handshake, and whoever is in a handshake takes room. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as netConnect, type Socket } from 'node:net'
import { after, describe, it } from 'node:test'
import { chunks, connect, createServer, exchange, lengthPrefix, type Observer, protocol, struct } from 'wirewright'
import { challenge } from 'wirewright/auth'
import { fromSocket, tls } from 'wirewright/node'
import { type Connectable, type Link, type Listenable, type ListenOptions, TransportError } from 'wirewright/transport'
import { Authority, noOpenssl } from '../node/certificates.js'
import { Recorder } from '../node/recorder.js'
import { timersInHand } from '../support/timers-in-hand.js'
import { world } from '../support/world.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const auth = challenge({ secret: 'a secret of some length', digest: 'sha256' })
/** The first bytes of a ClientHello. */
const HELLO = Buffer.from('1603010200010001fc0303', 'hex')

async function rawClient(port: number): Promise<Socket> {
  const socket = netConnect({ port, host: '127.0.0.1' })
  socket.on('error', () => {}).resume()
  await once(socket, 'connect')
  return socket
}

/** What a client hears that is reset, before or after it knows that it is connected. */
async function bytesUntilGone(port: number): Promise<number> {
  const socket = netConnect({ port, host: '127.0.0.1' })
  socket.on('error', () => {}).resume()
  socket.write(HELLO)
  await gone(socket)
  return socket.bytesRead
}

function gone(socket: Socket): Promise<unknown> | undefined {
  return socket.closed ? undefined : new Promise((closed) => socket.once('close', closed))
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((soon) => setImmediate(soon))
}

describe('a server behind TLS', { skip: noOpenssl }, () => {
  const authority = noOpenssl ? undefined! : new Authority()
  const mine = noOpenssl ? undefined! : authority.issue()
  after(() => authority?.remove())

  it('refuses before the handshake whom its limits forbid, and counts unfinished handshakes', async () => {
    const server = createServer(square, ([n]) => [n * n], { admission: { maxConnections: 2 } })
    const { endpoint } = await server.listen(tls({ port: 0, ...mine, ca: authority.cert }))
    const { port } = endpoint.address as { port: number }
    const unfinished = await rawClient(port)
    unfinished.write(HELLO)
    await until(() => server.info().open === 1)
    assert.equal(server.connections.size, 0, 'it is no connection yet')
    const client = await connect(square, endpoint)
    assert.equal(await bytesUntilGone(port), 0, 'no byte of TLS was said to it')
    assert.equal(server.info().refused.maxConnections, 1)
    unfinished.destroy()
    await until(() => server.info().open === 1)
    const next = await connect(square, endpoint)
    assert.deepEqual(await Promise.all([client.request([2]), next.request([3])]), [[4], [9]])
    await Promise.all([client.close(), next.close()])
    await server.close()
    assert.equal(server.info().open, 0)
    assert.equal(server.info().accepted, 2)
  })

  it('denies an address before the handshake', async () => {
    const server = createServer(square, ([n]) => [n], { admission: { deny: ['127.0.0.0/8'] } })
    const { endpoint } = await server.listen(tls({ port: 0, ...mine, ca: authority.cert }))
    assert.equal(await bytesUntilGone(endpoint.address.port!), 0)
    assert.deepEqual([server.info().refused.deny, server.info().open], [1, 0])
    await server.close()
  })

  it('counts a handshake that fails, tells its observer, and has its room again', async () => {
    const failures: Parameters<NonNullable<Observer['handshakeFailed']>>[0][] = []
    const server = createServer(square, ([n]) => [n], {
      observer: { handshakeFailed: (failure) => void failures.push(failure) },
    })
    const { endpoint } = await server.listen(tls({ port: 0, ...mine, ca: authority.cert }))
    const stranger = await rawClient(endpoint.address.port!)
    const { localPort } = stranger
    stranger.write('GET / HTTP/1.1\r\n\r\n')
    await until(() => failures.length === 1)
    const [{ protocol, peer, error }] = failures as [(typeof failures)[0]]
    assert.deepEqual([protocol, peer.host, peer.port], ['square', '127.0.0.1', localPort])
    assert.equal(error.code, 'HANDSHAKE_FAILED')
    assert.equal(server.info().failed, 1)
    assert.equal(server.info().open, 0)
    await gone(stranger)
    await server.close()
  })

  it('ends handshakes that are under way when it closes', async () => {
    const server = createServer(square, ([n]) => [n])
    const { endpoint } = await server.listen(tls({ port: 0, ...mine }))
    const unfinished = await rawClient(endpoint.address.port!)
    unfinished.write(HELLO)
    await until(() => server.info().open === 1)
    await server.close()
    await gone(unfinished)
    await until(() => server.info().open === 0)
    assert.equal(server.info().failed, 1)
  })

  it('gives TLS and authentication one clock', async () => {
    const { env, timers, pass } = timersInHand()
    const errors: unknown[] = []
    const server = createServer(square, ([n]) => [n], { auth, onError: (error) => errors.push(error) })
    const sni = (): undefined => {
      pass(9000)
    }
    const { endpoint } = await server.listen(tls({ port: 0, ...mine, sni, env }))
    const slow = tls({ host: '127.0.0.1', serverName: 'localhost', port: endpoint.address.port!, ca: authority.cert })
    const link = new Recorder(await slow.connect())
    await link.until(({ calls }) => calls.includes('received'))
    assert.deepEqual(
      timers.map(({ ms, cancelled }) => ({ ms, cancelled })),
      [
        { ms: 10_000, cancelled: true },
        { ms: 1000, cancelled: false },
      ],
    )
    timers[1]!.fire()
    await link.until(({ calls }) => calls.includes('ended'))
    assert.deepEqual(
      errors.map((error) => (error as { code: string }).code),
      ['AUTH_TIMEOUT'],
    )
    link.link.end()
    await link.closes()
    await server.close()
    assert.equal(server.info().open, 0)
  })
})

describe('a server', () => {
  it(
    'gives an address the room of those that left, whatever way they came',
    world(async (sim, network) => {
      const server = createServer(square, ([n]) => [n], { admission: { maxConnectionsPerAddress: 2 } })
      await server.listen(network.at('server'))
      const from = (host: string): Connectable => network.at('server', { from: host })
      const links: Recorder[] = []
      for (let i = 0; i < 3; i++) links.push(new Recorder(await from('192.0.2.1').connect()))
      await links[2]!.closes()
      const neighbour = new Recorder(await from('192.0.2.2').connect())
      await sim.sleep(10)
      assert.deepEqual([neighbour.isClosed, server.info().open], [false, 3])
      assert.equal(server.info().refused.maxConnectionsPerAddress, 1)
      links[0]!.link.reset()
      await sim.sleep(10)
      assert.equal(server.info().open, 2)
      const again = new Recorder(await from('192.0.2.1').connect())
      await sim.sleep(10)
      assert.equal(again.isClosed, false)
      await server.close()
    }),
  )

  it(
    'counts those who have not proved who they are, until they have',
    world(async (sim, network) => {
      const server = createServer(square, ([n]) => [n], { auth, admission: { maxUnauthenticated: 2 } })
      const { endpoint } = await server.listen(network.at('server'))
      const clients = []
      for (let i = 0; i < 5; i++) clients.push(await connect(square, endpoint, { auth }))
      assert.equal(server.connections.size, 5, 'those who have are not counted')
      const silent = [new Recorder(await endpoint.connect()), new Recorder(await endpoint.connect())]
      await sim.sleep(10)
      const third = new Recorder(await endpoint.connect())
      await third.closes()
      assert.ok(server.info().refused.maxUnauthenticated >= 1)
      for (const { link } of silent) link.reset()
      await sim.sleep(10)
      clients.push(await connect(square, endpoint, { auth }))
      assert.equal(server.connections.size, 6)
      await Promise.all(clients.map((client) => client.close()))
      await server.close()
    }),
  )

  it(
    'asks by itself where a listener does not',
    world(async (sim, network) => {
      const place = network.at('server')
      const unasking: Listenable = {
        env: place.env,
        address: place.address,
        listen(accept: (link: Link) => void, options?: ListenOptions) {
          options?.failed?.(new TransportError('TIMED_OUT', 'too slow'), place.address)
          return place.listen(accept)
        },
      }
      const server = createServer(square, ([n]) => [n], { admission: { maxConnections: 1 } })
      const { endpoint } = await server.listen(unasking)
      const first = new Recorder(await endpoint.connect())
      const second = new Recorder(await endpoint.connect())
      await second.closes()
      const { open, failed, refused } = server.info()
      assert.deepEqual([open, failed, refused.maxConnections], [1, 1, 1])
      first.link.reset()
      await sim.sleep(10)
      assert.equal(server.info().open, 0)
      await server.close()
    }),
  )

  it('turns away a socket that the program has', async () => {
    const [ours, theirs] = await pair()
    const server = createServer(protocol('bytes', { framing: chunks() }), {} as never, {
      admission: { deny: ['127.0.0.1'] },
    })
    await server.listen(fromSocket(ours))
    await gone(theirs)
    assert.equal(server.info().refused.deny, 1)
    assert.equal(server.connections.size, 0)
    await server.close()
  })
})

/** Two ends of one TCP connection. */
async function pair(): Promise<[Socket, Socket]> {
  const { createServer: listenRaw } = await import('node:net')
  const raw = listenRaw()
  await once(raw.listen(0, '127.0.0.1'), 'listening')
  const theirs = netConnect((raw.address() as { port: number }).port, '127.0.0.1')
  theirs.on('error', () => {}).resume()
  const [ours] = (await once(raw, 'connection')) as [Socket]
  raw.close()
  return [ours, theirs]
}
