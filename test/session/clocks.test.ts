/** The clocks of a session, with time in our hands. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { exchange, lengthPrefix, message, protocol, record, struct, u8 } from 'wirewright'
import { DEFAULT_SESSION_LIMITS, Session, type SessionEvent } from 'wirewright/session'

const framing = lengthPrefix('!I')
const square = exchange('square', { framing, request: struct('!i'), reply: struct('!i') })
const frame = struct('!Ii').pack(4, 7)
const EMPTY_REPLY = frame

function events(session: Session): SessionEvent[] {
  const found: SessionEvent[] = []
  for (let event: SessionEvent | undefined; (event = session.nextEvent()); ) found.push(event)
  return found
}

/** Lets the time pass to the session's own deadlines, up to `end`. */
function pass(session: Session, end: number): SessionEvent[] {
  const found: SessionEvent[] = []
  while (session.deadline <= end) {
    session.tick(session.deadline)
    found.push(...events(session))
  }
  session.tick(end)
  return found
}

const limitOf = ([event]: SessionEvent[]): unknown =>
  event?.type === 'failed' && (event.error as { limit?: string }).limit

describe('the frame clock', () => {
  it('runs from the first byte of a frame to its last, whatever progress there is', () => {
    const session = new Session(square, 'server', { ...DEFAULT_SESSION_LIMITS, frameTimeoutMs: 100 })
    session.start(0)
    for (let i = 0; i < 7; i++) {
      session.tick(i * 16)
      session.receive(frame.slice(i, i + 1))
      assert.deepEqual(events(session), [])
    }
    session.tick(99)
    assert.deepEqual(events(session), [])
    session.tick(100)
    assert.equal(limitOf(events(session)), 'frameTimeoutMs')
  })

  it('starts anew with each frame, and stands still between two', () => {
    const session = new Session(square, 'server', { ...DEFAULT_SESSION_LIMITS, frameTimeoutMs: 100 })
    session.start(0)
    for (let now = 0; now < 1000; now += 90) {
      session.tick(now)
      session.receive(now % 180 === 0 ? frame.slice(0, 3) : frame.slice(3))
      assert.ok(events(session).every((event) => event.type === 'request'))
    }
    const whole = new Session(square, 'server', { ...DEFAULT_SESSION_LIMITS, frameTimeoutMs: 100 })
    whole.receive(frame)
    events(whole)
    assert.equal(whole.deadline, Number.POSITIVE_INFINITY)
  })

  it('does not count the time in which we did not listen', () => {
    const session = new Session(square, 'server', { ...DEFAULT_SESSION_LIMITS, frameTimeoutMs: 100 })
    session.receive(frame.slice(0, 3))
    events(session)
    session.excuse(500)
    session.tick(599)
    assert.deepEqual(events(session), [])
    session.tick(600)
    assert.equal(limitOf(events(session)), 'frameTimeoutMs')
  })
})

describe('the idle clocks', () => {
  it('end a conversation in which the peer says nothing', () => {
    const session = new Session(square, 'server', { ...DEFAULT_SESSION_LIMITS, readIdleMs: 50 })
    session.start(1000)
    session.tick(1040)
    session.receive(frame)
    events(session)
    assert.deepEqual(pass(session, 1089), [])
    assert.equal(limitOf(pass(session, 1090)), 'readIdleMs')
  })

  it('end one in which nothing is said to the peer, and are two', () => {
    const session = new Session(square, 'server', { ...DEFAULT_SESSION_LIMITS, writeIdleMs: 50 })
    session.start(0)
    session.tick(40)
    session.receive(frame)
    events(session)
    session.reply(0, [1])
    session.takeOutput()
    assert.deepEqual(pass(session, 89), [])
    assert.equal(limitOf(pass(session, 90)), 'writeIdleMs')
  })
})

describe('a heartbeat', () => {
  const beating = protocol('beating', {
    framing,
    fromClient: { ping: message(struct('!i')) },
    fromServer: { pong: message(struct('!i')) },
    calls: { ping: { ask: 'ping', reply: 'pong' } },
    heartbeat: { client: { send: 'ping', body: [0] } },
  })

  it('is sent after a quiet while, and its answer says no more than when it was sent', () => {
    const session = new Session(beating, 'client', {
      ...DEFAULT_SESSION_LIMITS,
      heartbeatMs: 100,
      heartbeatTimeoutMs: 50,
    })
    session.start(0)
    assert.deepEqual(pass(session, 100), [])
    assert.deepEqual([...session.takeOutput()!], [0, 0, 0, 4, 0, 0, 0, 0])
    session.tick(140)
    session.receive(EMPTY_REPLY)
    assert.deepEqual(events(session), [{ type: 'heartbeat', askedAt: 100 }])
    assert.equal(session.lateReplies, 0)
    assert.deepEqual(pass(session, 239), [])
    assert.equal(session.takeOutput(), undefined)
    assert.deepEqual(pass(session, 240), [])
    assert.ok(session.takeOutput())
  })

  it('without an answer ends the conversation', () => {
    const session = new Session(beating, 'client', {
      ...DEFAULT_SESSION_LIMITS,
      heartbeatMs: 100,
      heartbeatTimeoutMs: 50,
    })
    session.start(0)
    assert.equal(limitOf(pass(session, 150)), 'heartbeatTimeoutMs')
  })

  it('is sent though as many requests wait as may', () => {
    const limits = { ...DEFAULT_SESSION_LIMITS, maxPendingRequests: 1, heartbeatMs: 100, heartbeatTimeoutMs: 50 }
    const session = new Session(beating, 'client', limits)
    session.start(0)
    const id = session.request('ping', [1])
    assert.equal(session.takeOutput()?.length, 8)
    assert.deepEqual(pass(session, 100), [])
    assert.equal(session.takeOutput()?.length, 8)
    assert.equal(session.pending, 1)
    session.receive(frame)
    assert.deepEqual(
      events(session).map((event) => event.type === 'reply' && event.id),
      [id],
    )
  })

  it('is not needed, and its time runs all the same, while requests have taken every id', () => {
    const few = protocol('few', {
      framing,
      fromClient: { ping: message(record({ id: u8 })) },
      fromServer: { pong: message(record({ id: u8 })) },
      calls: { ping: { ask: 'ping', reply: 'pong', match: { ask: 'id', reply: 'id', max: 1 } } },
      heartbeat: { client: { send: 'ping', body: {} } },
    })
    const session = new Session(few, 'client', { ...DEFAULT_SESSION_LIMITS, heartbeatMs: 100, heartbeatTimeoutMs: 50 })
    session.start(0)
    session.request('ping', {})
    session.takeOutput()
    assert.deepEqual(pass(session, 149), [])
    assert.equal(session.takeOutput(), undefined)
    assert.equal(limitOf(pass(session, 150)), 'heartbeatTimeoutMs')
  })

  it('is not sent while the peer talks, and does not disturb requests', () => {
    const session = new Session(beating, 'client', {
      ...DEFAULT_SESSION_LIMITS,
      heartbeatMs: 100,
      heartbeatTimeoutMs: 50,
    })
    session.start(0)
    const id = session.request('ping', [1])
    session.takeOutput()
    for (let now = 60; now < 1000; now += 60) {
      session.tick(now)
      if (now === 120) session.receive(EMPTY_REPLY)
      else session.receive(new Uint8Array(0))
      const [event] = events(session)
      if (now === 120) assert.deepEqual(event, { type: 'reply', id, name: 'pong', body: [7], askedAt: 0 })
      assert.equal(session.takeOutput(), undefined)
    }
  })
})
