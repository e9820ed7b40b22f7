/** More clients than there are places for. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { connect, createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { challenge } from 'wirewright/auth'
import { tcp } from 'wirewright/node'
import { isFull, report } from './support/report.js'
import { many, nothingEscapes, tried, until } from './support/sockets.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })

describe('more clients than there are places for', () => {
  nothingEscapes()

  it('row 36: are refused, and each refusal is counted', async (t) => {
    const [places, extra] = isFull ? [1000, 1500] : [50, 30]
    const server = createServer(square, ([n]) => [n * n], { admission: { maxConnections: places } })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const sockets = await many(places + extra, endpoint, { open: tried, server })
    await until(() => sockets.filter((socket) => socket.closed).length === extra)
    const { open } = server.info()
    const refused = server.info().refused.maxConnections
    for (const socket of sockets) socket.destroy()
    await until(() => server.info().open === 0)
    const client = await connect(square, endpoint)
    assert.deepEqual(await client.request([3]), [9])
    await client.close()
    await server.close()
    report(t, {
      row: '36',
      attack: `${places + extra} connect where ${places} may`,
      figure: `${open} open, ${refused} counted as refused, ${extra} saw a reset; the next one is answered`,
      bound: `${places} open, ${extra} refused`,
      holds: open === places && refused === extra,
    })
  })

  it('row 14: and never prove who they are, leave a door for one who does', async (t) => {
    const allowed = isFull ? 256 : 20
    const strangers = isFull ? 4000 : 200
    const auth = challenge({ secret: 'a secret of 25 characters', digest: 'sha256' })
    const server = createServer(square, ([n]) => [n * n], {
      auth,
      onError: () => {},
      admission: { maxUnauthenticated: allowed },
    })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const sockets = await many(strangers, endpoint, { open: tried, server })
    const held = server.info().open
    for (const socket of sockets) socket.destroy()
    await until(() => server.info().open === 0)
    // As many as may, each of them once: some were turned away at random, and left room.
    const fewer = await many(allowed, endpoint, { open: tried, server })
    let tries = 0
    for (let isIn = false; !isIn; ) {
      tries++
      isIn = await connect(square, endpoint, { auth }).then(
        async (client) => {
          assert.deepEqual(await client.request([4]), [16])
          await client.close()
          return true
        },
        () => false,
      )
    }
    for (const socket of fewer) socket.destroy()
    await server.close()
    report(t, {
      row: '14',
      attack: `${strangers} connect and prove nothing, where ${allowed} may`,
      figure: `${held} held; among ${allowed} strangers an honest client is in at try ${tries}`,
      bound: `at most ${allowed} held; in within 20 tries`,
      holds: held <= allowed && tries <= 20,
    })
  })
})
