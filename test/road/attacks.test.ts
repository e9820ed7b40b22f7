/** Peers that break the rules of the square: each loses its own connection, and the server's memory is back after each. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { connect, exchange, lengthPrefix, struct } from 'wirewright'
import { tcp } from 'wirewright/node'
import { Patient } from '../support/patient.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const MIB = 1024 * 1024

describe('the server outlives', () => {
  let server: Patient
  before(async () => {
    server = await Patient.start()
    for (let i = 0; i < 20; i++) await ask(i)
    // Sockets, handles and compiled code of a first wave stay; what a later one leaves behind would be a leak.
    await manyConnections(1000)
  })
  after(() => server.stop())

  const ask = async (n: number): Promise<void> => {
    const client = await connect(square, tcp({ port: server.port }))
    assert.deepEqual(await client.request([n]), [n * n])
    await client.close()
  }
  const raw = async (): Promise<Socket> => {
    const socket = dial({ port: server.port, host: '127.0.0.1' })
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }
  const manyConnections = async (count: number): Promise<void> => {
    const clients = await Promise.all(Array.from({ length: count }, () => connect(square, tcp({ port: server.port }))))
    const replies = await Promise.all(clients.map((client, i) => client.request([i])))
    assert.deepEqual(
      replies,
      clients.map((_, i) => [i * i]),
    )
    await Promise.all(clients.map((client) => client.close()))
  }
  /** Runs an attack; then the next client is answered, and the heap is what it was. */
  const outlives = async (attack: () => Promise<void>, expected: RegExp | undefined): Promise<void> => {
    const before = await server.atRest()
    await attack()
    await ask(12345)
    const { heap, errors } = await server.atRest()
    assert.ok(server.isAlive)
    if (expected) assert.match(errors.join('\n'), expected)
    else assert.deepEqual(errors, [])
    assert.ok(heap - before.heap < 2 * MIB, `the heap grew by ${((heap - before.heap) / MIB).toFixed(2)} MiB`)
  }
  const sends = (bytes: readonly number[], then: 'end' | 'reset' | 'wait') => async (): Promise<void> => {
    const socket = await raw()
    const closed = once(socket, 'close')
    socket.resume()
    socket.write(Uint8Array.from(bytes))
    if (then === 'end') socket.end()
    if (then === 'reset') socket.resetAndDestroy()
    await closed
  }

  it('a declared length of 4 294 967 295', () =>
    outlives(sends([255, 255, 255, 255, 0], 'wait'), /declared length 4294967295 exceeds maxFrameLength \(1048576\)/))
  it('a length in the other byte order, and says so', () =>
    outlives(
      sends([4, 0, 0, 0, 1, 0, 0, 0], 'wait'),
      /read little-endian it is 4: did you mean lengthPrefix\('<I'\)\?/,
    ))
  it('an HTTP request, and says so', () =>
    outlives(sends([...Buffer.from('GET / HTTP/1.1\r\n\r\n')], 'wait'), /first bytes of an HTTP request/))
  it('a length of 0', () =>
    outlives(sends([0, 0, 0, 0], 'wait'), /'request': struct\('!i'\) takes 4 bytes, there are 0/))
  it('a length of 3', () =>
    outlives(sends([0, 0, 0, 3, 1, 2, 3], 'wait'), /'request': struct\('!i'\) takes 4 bytes, there are 3/))
  it('a length of 5', () =>
    outlives(sends([0, 0, 0, 5, 1, 2, 3, 4, 5], 'wait'), /'request': struct\('!i'\) takes 4 bytes, there are 5/))
  it('a payload cut off in the middle', () =>
    outlives(sends([0, 0, 0, 4, 1, 2], 'end'), /the stream ended 6 bytes into a frame of 8/))
  it('a header cut off in the middle', () => outlives(sends([0, 0], 'end'), /the stream ended 2 bytes into a frame/))
  // Whether the bytes before it are read at all is up to the kernel, and with them whether there is a frame to complain of.
  it('a reset in the middle', () =>
    outlives(sends([0, 0, 0, 4, 1, 2], 'reset'), /^$|the stream ended 6 bytes into a frame of 8/))
  it('a reset before the first byte', () => outlives(sends([], 'reset'), undefined))
  it('1 000 connections at once', () => outlives(() => manyConnections(1000), undefined))
})
