/** A server without `onError`: strangers cannot fill its log. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { Recorder } from '../node/recorder.js'
import { world } from '../support/world.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })

describe('a flood of bad connections', () => {
  it(
    'is ten warnings a minute, and one that counts the others',
    world(async (sim, network) => {
      const server = createServer(square, ([n]) => [n])
      const { endpoint } = await server.listen(network.at('server'))
      const bad = async (): Promise<void> => {
        const peer = new Recorder(await endpoint.connect())
        peer.link.write(Uint8Array.of(255, 255, 255, 255))
        await peer.follows()
      }
      for (let n = 0; n < 35; n++) await bad()
      assert.equal(sim.warnings.length, 10)
      assert.match(sim.warnings[9]!, /^square: connection 10 .*exceeds maxFrameLength/)
      await sim.sleep(60_000)
      await bad()
      assert.equal(sim.warnings.length, 12)
      assert.equal(sim.warnings[10], 'square: 25 more warnings like these were not told')
      assert.match(sim.warnings[11]!, /^square: connection 36 /)
      await server.close()
    }),
  )
})
