/** Two sessions talk in memory: no socket, no clock, every byte in our hands. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { datagram, exchange, lengthPrefix, message, protocol, rest, struct } from 'wirewright'
import { DEFAULT_SESSION_LIMITS, Session, type SessionEvent } from 'wirewright/session'

const framing = lengthPrefix('!I')
const square = exchange('square', { framing, request: struct('!i'), reply: struct('!i') })
const notes = protocol('notes', {
  framing,
  fromClient: { note: message(struct('!h')) },
  fromServer: { news: message(struct('!h')) },
})

const frame = (n: number): Uint8Array => struct('!Ii').pack(4, n)

function events(session: Session): SessionEvent[] {
  const found: SessionEvent[] = []
  for (let event: SessionEvent | undefined; (event = session.nextEvent()); ) found.push(event)
  return found
}

function output(session: Session): number[] {
  const found: number[] = []
  for (let out: Uint8Array | undefined; (out = session.takeOutput()); ) found.push(...out)
  return found
}

describe('a session', () => {
  it('asks and answers, byte for byte', () => {
    const client = new Session(square, 'client')
    const server = new Session(square, 'server')
    const id = client.request('request', [12345])
    const asked = output(client)
    assert.deepEqual(asked, [...frame(12345)])
    server.receive(Uint8Array.from(asked))
    assert.deepEqual(events(server), [{ type: 'request', id: 0, name: 'request', body: [12345] }])
    server.reply(0, [152399025])
    client.receive(Uint8Array.from(output(server)))
    assert.deepEqual(events(client), [{ type: 'reply', id, name: 'reply', body: [152399025], askedAt: 0 }])
  })

  it('gives the same events wherever the stream is cut', () => {
    const stream = Uint8Array.from([...frame(1), ...frame(2), ...frame(3)])
    const whole = new Session(square, 'server')
    whole.receive(stream)
    const expected = events(whole)
    assert.equal(expected.length, 3)
    for (let cut = 0; cut <= stream.length; cut++) {
      const session = new Session(square, 'server')
      session.receive(stream.slice(0, cut))
      const first = events(session)
      session.receive(stream.slice(cut))
      assert.deepEqual([...first, ...events(session)], expected, `cut at ${cut}`)
    }
  })

  it('stops between two frames, and keeps the rest when told to', () => {
    const session = new Session(square, 'server')
    const lent = Uint8Array.from([...frame(1), ...frame(2), 0, 0])
    session.receive(lent)
    assert.deepEqual(session.nextEvent(), { type: 'request', id: 0, name: 'request', body: [1] })
    session.keep()
    lent.fill(255)
    session.receive(frame(3).subarray(2))
    assert.deepEqual(
      events(session).map((event) => 'body' in event && event.body),
      [[2], [3]],
    )
  })

  it('says replies in the order asked, whatever order they are given in', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
      [2, 0, 1],
    ]) {
      const server = new Session(square, 'server')
      server.receive(Uint8Array.from([...frame(1), ...frame(2), ...frame(3)]))
      events(server)
      for (const id of order) server.reply(id, [10 + id])
      assert.deepEqual(output(server), [...frame(10), ...frame(11), ...frame(12)], `${order}`)
      assert.equal(server.owed, 0)
    }
  })

  it('says what was owed before a refused request, then nothing, and reads no more', () => {
    const server = new Session(square, 'server')
    server.receive(Uint8Array.from([...frame(1), ...frame(2), ...frame(3)]))
    events(server)
    server.refuse(1)
    assert.equal(server.outputEnded, false)
    assert.deepEqual(output(server), [])
    server.reply(0, [1])
    assert.deepEqual(output(server), [...frame(1)])
    assert.equal(server.outputEnded, true)
    assert.throws(() => server.reply(2, [9]), { code: 'UNKNOWN_REQUEST' })
    server.receive(frame(4))
    assert.deepEqual(events(server), [])
  })

  it('answers what is owed after finish(), and then its output has ended', () => {
    const server = new Session(square, 'server')
    server.receive(frame(1))
    events(server)
    server.finish()
    assert.equal(server.outputEnded, false)
    server.reply(0, [1])
    assert.equal(server.outputEnded, false)
    assert.deepEqual(output(server), [...frame(1)])
    assert.equal(server.outputEnded, true)
    assert.throws(() => new Session(notes, 'client').request('note', [1]), { code: 'NOT_AN_ASK' })
  })

  it('hears every frame before the end of the stream', () => {
    const server = new Session(square, 'server')
    server.receive(frame(1))
    server.end()
    assert.deepEqual(
      events(server).map((event) => event.type),
      ['request', 'ended'],
    )
    assert.equal(server.reading, 'ended')
  })

  it('fails when the stream ends inside a frame, once and for ever', () => {
    const server = new Session(square, 'server')
    server.receive(frame(1).subarray(0, 7))
    server.end()
    const [failed, ...more] = events(server)
    assert.equal(failed?.type === 'failed' && failed.error.code, 'FRAME_TRUNCATED')
    assert.deepEqual(more, [])
    server.receive(frame(1))
    assert.deepEqual(events(server), [])
    assert.equal(server.outputEnded, true)
  })

  it('refuses a reply that nobody asked for, and a frame where none may come', () => {
    const client = new Session(square, 'client')
    client.receive(frame(1))
    const [unasked] = events(client)
    assert.equal(unasked?.type === 'failed' && unasked.error.code, 'REPLY_UNEXPECTED')
    const mute = new Session(protocol('mute', { framing, fromServer: { news: message(struct('!h')) } }), 'server')
    mute.receive(frame(1))
    const [unexpected] = events(mute)
    assert.equal(unexpected?.type === 'failed' && unexpected.error.code, 'MESSAGE_UNEXPECTED')
  })

  it('leaves its output as it was when a body does not fit', () => {
    const client = new Session(notes, 'client')
    client.send('note', [1])
    assert.throws(() => client.send('note', [70000]), /'h' format requires -32768 <= number <= 32767/)
    client.send('note', [2])
    assert.deepEqual(output(client), [0, 0, 0, 2, 0, 1, 0, 0, 0, 2, 0, 2])
  })

  it('gives up requests at their deadlines and still tells the replies apart', () => {
    const client = new Session(square, 'client')
    const first = client.request('request', [1], 100)
    const second = client.request('request', [2], 50)
    const third = client.request('request', [3])
    assert.equal(client.deadline, 50)
    client.tick(49)
    assert.deepEqual(events(client), [])
    client.tick(50)
    assert.deepEqual(events(client), [{ type: 'timeout', id: second }])
    client.abandon(first)
    client.tick(1000)
    client.receive(Uint8Array.from([...frame(1), ...frame(4), ...frame(9)]))
    assert.deepEqual(events(client), [{ type: 'reply', id: third, name: 'reply', body: [9], askedAt: 0 }])
    assert.equal(client.lateReplies, 2)
    assert.equal(client.pending, 0)
  })

  it('bounds the requests in flight', () => {
    const client = new Session(square, 'client', { ...DEFAULT_SESSION_LIMITS, maxPendingRequests: 2 })
    client.request('request', [1])
    client.request('request', [2])
    assert.throws(() => client.request('request', [3]), { code: 'TOO_MANY_REQUESTS' })
  })

  it('remembers 1024 requests that were given up, and asks nothing more of a peer that answered none', () => {
    const client = new Session(square, 'client')
    for (let n = 0; n < 1024; n++) client.abandon(client.request('request', [n]))
    assert.throws(() => client.request('request', [5]), { code: 'TOO_MANY_REQUESTS' })
    client.receive(Uint8Array.from(frame(0)))
    assert.deepEqual([events(client), client.lateReplies], [[], 1])
    const asked = client.request('request', [5])
    for (let n = 0; n < 1023; n++) client.receive(Uint8Array.from(frame(0)))
    client.receive(Uint8Array.from(frame(25)))
    assert.deepEqual(
      events(client).map((event) => event.type === 'reply' && [event.id, event.body]),
      [[asked, [25]]],
    )
  })

  it('keeps no array that one large message needed', () => {
    const large = exchange('large', {
      framing: lengthPrefix('!I', { maxFrameLength: 10_000_000 }),
      request: rest(),
      reply: rest(),
    })
    const client = new Session(large, 'client')
    const storage = (length: number): ArrayBufferLike => {
      client.request('request', new Uint8Array(length))
      const taken = client.takeOutput()!
      client.giveBack(taken)
      return taken.buffer
    }
    const small = storage(60_000)
    assert.equal(storage(50_000), small, 'what is usual is used again')
    const huge = storage(5_000_000)
    for (let n = 0; n < 3; n++) assert.notEqual(storage(1), huge)
    for (let n = 0; n < 3; n++) assert.ok(storage(1).byteLength < 1_000_000)
  })

  it('names the messages that there are', () => {
    assert.throws(
      () => new Session(notes, 'client').send('news', [1]),
      /a client of 'notes' has no message 'news' to send \(it has: note\)/,
    )
  })

  it('takes back the arrays that it gave, and writes into them again', () => {
    const client = new Session(notes, 'client')
    client.send('note', [1])
    const first = client.takeOutput()!
    client.giveBack(first)
    client.send('note', [2])
    assert.equal(client.takeOutput()!.buffer, first.buffer)
  })
})

describe('a session over datagrams', () => {
  const ack = exchange('ack', { framing: datagram(), request: struct('!h'), reply: struct('!h') })

  it('gives one datagram for each message', () => {
    const client = new Session(ack, 'client')
    client.request('request', [1])
    client.request('request', [2])
    assert.deepEqual([...client.takeOutput()!], [0, 1])
    assert.deepEqual([...client.takeOutput()!], [0, 2])
    assert.equal(client.takeOutput(), undefined)
  })

  it('drops a datagram that is no message, and reads the next', () => {
    const server = new Session(ack, 'server')
    server.receive(Uint8Array.of(1, 2, 3))
    assert.deepEqual(events(server), [])
    server.receive(Uint8Array.of(0, 7))
    assert.deepEqual(events(server), [{ type: 'request', id: 0, name: 'request', body: [7] }])
    assert.equal(server.droppedDatagrams, 1)
  })

  it('closes the place of a request whose reply was lost', () => {
    const client = new Session(ack, 'client')
    client.request('request', [1], 10)
    client.tick(10)
    events(client)
    const second = client.request('request', [2])
    client.receive(Uint8Array.of(0, 4))
    assert.deepEqual(events(client), [{ type: 'reply', id: second, name: 'reply', body: [4], askedAt: 10 }])
  })
})

describe('a protocol', () => {
  it('is refused when its calls name messages that it does not have', () => {
    assert.throws(
      () => protocol('p', { framing, fromClient: { a: message(struct('b')) }, calls: { c: { ask: 'a', reply: 'b' } } }),
      /protocol 'p': call 'c' is answered by 'b', which is not in fromServer/,
    )
  })

  it('is refused when nothing tells its messages apart', () => {
    assert.throws(
      () => protocol('p', { framing, fromClient: { a: message(struct('b')), b: message(struct('h')) } }),
      /fromClient has 2 kinds of message \(a, b\), and without an envelope nothing on the wire tells them apart/,
    )
  })

  it('describes itself as plain data', () => {
    const description = JSON.parse(JSON.stringify(square.describe()))
    assert.equal(description.kind, 'protocol')
    assert.deepEqual(description.framing, { kind: 'lengthPrefix', format: '!I', maxFrameLength: 1048576 })
    assert.deepEqual(description.calls, { request: { ask: 'request', reply: 'reply' } })
    assert.equal(description.fromClient.request.format, '!i')
  })
})
