/** What is said, once, of a proof that the wire does not protect. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { connect, createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { challenge } from 'wirewright/auth'
import { tcp } from 'wirewright/node'
import { world } from '../support/world.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const auth = challenge({ secret: 'short', digest: 'md5' })

describe('the warnings of a scheme', () => {
  it(
    'are said once, however many servers and clients there are',
    world(async (sim, network) => {
      assert.ok(auth.warnings.length > 0, 'this one has something to say')
      const server = createServer(square, ([n]) => [n], { auth })
      const places = [network.at('one'), network.at('two')]
      for (const place of places) await server.listen(place)
      for (let i = 0; i < 3; i++) await (await connect(square, places, { auth })).close()
      assert.deepEqual(sim.warnings, auth.warnings)
      await server.close()
    }),
  )

  it('do not stand in for consent: beyond this machine plain TCP is refused', async () => {
    const server = createServer(square, ([n]) => [n], { auth })
    await assert.rejects(server.listen(tcp({ host: '0.0.0.0', port: 0 })), { code: 'PLAINTEXT' })
    await assert.rejects(connect(square, tcp({ host: '192.0.2.1', port: 1 }), { auth }), { code: 'PLAINTEXT' })
  })
})
