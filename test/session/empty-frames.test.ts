/** Heartbeats that are frames without a body. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  chunks,
  cobs,
  connect,
  createServer,
  datagram,
  delimiter,
  exchange,
  fixedLength,
  lengthPrefix,
  netstring,
  ProtocolDefinitionError,
  rest,
  u8,
} from 'wirewright'
import { DEFAULT_SESSION_LIMITS, Session, type SessionEvent } from 'wirewright/session'
import { world } from '../support/world.js'

const square = exchange('square', {
  framing: lengthPrefix('!H'),
  request: u8,
  reply: u8,
  heartbeat: 'emptyFrame',
})
const limits = { ...DEFAULT_SESSION_LIMITS, heartbeatMs: 100, heartbeatTimeoutMs: 50 }
const SIGN = [0, 0]

function pull(session: Session): SessionEvent[] {
  const found: SessionEvent[] = []
  for (let event: SessionEvent | undefined; (event = session.nextEvent()); ) found.push(event)
  return found
}

function started(role: 'client' | 'server'): Session {
  const session = new Session(square, role, limits)
  session.start(0)
  return session
}

function output(session: Session): number[] | undefined {
  const bytes = session.takeOutput()
  return bytes && [...bytes]
}

describe('an empty frame as a heartbeat', () => {
  it('is said when nothing else was said for a while, and by either side', () => {
    for (const role of ['client', 'server'] as const) {
      const session = started(role)
      session.tick(60)
      session.receive(Uint8Array.from(SIGN))
      assert.deepEqual(pull(session), [])
      session.tick(99)
      assert.equal(output(session), undefined)
      session.tick(100)
      assert.deepEqual(output(session), SIGN)
      session.tick(199)
      assert.equal(output(session), undefined)
      session.tick(200)
      assert.deepEqual(output(session), SIGN)
      assert.equal(session.framesOut, 2)
    }
  })

  it('is not said while anything else is', () => {
    const session = started('client')
    for (let now = 0; now < 400; now += 40) {
      session.tick(now)
      session.receive(Uint8Array.from(SIGN))
      pull(session)
      session.request('request', 7)
      assert.deepEqual(output(session), [0, 1, 7])
    }
  })

  it('is no message, whatever stands around it', () => {
    const session = started('server')
    session.receive(Uint8Array.of(0, 0, 0, 1, 7, 0, 0, 0, 0, 0, 1, 8, 0))
    assert.deepEqual(
      pull(session).map((event) => event.type === 'request' && event.body),
      [7, 8],
    )
    assert.equal(session.held, 1)
  })

  it('that does not come ends the conversation, when it and its time to come are over', () => {
    const session = started('client')
    for (let now = 0; now < 1000; now += 100) {
      session.tick(now)
      session.receive(Uint8Array.from(SIGN))
      assert.deepEqual(pull(session), [])
      session.takeOutput()
    }
    session.tick(1049)
    assert.deepEqual(pull(session), [])
    session.tick(1050)
    const [event] = pull(session)
    assert.equal(
      event?.type === 'failed' && event.error.message,
      'the peer gave no sign of life (heartbeatTimeoutMs is 50)',
    )
  })

  it('is still said by whoever works on a last reply, and no more after that', () => {
    const session = started('server')
    session.receive(Uint8Array.of(0, 1, 7))
    const [asked] = pull(session)
    session.finish()
    session.tick(100)
    assert.deepEqual(output(session), SIGN)
    session.reply((asked as { id: number }).id, 49)
    assert.deepEqual(output(session), [0, 1, 49])
    session.receive(Uint8Array.from(SIGN))
    session.tick(240)
    assert.equal(session.takeOutput(), undefined)
    assert.ok(session.deadline > 240)
  })

  it('does not count while we did not listen', () => {
    const session = started('client')
    session.excuse(500)
    session.tick(649)
    assert.deepEqual(pull(session), [])
    session.tick(650)
    assert.equal(pull(session)[0]?.type, 'failed')
  })

  it(
    'keeps two quiet ends together for an hour, and tells either that the cable is cut',
    world(async (sim, network) => {
      const reasons: unknown[] = []
      const server = createServer(square, (n) => n * n, { closed: (reason) => reasons.push(reason) })
      const { endpoint } = await server.listen(network.at('server'))
      const client = await connect(square, endpoint, { reconnect: false })
      await sim.sleep(3_600_000)
      assert.equal(await client.request(9), 81)
      const { framesIn, framesOut } = client.info()
      assert.deepEqual([framesIn, framesOut], [145, 145], '144 of 25 seconds each, and the request')
      network.partition()
      await sim.sleep(90_000)
      const expected = { kind: 'timeout', limit: 'heartbeatTimeoutMs', ms: 20_000 }
      assert.deepEqual(reasons, [expected])
      assert.deepEqual(await client.closed, expected)
      await server.close()
    }),
  )

  it('is refused where a frame cannot be empty, and where a message can', () => {
    const define = (
      framing: Parameters<typeof exchange>[1]['framing'],
      request: Parameters<typeof exchange>[1]['request'] = u8,
    ) => exchange('odd', { framing, request, reply: u8, heartbeat: 'emptyFrame' })
    for (const framing of [lengthPrefix('!I', { counts: 'all' }), delimiter('|'), netstring(), datagram(), cobs()])
      assert.equal(define(framing).heartbeat, 'emptyFrame', framing.kind)
    for (const framing of [chunks(), fixedLength(1)])
      assert.throws(() => define(framing), {
        name: ProtocolDefinitionError.name,
        message: `protocol 'odd': ${framing.kind} has no empty frames that could be heartbeats`,
      })
    assert.throws(() => define(lengthPrefix('!I'), rest()), {
      message: "protocol 'odd': 'request' may be empty, as heartbeats are",
    })
  })
})
