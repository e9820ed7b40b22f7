import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createNetServer, connect as netConnect, type Socket } from 'node:net'
import { Duplex, PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import { connect, createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { fromSocket } from 'wirewright/node'
import { Arrivals, bytes, Recorder } from './recorder.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })

describe('a socket that the program has already', () => {
  it('serves, accepted by somebody else, and is called through', async () => {
    const server = createServer(square, ([n]) => [n * n])
    const net = createNetServer((socket) => void server.listen(fromSocket(socket)))
    await once(net.listen(0, '127.0.0.1'), 'listening')
    const socket = netConnect((net.address() as { port: number }).port, '127.0.0.1')
    await once(socket, 'connect')
    const client = await connect(square, fromSocket(socket))
    assert.deepEqual(await client.request([12345]), [152399025])
    assert.equal(client.peer.port, (net.address() as { port: number }).port)
    await client.close()
    await server.close()
    net.close()
  })

  it('loses nothing of what came before, and answers after the end', async () => {
    const accepted = new Arrivals<Socket>()
    const net = createNetServer(accepted.put)
    await once(net.listen(0, '127.0.0.1'), 'listening')
    const peer = netConnect((net.address() as { port: number }).port, '127.0.0.1')
    peer.end('early')
    const socket = await accepted.next()
    await once(socket, 'readable')
    const there = new Recorder(fromSocket(socket).link())
    await there.until(({ calls }) => calls.includes('ended'))
    assert.equal(there.text, 'early')
    there.link.write(bytes('late'))
    there.link.end()
    let heard = ''
    for await (const chunk of peer) heard += chunk
    assert.equal(heard, 'late')
    net.close()
  })

  it('may be any duplex stream, whose writer may use its array again at once', async () => {
    const [up, down] = [new PassThrough(), new PassThrough()]
    const here = new Recorder(fromSocket(Duplex.from({ writable: up, readable: down })).link())
    const array = bytes('ping')
    here.link.write(array)
    array.fill(0)
    assert.equal(String((await once(up, 'data'))[0]), 'ping')
    down.end('pong')
    await here.until(({ calls }) => calls.includes('ended'))
    assert.equal(here.text, 'pong')
    here.link.reset()
    await here.closes()
  })

  it('is an endpoint once', async () => {
    const socket = new PassThrough()
    const endpoint = fromSocket(socket)
    const link = await endpoint.connect()
    const used = { name: 'TransportUsageError', code: 'ALREADY_USED' }
    assert.throws(() => endpoint.link(), used)
    await assert.rejects(endpoint.connect(), used)
    await assert.rejects(
      endpoint.listen(() => {}),
      used,
    )
    link.reset()
  })

  it('must be connected, and an error before its first use harms nobody', async () => {
    const socket = netConnect(1, '127.0.0.1')
    assert.throws(() => fromSocket(socket), { code: 'BAD_OPTION' })
    await assert.rejects(once(socket, 'connect'))
    const broken = new PassThrough()
    const endpoint = fromSocket(broken)
    broken.destroy(new Error('boom'))
    await new Recorder(endpoint.link()).closes()
  })
})
