/** A client's handshakes, TLS and its proof, have one clock together. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, describe, it } from 'node:test'
import { createSecureContext, createServer as listenRaw, type TLSSocket } from 'node:tls'
import { connect, exchange, lengthPrefix, struct } from 'wirewright'
import { challenge } from 'wirewright/auth'
import { tls } from 'wirewright/node'
import { Authority, noOpenssl } from '../node/certificates.js'
import { timersInHand } from '../support/timers-in-hand.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const auth = challenge({ secret: 'a secret of some length', digest: 'sha256' })

describe('a client behind TLS', { skip: noOpenssl }, () => {
  const authority = noOpenssl ? undefined! : new Authority()
  after(() => authority?.remove())

  it('gives its proof what TLS has left of ten seconds', async () => {
    const mine = authority.issue()
    const { env, timers, pass } = timersInHand()
    const sockets: TLSSocket[] = []
    // Slow in its handshake, and then silent.
    const server = listenRaw(
      {
        ...mine,
        SNICallback: (_name, found) => {
          pass(9000)
          found(null, createSecureContext(mine))
        },
      },
      (socket) => void sockets.push(socket.on('error', () => {})),
    )
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as { port: number }
    const place = tls({ host: '127.0.0.1', serverName: 'localhost', port, ca: authority.cert, env })
    const connecting = connect(square, place, { auth })
    const open = (): typeof timers => timers.filter(({ cancelled }) => !cancelled)
    while (!(sockets.length === 1 && open().length === 1 && timers.length === 3))
      await new Promise((soon) => setImmediate(soon))
    assert.deepEqual(
      timers.map(({ ms }) => ms),
      [10_000, 10_000, 1000],
    )
    open()[0]!.fire()
    await assert.rejects(connecting, { code: 'AUTH_TIMEOUT' })
    for (const socket of sockets) socket.destroy()
    server.close()
  })
})
