/** Calls whose replies name their ask: any order, late ones dropped, unknown ones refused. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lengthPrefix, message, protocol, struct } from 'wirewright'
import { Session, type SessionEvent } from 'wirewright/session'

const lookup = protocol('lookup', {
  framing: lengthPrefix('!H'),
  fromClient: { ask: message(struct('!Hi', ['id', 'n'])) },
  fromServer: { answer: message(struct('!iH', ['n', 'asked'])) },
  calls: { look: { ask: 'ask', reply: 'answer', match: { ask: 'id', reply: 'asked', max: 3 } } },
})

function events(session: Session): SessionEvent[] {
  const found: SessionEvent[] = []
  for (let event: SessionEvent | undefined; (event = session.nextEvent()); ) found.push(event)
  return found
}

/** Everything that one says reaches the other. */
function carry(from: Session, to: Session): SessionEvent[] {
  for (let out: Uint8Array | undefined; (out = from.takeOutput()); ) to.receive(out.slice())
  return events(to)
}

describe('calls matched by id', () => {
  it('are answered in any order', () => {
    const [client, server] = [new Session(lookup, 'client'), new Session(lookup, 'server')]
    const ids = [1, 2, 3].map((n) => client.request('ask', { n }))
    const asked = carry(client, server)
    assert.deepEqual(
      asked.map((event) => event.type === 'request' && event.body),
      [
        { id: 1, n: 1 },
        { id: 2, n: 2 },
        { id: 3, n: 3 },
      ],
    )
    for (const id of [2, 0, 1]) server.reply(id, { n: id * 10 })
    const answers = carry(server, client).map((event) => event.type === 'reply' && [event.id, event.body])
    assert.deepEqual(answers, [
      [ids[2], { n: 20, asked: 3 }],
      [ids[0], { n: 0, asked: 1 }],
      [ids[1], { n: 10, asked: 2 }],
    ])
    assert.equal(client.pending, 0)
    assert.equal(server.owed, 0)
  })

  it('never have two of one id in flight, and use ids again', () => {
    const [client, server] = [new Session(lookup, 'client'), new Session(lookup, 'server')]
    for (let n = 0; n < 3; n++) client.request('ask', { n })
    assert.throws(() => client.request('ask', { n: 4 }), { code: 'TOO_MANY_REQUESTS' })
    carry(client, server)
    server.reply(1, { n: 0 })
    carry(server, client)
    client.request('ask', { n: 5 })
    const [again] = carry(client, server)
    assert.deepEqual(again?.type === 'request' && again.body, { id: 2, n: 5 })
  })

  it('drop the late reply of a request that was given up, and count it', () => {
    const [client, server] = [new Session(lookup, 'client'), new Session(lookup, 'server')]
    const late = client.request('ask', { n: 1 }, 10)
    client.tick(10)
    assert.deepEqual(events(client), [{ type: 'timeout', id: late }])
    carry(client, server)
    server.reply(0, { n: 1 })
    assert.deepEqual(carry(server, client), [])
    assert.equal(client.lateReplies, 1)
  })

  it('do not give the id of a request that was given up to another, before its reply has come', () => {
    const [client, server] = [new Session(lookup, 'client'), new Session(lookup, 'server')]
    for (let n = 1; n <= 3; n++) client.request('ask', { n }, 10)
    client.tick(10)
    events(client)
    assert.throws(() => client.request('ask', { n: 4 }), { code: 'TOO_MANY_REQUESTS' })
    carry(client, server)
    server.reply(1, { n: 2 })
    assert.deepEqual(carry(server, client), [])
    const fourth = client.request('ask', { n: 4 })
    carry(client, server)
    server.reply(3, { n: 40 })
    const [answer] = carry(server, client)
    assert.deepEqual(answer?.type === 'reply' && [answer.id, answer.body], [fourth, { n: 40, asked: 2 }])
  })

  it('close on a reply to an id that was never asked', () => {
    const client = new Session(lookup, 'client')
    client.request('ask', { n: 1 })
    client.receive(Uint8Array.from([0, 6, 0, 0, 0, 0, 0, 2]))
    const [failed] = events(client)
    assert.match(
      failed?.type === 'failed' ? failed.error.message : '',
      /a reply 'answer' came with asked 2, which no request has/,
    )
  })

  it('say nothing more after a refused one', () => {
    const [client, server] = [new Session(lookup, 'client'), new Session(lookup, 'server')]
    for (const n of [1, 2]) client.request('ask', { n })
    carry(client, server)
    server.refuse(1)
    assert.equal(server.outputEnded, true)
    assert.throws(() => server.reply(0, { n: 1 }), { code: 'UNKNOWN_REQUEST' })
  })
})

describe('a server', () => {
  it('may ask its client', () => {
    const callback = protocol('callback', {
      framing: lengthPrefix('!H'),
      fromServer: { ask: message(struct('!b')) },
      fromClient: { answer: message(struct('!b')) },
      calls: { back: { ask: 'ask', reply: 'answer' } },
    })
    const [client, server] = [new Session(callback, 'client'), new Session(callback, 'server')]
    const id = server.request('ask', [7])
    assert.deepEqual(carry(server, client), [{ type: 'request', id: 0, name: 'ask', body: [7] }])
    client.reply(0, [8])
    assert.deepEqual(carry(client, server), [{ type: 'reply', id, name: 'answer', body: [8], askedAt: 0 }])
  })
})
