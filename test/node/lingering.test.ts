/** The last words of a connection, on real sockets: a reset must not overtake them. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as netConnect, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { createServer, lengthPrefix, message, protocol, rest, type ServerOptions } from 'wirewright'
import { tcp } from 'wirewright/node'

const wire = protocol('wire', {
  framing: lengthPrefix('!I', { maxFrameLength: 1024 }),
  fromClient: { ask: message(rest()) },
  fromServer: { answer: message(rest()) },
  calls: { ask: { ask: 'ask', reply: 'answer' } },
})

const frame = (text: string): Buffer => {
  const bytes = Buffer.alloc(4 + text.length)
  bytes.writeUInt32BE(text.length)
  bytes.write(text, 4)
  return bytes
}

interface Visit {
  readonly heard: string
  readonly error: string | undefined
  readonly sent: number
}

/** Writes `first`, then goes on writing until the server has said its last; reads only after that has begun. */
async function stubborn(port: number, first: Buffer, isDone: () => boolean): Promise<Visit> {
  const socket: Socket = netConnect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let error: string | undefined
  socket.on('error', (failure: NodeJS.ErrnoException) => {
    error = failure.code
  })
  await once(socket, 'connect')
  socket.pause()
  socket.write(first)
  const block = Buffer.alloc(64 * 1024, 0x78)
  let sent = 0
  // The server has refused it all by now, and goes on hearing it.
  for (let more = 0; more < 20 || !isDone(); more++) {
    if (error) break
    await new Promise((written) => socket.write(block, written))
    sent += block.length
  }
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise((done) => {
    socket.on('end', done)
    socket.on('close', done)
  })
  socket.resume()
  await ended
  socket.destroy()
  return { heard: Buffer.concat(chunks).toString('latin1'), error, sent }
}

describe('the last reply to a peer that is still sending', () => {
  for (const [what, options, last] of [
    ['whose frame breaks a rule', {}, Buffer.from('ffffffff', 'hex')],
    ['whose request fails', {}, frame('fail')],
  ] as [string, ServerOptions<typeof wire>, Buffer][])
    it(`arrives when the connection closes on one ${what}`, { timeout: 10_000 }, async () => {
      let failed = false
      const server = createServer(
        wire,
        {
          ask: (body) => {
            const text = Buffer.from(body).toString()
            if (text === 'fail') throw new Error('it cannot be done')
            return Buffer.from(`answer to ${text}`)
          },
        },
        {
          ...options,
          onError: () => {
            failed = true
          },
        },
      )
      const { endpoint } = await server.listen(tcp({ port: 0 }))
      const first = Buffer.concat([frame('one'), frame('two'), last])
      const { heard, error, sent } = await stubborn(endpoint.address.port!, first, () => failed)
      assert.equal(error, undefined, 'no reset came')
      assert.ok(sent >= 20 * 64 * 1024)
      assert.equal(heard, frame('answer to one').toString('latin1') + frame('answer to two').toString('latin1'))
      await server.close()
      assert.equal(server.info().open, 0)
    })

  it('is cut when the peer goes on for longer than it is lingered for', { timeout: 10_000 }, async () => {
    const server = createServer(wire, { ask: (body) => body }, { limits: { lingerMs: 50 }, onError: () => {} })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const socket = netConnect({ port: endpoint.address.port!, host: '127.0.0.1', allowHalfOpen: true })
    const codes: (string | undefined)[] = []
    socket.on('error', ({ code }: NodeJS.ErrnoException) => codes.push(code)).resume()
    socket.write(Buffer.from('ffffffff', 'hex'))
    const drip = setInterval(() => socket.write('x'), 5)
    await new Promise((closed) => socket.once('close', closed))
    clearInterval(drip)
    assert.ok(codes[0] === 'ECONNRESET' || codes[0] === 'EPIPE', `${codes}`)
    await server.close()
  })
})
