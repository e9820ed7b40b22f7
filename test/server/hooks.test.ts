/** Functions of the program's that fail, at once or later: one connection is affected, nothing is lost, and the process lives. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ClientState, connect, createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { world } from '../support/world.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })

/** A failure that nobody awaits ends the process, and with it this test run. */
const failsLater = async (): Promise<never> => {
  throw new Error('later')
}
const answer = ([n]: readonly [number]): [number] => [n * n]

describe('a hook whose promise is rejected', () => {
  for (const hook of ['opened', 'closed'] as const)
    it(
      `of a server (${hook}) costs its connection, and is told to onError, whose own is told as a warning`,
      world(async (sim, network) => {
        const told: unknown[] = []
        const server = createServer(square, answer, {
          [hook]: failsLater,
          onError: async (error, { message }) => {
            told.push([(error as Error).message, message])
            await failsLater()
          },
        })
        const { endpoint } = await server.listen(network.at('server'))
        const client = await connect(square, endpoint)
        if (hook === 'closed') assert.deepEqual(await client.request([3]), [9])
        else await assert.rejects(client.request([3]), { code: 'CONNECTION_CLOSED' })
        await client.close()
        await sim.sleep(1000)
        assert.deepEqual(told, [['later', hook]])
        assert.match(sim.warnings.join(), /onError.*later/)
        await server.close()
      }),
    )

  it(
    'of a client, or of an observer, is a warning',
    world(async (sim, network) => {
      const states: ClientState[] = []
      const server = createServer(square, answer, { observer: { opened: failsLater, frames: failsLater } })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint, {
        onState: async (state) => {
          states.push(state)
          await failsLater()
        },
      })
      assert.deepEqual(await client.request([3]), [9])
      await client.close()
      await server.close()
      assert.deepEqual(states.slice(-1), ['closed'])
      assert.match(sim.warnings.join(), /onState failed: later/)
      assert.match(sim.warnings.join(), /an observer failed: later/)
    }),
  )
})

describe('a handler that gives something with a then of its own', () => {
  const cases: Record<string, () => unknown> = {
    'that throws': () => ({
      // biome-ignore lint/suspicious/noThenProperty: that is what this is about.
      then() {
        throw new Error('later')
      },
    }),
    'that cannot be had': () => ({
      // biome-ignore lint/suspicious/noThenProperty: that is what this is about.
      get then() {
        throw new Error('later')
      },
    }),
  }
  for (const [what, give] of Object.entries(cases))
    it(
      `${what} has failed`,
      world(async (_, network) => {
        const told: unknown[] = []
        const server = createServer(square, give as never, { onError: (error) => void told.push(error) })
        const { endpoint } = await server.listen(network.at('server'))
        const client = await connect(square, endpoint)
        await assert.rejects(client.request([3]), { code: 'CONNECTION_CLOSED' })
        assert.deepEqual(told.map(String), ['Error: later'])
        await client.close()
        await server.close()
      }),
    )

  it(
    'that answers twice has answered once',
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
