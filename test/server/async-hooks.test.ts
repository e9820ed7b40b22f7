/** Hooks that the program made asynchronous: what they reject with is contained as what others throw. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CloseReason, connect, createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { world } from '../support/world.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const fails = (what: string) => async (): Promise<never> => {
  throw new Error(what)
}

describe('an asynchronous hook that fails', () => {
  it(
    'of a server costs its connection, and onError is told',
    world(async (sim, network) => {
      for (const hook of ['opened', 'draining', 'closed'] as const) {
        const errors: [string, string | undefined][] = []
        const reasons: CloseReason[] = []
        const server = createServer(square, ([n]) => [n], {
          closed: (reason) => void reasons.push(reason),
          [hook]: fails(hook),
          onError: (error, { message }) => void errors.push([(error as Error).message, message]),
        })
        const { endpoint } = await server.listen(network.at(hook))
        const client = await connect(square, endpoint)
        await sim.sleep(10)
        const closed = hook === 'opened' ? client.closed : server.drain()
        await closed
        if (hook === 'opened') assert.equal((await client.closed).kind, 'reset')
        await client.close()
        await server.close()
        await sim.sleep(10)
        assert.deepEqual(errors, [[hook, hook]])
      }
      assert.deepEqual(sim.warnings, [])
    }),
  )

  it(
    'is told as a warning where nobody else hears of it: onError, observers, onState',
    world(async (sim, network) => {
      const observer = { opened: fails('seen') }
      const server = createServer(square, fails('handler'), { onError: fails('onError'), observer })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint, { onState: fails('state') })
      await assert.rejects(client.request([1]), { code: 'CONNECTION_CLOSED' })
      await client.closed
      await server.close()
      assert.deepEqual([...new Set(sim.warnings)].sort(), [
        'an observer failed: seen',
        'onState failed: state',
        "square: connection 1 (client:1), in 'onError': onError",
      ])
    }),
  )

  it(
    'and so is what a handler gave whose `then` cannot even be read',
    world(async (_sim, network) => {
      const errors: string[] = []
      const broken = {
        // biome-ignore lint/suspicious/noThenProperty: that is the point
        get then() {
          throw new Error('unreadable')
        },
      }
      const server = createServer(square, () => broken as never, {
        onError: (error) => void errors.push((error as Error).message),
      })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint)
      await assert.rejects(client.request([1]), { code: 'CONNECTION_CLOSED' })
      assert.deepEqual(errors, ['unreadable'])
      await server.close()
    }),
  )

  it(
    'while one that answers twice has answered once',
    world(async (_, network) => {
      const twice = {
        // biome-ignore lint/suspicious/noThenProperty: that is what this is about.
        then(resolve: (value: [number]) => void) {
          resolve([1])
          resolve([2])
        },
      }
      const server = createServer(square, () => twice as never)
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint)
      assert.deepEqual(await Promise.all([client.request([3]), client.request([4])]), [[1], [1]])
      await client.close()
      await server.close()
    }),
  )
})
