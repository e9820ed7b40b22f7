/** Replies whose shape the ask tells: Modbus says how many coils in the question, and only bytes of them in the answer. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  asked,
  bitArray,
  bytes,
  connect,
  createServer,
  exchange,
  field,
  header,
  lazy,
  lengthPrefix,
  message,
  ProtocolDefinitionError,
  protocol,
  record,
  type Schema,
  state,
  u8,
  u16,
} from 'wirewright'
import { Session, type SessionEvent } from 'wirewright/session'
import { world } from '../support/world.js'

const framing = lengthPrefix('!B')
const coils = exchange('coils', {
  framing,
  request: record({ count: u8, places: array(u16, field('count')) }),
  reply: record({ coils: bitArray(asked('count')) }),
})

function events(session: Session): SessionEvent[] {
  const found: SessionEvent[] = []
  for (let event: SessionEvent | undefined; (event = session.nextEvent()); ) found.push(event)
  return found
}

/** Everything that one has said goes to the other. */
function carry(from: Session, to: Session): SessionEvent[] {
  for (let out: Uint8Array | undefined; (out = from.takeOutput()); ) to.receive(out)
  return events(to)
}

describe('a reply that refers to its ask', () => {
  it('is read and written by what was asked, implied fields included, in whatever order it is given', () => {
    const client = new Session(coils, 'client')
    const server = new Session(coils, 'server')
    for (const places of [[1], [1, 2, 3], [1, 2]]) client.request('request', { places })
    carry(client, server)
    server.reply(2, { coils: [true, false] })
    server.reply(0, { coils: [true] })
    server.reply(1, { coils: [false, true, true] })
    assert.deepEqual(
      carry(server, client).map((event) => event.type === 'reply' && event.body),
      [{ coils: [true] }, { coils: [false, true, true] }, { coils: [true, false] }],
    )
  })

  it('is refused when it does not fit what was asked', () => {
    const server = new Session(coils, 'server')
    const client = new Session(coils, 'client')
    client.request('request', { places: [1, 2] })
    carry(client, server)
    assert.throws(() => server.reply(0, { coils: [true] }), /coils/)
  })

  it('belongs to its ask also when that was given up', () => {
    const client = new Session(coils, 'client')
    const server = new Session(coils, 'server')
    const first = client.request('request', { places: Array.from({ length: 20 }, () => 0) })
    client.request('request', { places: [1] })
    client.abandon(first)
    carry(client, server)
    server.reply(0, { coils: Array.from({ length: 20 }, () => true) })
    server.reply(1, { coils: [false] })
    assert.deepEqual(
      carry(server, client).map((event) => event.type === 'reply' && event.body),
      [{ coils: [false] }],
    )
    assert.equal(client.lateReplies, 1)
  })

  it('that nobody asked for is no reply at all', () => {
    const client = new Session(coils, 'client')
    client.receive(Uint8Array.of(1, 1))
    const [failed] = events(client) as [SessionEvent & { type: 'failed' }]
    assert.equal((failed.error as { code?: string }).code, 'REPLY_UNEXPECTED')
  })

  it(
    'goes from a client to a server and back',
    world(async (_, network) => {
      const server = createServer(coils, ({ places }) => ({ coils: places.map((place) => place % 2 === 1) }))
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(coils, endpoint)
      const answers = await Promise.all(
        [[1, 2, 3, 5, 7, 9, 11, 13, 14], [2], []].map((places) => client.request({ places })),
      )
      assert.deepEqual(
        answers.map((answer) => answer.coils.map(Number).join('')),
        ['101111110', '0', ''],
      )
      await client.close()
      await server.close()
    }),
  )
})

describe('a protocol without an envelope', () => {
  const refuses = (make: () => unknown, message: RegExp) =>
    assert.throws(make, (error) => error instanceof ProtocolDefinitionError && message.test(error.message))

  it('has no header, and remembers nothing', () => {
    refuses(() => exchange('x', { framing, request: u8, reply: bytes(header('n')) }), /'reply' refers to header\('…'\)/)
    refuses(() => exchange('x', { framing, request: bytes(state('n')), reply: u8 }), /'request' refers to state\('…'\)/)
  })
  it('has asks only for what answers them, in their order', () => {
    refuses(
      () => protocol('x', { framing, fromServer: { news: message(bytes(asked('n'))) } }),
      /'news' refers to asked\('…'\), and answers nothing/,
    )
    refuses(
      () =>
        protocol('x', {
          framing,
          fromClient: { ask: message(record({ id: u16, n: u8 })) },
          fromServer: { tell: message(record({ id: u16, data: bytes(asked('n')) })) },
          calls: { read: { ask: 'ask', reply: 'tell', match: { ask: 'id', reply: 'id' } } },
        }),
      /'tell' refers to asked\('…'\), and only itself says which ask it answers/,
    )
  })
  it('may have parts that are defined further down', () => {
    const tree = exchange('tree', { framing, request: lazy((): Schema<number> => later), reply: u8 })
    const later = u8
    const client = new Session(tree, 'client')
    client.request('request', 7)
    assert.deepEqual(client.takeOutput(), Uint8Array.of(1, 7))
  })
})
