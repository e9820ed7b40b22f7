/** The messages of a client, for a reader who does not wait for one before asking for the next. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ConnectionOf, connect, createServer, lengthPrefix, message, protocol, rest } from 'wirewright'
import { world } from '../support/world.js'

const feed = protocol('feed', { framing: lengthPrefix('!I'), fromServer: { item: message(rest()) } })

describe('messages that were asked for before they came', () => {
  it(
    'come in their order, to whoever asked first, until the client closes',
    world(async (sim, network) => {
      let connection: ConnectionOf<typeof feed, 'server'> | undefined
      const server = createServer(feed, {} as never, {
        opened: (opened) => {
          connection = opened
        },
      })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(feed, endpoint)
      const messages = client.messages()
      const asked = [messages.next(), messages.next(), messages.next(), messages.next()]
      for (const n of [1, 2]) await connection!.send('item', Uint8Array.of(n))
      await sim.sleep(10)
      await client.close()
      const results = await Promise.all(asked)
      assert.deepEqual(
        results.map(({ value, done }) => (done ? 'the end' : value.body[0])),
        [1, 2, 'the end', 'the end'],
      )
      await server.close()
    }),
  )
})
