/** The tutorials' challenge: its bytes, its cuts, its enemies, and what it does not protect from. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Authenticator, type AuthStep, challenge, MAC_LENGTH } from 'wirewright/auth'
import { bytes, converse, hex, output, range, settle, showEnd } from './drive.js'

type Digest = keyof typeof MAC_LENGTH
const DIGESTS = Object.keys(MAC_LENGTH) as Digest[]
const secret = 'secret password'
const auth = challenge({ secret, digest: 'sha256' })
const GRANTED = bytes('Access Granted')

/** A server that has asked, with a challenge that we choose. */
function askingServer(asked = range(32), options = {}): Authenticator {
  const server = challenge({ secret, digest: 'sha256', ...options }).server()
  assert.deepEqual(server.nextStep(), { type: 'random', length: 32 })
  server.supply(asked)
  assert.deepEqual(output(server), asked)
  return server
}

/** The client's answer to a challenge. */
function answerTo(asked: Uint8Array, digest: Digest = 'sha256'): Uint8Array {
  const client = challenge({ secret, digest }).client()
  client.receive(asked)
  settle(client)
  return output(client)
}

describe('challenge', () => {
  // Python 3.11: hmac.new(b'secret password', bytes(range(32)), digest).hexdigest()
  const vectors: [Digest, string][] = [
    ['md5', '7fd8042e413c5cce2861ef0e77c129fc'],
    ['sha1', '3a5d8b4a6007638fc52e71abc9b4ce6e5eaab6e6'],
    ['sha256', '6ffdef27e4a847c51b7cc680dad5f129df723a265c61d0398fd5abd2bd667cd8'],
  ]
  for (const [digest, expected] of vectors)
    it(`answers as Python does, with ${digest}`, () => {
      assert.equal(hex(answerTo(range(32), digest)), expected)
      const server = askingServer(range(32), { digest })
      server.receive(Buffer.from(expected, 'hex'))
      assert.deepEqual(settle(server), { type: 'done', identity: { scheme: 'challenge', digest } })
      assert.deepEqual(output(server), GRANTED)
    })

  it('says 32 bytes, a bare digest and the grant, and nothing else', () => {
    for (const digest of DIGESTS) {
      const { server, client } = challenge({ secret, digest })
      const talk = converse(client(), server())
      assert.deepEqual([talk.client, talk.server], ['done', 'done'])
      assert.equal(talk.fromServer.length, 32 + GRANTED.length)
      assert.deepEqual(talk.fromServer.slice(32), GRANTED)
      assert.equal(talk.fromClient.length, MAC_LENGTH[digest])
    }
  })

  it('gives the client no identity, because the server proves nothing', () => {
    const client = auth.client()
    client.receive(range(32))
    assert.equal(settle(client), undefined)
    client.receive(GRANTED)
    assert.deepEqual(settle(client), { type: 'done', identity: undefined })
  })

  it('takes another grant: other words, bytes, or none at all', () => {
    for (const granted of ['OK\r\n', Uint8Array.of(0, 255), '', 'é'.repeat(128)]) {
      const { server, client } = challenge({ secret, digest: 'sha1', granted })
      const talk = converse(client(), server())
      assert.deepEqual([talk.client, talk.server], ['done', 'done'])
      assert.deepEqual(hex(talk.fromServer.slice(32)), Buffer.from(granted as string).toString('hex'))
    }
  })

  it('agrees wherever the stream is cut, and byte by byte', () => {
    for (let cut = 0; cut <= 46; cut++) {
      const talk = converse(auth.client(), auth.server(), (sent) => [sent.slice(0, cut), sent.slice(cut)])
      assert.deepEqual([talk.client, talk.server], ['done', 'done'], `cut at ${cut}`)
    }
    const talk = converse(auth.client(), auth.server(), (sent) => Array.from(sent, (byte) => Uint8Array.of(byte)))
    assert.deepEqual([talk.client, talk.server], ['done', 'done'])
  })

  it('hands on what follows the last message, to the byte, wherever the stream is cut', () => {
    const tail = range(200, 7)
    const toServer = bytes(answerTo(range(32)), tail)
    const toClient = bytes(range(32), GRANTED, tail)
    for (let cut = 0; cut <= toClient.length; cut++) {
      const client = auth.client()
      const server = askingServer()
      for (const [machine, stream] of [
        [client, toClient],
        [server, toServer],
      ] as const) {
        const chunk = stream.slice(0, cut)
        machine.receive(chunk)
        chunk.fill(0)
        const early = settle(machine)
        machine.receive(stream.slice(cut))
        assert.equal((early ?? settle(machine))?.type, 'done')
        assert.deepEqual(machine.takeRest(), tail)
        assert.equal(machine.takeRest().length, 0)
      }
    }
  })

  it('keeps a whole chunk that comes behind the answer, and what comes while the answer is checked', () => {
    const tail = new Uint8Array(64 * 1024).map((_, i) => i * 7)
    const server = askingServer()
    server.receive(bytes(answerTo(range(32)), tail))
    assert.equal(server.state, 'computing')
    assert.equal(settle(server)?.type, 'done')
    server.receive(Uint8Array.of(1, 2))
    assert.deepEqual(server.takeRest(), bytes(tail, Uint8Array.of(1, 2)))
  })

  it('takes an answer from a client that shuts down its side at once', () => {
    const server = askingServer()
    server.receive(answerTo(range(32)))
    server.end()
    assert.equal(settle(server)?.type, 'done')
    assert.deepEqual(output(server), GRANTED)
  })
})

describe('challenge, when something is wrong', () => {
  it('lets nobody in whose messages were cut short', () => {
    for (const [from, length] of [
      ['server', 46],
      ['client', 32],
    ] as const)
      for (let kept = 0; kept < length; kept++) {
        const talk = converse(auth.client(), auth.server(), (sent, side, offset) =>
          side === from && kept < offset + sent.length ? [sent.slice(0, Math.max(0, kept - offset)), null] : [sent],
        )
        const victim = from === 'server' ? talk.client : talk.server
        assert.equal(victim, from === 'server' && kept === 32 ? 'AUTH_REFUSED' : 'AUTH_ENDED', `${kept} from ${from}`)
      }
  })

  it('closes without a word on a wrong secret, and the client knows what that means', () => {
    for (const wrong of ['secret passwore', 'secret password ', 's', 'Secret password']) {
      const talk = converse(challenge({ secret: wrong, digest: 'sha256' }).client(), auth.server())
      assert.deepEqual([talk.client, talk.server], ['AUTH_REFUSED', 'AUTH_FAILED'])
      assert.equal(talk.fromServer.length, 32)
    }
  })

  it('works with the same digest on both ends only', () => {
    for (const theirs of DIGESTS)
      for (const ours of DIGESTS) {
        const talk = converse(
          challenge({ secret, digest: theirs }).client(),
          challenge({ secret, digest: ours }).server(),
        )
        const expected = MAC_LENGTH[theirs] < MAC_LENGTH[ours] ? 'AUTH_ENDED' : 'AUTH_FAILED'
        assert.equal(talk.server, theirs === ours ? 'done' : expected, `${theirs} to ${ours}`)
        assert.equal(talk.client, theirs === ours ? 'done' : 'AUTH_REFUSED', `${theirs} to ${ours}`)
      }
  })

  it('refuses a recorded answer: 2000 replays', () => {
    const recorded = answerTo(range(32))
    for (let i = 0; i < 2000; i++) {
      const server = auth.server()
      settle(server)
      server.receive(recorded)
      assert.equal(showEnd(settle(server), server), 'AUTH_FAILED')
    }
  })

  it('refuses its own challenge sent back: 2000 reflections', () => {
    for (let i = 0; i < 2000; i++) {
      const server = auth.server()
      settle(server)
      server.receive(output(server))
      assert.equal(showEnd(settle(server), server), 'AUTH_FAILED')
    }
  })

  it('shows how another grant than expected begins, and does not wait for the rest of it', () => {
    for (const cut of [1, 5, 8, 13]) {
      const client = auth.client()
      client.receive(range(32))
      settle(client)
      const said = bytes('Access Denied\x1b[2J')
      client.receive(said.slice(0, cut))
      const early = settle(client)
      assert.equal(early?.type, cut < 8 ? undefined : 'failed')
      client.receive(said.slice(cut))
      const end = early ?? settle(client)
      assert.equal(end?.type === 'failed' && end.error.code, 'AUTH_REFUSED')
      assert.equal(
        end?.type === 'failed' && end.error.message,
        'the server said "Access D" where "Access Granted" grants access',
      )
    }
  })

  it('says what it was waiting for when the time is up', () => {
    const server = askingServer()
    assert.equal(server.deadlineMs, 10_000)
    server.receive(range(5))
    server.expire()
    const end = settle(server)
    assert.equal(end?.type === 'failed' && end.error.code, 'AUTH_TIMEOUT')
    assert.equal(
      end?.type === 'failed' && end.error.message,
      "authentication was not done within 10000 ms: 5 of the 32 bytes of the client's answer had come",
    )
  })
})

describe('the weakness of challenge', () => {
  it('a relay without the secret waits for the grant, and then its commands are accepted as the victim', () => {
    for (let i = 0; i < 200; i++) {
      const victim = auth.client()
      const server = auth.server()
      // The relay passes on what the two say, and reads it.
      settle(server)
      victim.receive(output(server))
      settle(victim)
      // From here on the victim is not needed any more.
      server.receive(bytes(output(victim), 'DELETE EVERYTHING'))
      const end: AuthStep | undefined = settle(server)
      assert.deepEqual(end, { type: 'done', identity: { scheme: 'challenge', digest: 'sha256' } })
      assert.deepEqual(server.takeRest(), bytes('DELETE EVERYTHING'))
    }
    assert.equal(auth.plaintextSafe, false)
  })

  it('a recorded challenge and answer give a short secret away to whoever tries them all', () => {
    const asked = range(32)
    const weak = challenge({ secret: '0427', digest: 'md5' })
    const client = weak.client()
    client.receive(asked)
    settle(client)
    const recorded = hex(output(client))
    const guess = Array.from({ length: 10_000 }, (_, i) => `${i}`.padStart(4, '0')).find((pin) => {
      const machine = challenge({ secret: pin, digest: 'md5' }).client()
      machine.receive(asked)
      settle(machine)
      return hex(output(machine)) === recorded
    })
    assert.equal(guess, '0427')
    assert.match(weak.warnings.join(), /shorter than 16 bytes/)
  })
})
