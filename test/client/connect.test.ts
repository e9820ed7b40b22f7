/** Connecting: to the first server that answers, within the caller's patience, and back again when the link breaks. */
import assert from 'node:assert/strict'
import { createServer as listenRaw, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { chunks, connect, createServer, exchange, lengthPrefix, protocol, struct } from 'wirewright'
import { challenge } from 'wirewright/auth'
import { tcp } from 'wirewright/node'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const auth = challenge({ secret: 'a secret of some length', digest: 'sha256' })

/** A server that takes connections and says nothing. */
async function silent(): Promise<{ port: number; sockets: Socket[]; close(): void }> {
  const sockets: Socket[] = []
  const server = listenRaw((socket) => {
    socket.on('error', () => {})
    sockets.push(socket)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: (server.address() as { port: number }).port,
    sockets,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

describe('connect', () => {
  it('says so when there is nowhere to connect to', async () => {
    await assert.rejects(connect(square, []), { name: 'TransportUsageError', code: 'BAD_OPTION' })
  })

  it('takes the first server that answers', async () => {
    const gone = createServer(square, ([n]) => [n])
    const nowhere = (await gone.listen(tcp({ port: 0 }))).endpoint
    await gone.close()
    const server = createServer(square, ([n]) => [n * n])
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const client = await connect(square, [nowhere, endpoint])
    assert.deepEqual(await client.request([5]), [25])
    await client.close()
    await server.close()
  })

  it('gives up a handshake that its caller gives up', async () => {
    const server = await silent()
    const abort = new AbortController()
    const connecting = connect(protocol('p', { framing: chunks() }), tcp({ port: server.port }), {
      auth,
      signal: abort.signal,
    })
    while (server.sockets.length === 0) await new Promise(setImmediate)
    abort.abort(new Error('changed my mind'))
    await assert.rejects(connecting, /changed my mind/)
    server.close()
  })

  it('rejects with what the server’s refusal was', async () => {
    const server = createServer(square, ([n]) => [n], { auth, onError: () => {} })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const wrong = challenge({ secret: 'another secret of length', digest: 'sha256' })
    await assert.rejects(connect(square, endpoint, { auth: wrong }), { code: 'AUTH_REFUSED' })
    const client = await connect(square, endpoint, { auth })
    assert.deepEqual(await client.request([5]), [5])
    await client.close()
    await server.close()
  })

  it('meets a server that closes at once, with a handshake under way', async () => {
    const waiting = createServer(square, ([n]) => [n], { auth, onError: () => {} })
    const { endpoint } = await waiting.listen(tcp({ port: 0 }))
    // It does not know that a proof is wanted, and so never gives one.
    const client = await connect(square, endpoint)
    await waiting.close()
    assert.notEqual((await client.closed).kind, 'local')
  })
})

describe('a client that reconnects', () => {
  it('comes back, asks again what may be asked twice, and tells its states', async () => {
    const idempotent = protocol('idempotent', {
      framing: lengthPrefix('!I'),
      fromClient: square.fromClient,
      fromServer: square.fromServer,
      calls: { square: { ask: 'request', reply: 'reply', idempotent: true } },
    })
    let asked = 0
    const server = createServer(idempotent, {
      request: ([n], { connection }) => {
        if (++asked === 1) connection.reset()
        return [n * n]
      },
    })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const states: string[] = []
    const client = await connect(idempotent, endpoint, {
      reconnect: { firstMs: 5 },
      onState: (state) => states.push(state),
    })
    assert.deepEqual(await client.request('square', [7]), [49])
    assert.equal(asked, 2)
    assert.deepEqual(states, ['open', 'waiting', 'connecting', 'open'])
    await client.close()
    assert.equal(client.state, 'closed')
    await server.close()
  })

  it('never asks again what may not be asked twice', async () => {
    let asked = 0
    const server = createServer(square, ([n], { connection }) => {
      asked++
      connection.reset()
      return [n]
    })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const client = await connect(square, endpoint, { reconnect: { firstMs: 5 } })
    await assert.rejects(client.request([7]), { code: 'CONNECTION_CLOSED', sent: 'maybe' })
    assert.equal(asked, 1)
    await client.close()
    await server.close()
  })

  it('goes on trying while nobody listens, until it is closed', async () => {
    const server = createServer(square, ([n]) => [n])
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    let attempts = 0
    const tried = new Promise<void>((enough) => {
      void connect(square, endpoint, {
        reconnect: { firstMs: 1 },
        onState: (state) => void (state === 'connecting' && ++attempts === 3 && enough()),
      }).then(async (client) => {
        await server.close()
        await tried
        await client.close()
        assert.deepEqual(await client.closed, { kind: 'local' })
      })
    })
    await tried
  })
})
