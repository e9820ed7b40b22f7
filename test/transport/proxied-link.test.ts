/** A link behind a load balancer: what it is told between its header and its start. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nodeEnv } from 'wirewright/node'
import { type Link, proxied, type Receiver, TransportError } from 'wirewright/transport'
import { Recorder } from '../node/recorder.js'

const HEADER = 'PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n'
const address = { transport: 'test', host: '10.0.0.1', port: 1 }

/** A link whose receiver is in the hands of the test. */
function inHand(): { link: Link; receiver: () => Receiver } {
  let receiver: Receiver | undefined
  const link: Link = {
    ...{ local: address, peer: address, queued: 0 },
    start: (started) => {
      receiver = started
    },
    write: () => true,
    end() {},
    pause() {},
    resume() {},
    reset() {},
  }
  return { link, receiver: () => receiver! }
}

describe('a link whose header has been read', () => {
  for (const error of [undefined, new TransportError('RESET', 'gone')])
    it(`tells whoever starts it later that it closed, ${error ? 'by a reset' : 'in peace'}, and what came before`, async () => {
      const { link, receiver } = inHand()
      const announcing = proxied(link, nodeEnv, 1000)
      receiver().received(new TextEncoder().encode(`${HEADER}abc`))
      const announced = await announcing
      receiver().closed(error)
      const recorder = new Recorder(announced)
      await recorder.closes()
      assert.deepEqual(recorder.calls, ['received', 'closed'])
      assert.equal(recorder.error, error)
      assert.equal(announced.peer.host, '192.0.2.7')
    })
})
