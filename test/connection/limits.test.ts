/** Limits as they are given: a setting that is not there is the default, and never no limit at all. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ConnectionLimits, connect, createServer, exchange, LimitError, lengthPrefix, struct } from 'wirewright'
import { world } from '../support/world.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const never = (): Promise<never> => new Promise(() => {})

describe('a limit that is given as undefined', () => {
  it(
    'is the default',
    world(async (sim, network) => {
      const server = createServer(square, never, { admission: { maxConnections: undefined as never } })
      const { endpoint } = await server.listen(network.at('server'))
      const limits = { requestTimeoutMs: undefined, maxPendingRequests: undefined } as unknown as ConnectionLimits
      const client = await connect(square, endpoint, { limits })
      const begun = sim.now
      const asked = Array.from({ length: 1024 }, () => client.request([1]))
      await assert.rejects(client.request([1]), { code: 'TOO_MANY_REQUESTS' })
      await assert.rejects(Promise.race(asked), { code: 'REQUEST_TIMEOUT' })
      assert.equal(Math.round((sim.now - begun) / 1000), 30)
      await Promise.all([client.close(), server.close()])
    }),
  )
})

describe('a limit that is none', () => {
  const wrong: [object, RegExp][] = [
    [{ requestTimeoutMs: Number.NaN }, /requestTimeoutMs is NaN, and must be a number from 0 on, or Infinity/],
    [{ frameTimeoutMs: -1 }, /frameTimeoutMs is -1/],
    [{ highWaterMark: '64' }, /highWaterMark is 64, and must be a number/],
    [{ maxPendingRequest: 5 }, /no limit is called maxPendingRequest; there are .*maxPendingRequests/],
  ]
  for (const [limits, message] of wrong)
    it(
      `${JSON.stringify(limits)} is refused, by servers and by clients`,
      world(async (_, network) => {
        const isRefused = (error: unknown) => error instanceof LimitError && message.test(error.message)
        assert.throws(() => createServer(square, never, { limits }), isRefused)
        const server = createServer(square, never)
        const { endpoint } = await server.listen(network.at('server'))
        await assert.rejects(connect(square, endpoint, { limits }), isRefused)
        await server.close()
      }),
    )
  it('is refused for the server as a whole, too', () => {
    assert.throws(() => createServer(square, never, { admission: { maxConnections: Number.NaN } }), LimitError)
    assert.throws(() => createServer(square, never, { admission: { maxConection: 5 } as never }), LimitError)
  })
  it('may be Infinity, or 0', () => {
    createServer(square, never, { limits: { requestTimeoutMs: Number.POSITIVE_INFINITY, turnMs: 0 } })
  })
})
