/** Python's multiprocessing handshake: its bytes, its cuts, its enemies, and what it does not protect from. */
import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { type Authenticator, multiprocessing } from 'wirewright/auth'
import { bytes, compute, converse, type End, frame, hex, output, range, settle, showEnd } from './drive.js'

const authkey = 'secret password'
const auth = multiprocessing({ authkey })
const lenient = multiprocessing({ authkey, allowMd5: true })
const WELCOME = frame('#WELCOME#')
const FAILURE = frame('#FAILURE#')
const hmac = (digest: string, message: Uint8Array, key = authkey): Uint8Array =>
  createHmac(digest, key).update(message).digest()

/** A client that has heard this challenge, and what it answered. */
function challenged(
  message: Uint8Array,
  { client } = lenient,
): { machine: Authenticator; end: End | undefined; said: Uint8Array } {
  const machine = client()
  machine.receive(frame('#CHALLENGE#', message))
  const end = settle(machine)
  return { machine, end, said: output(machine) }
}

/** A server that has asked, with the 40 bytes 0 to 39. */
function askingServer({ server } = lenient): Authenticator {
  const machine = server()
  assert.deepEqual(machine.nextStep(), { type: 'random', length: 40 })
  machine.supply(range(40))
  assert.deepEqual(output(machine), frame('#CHALLENGE#{sha256}', range(40)))
  return machine
}

/** A server that the client has convinced, and that waits for the client's challenge. */
function convincedServer(): Authenticator {
  const machine = askingServer()
  machine.receive(frame('{sha256}', hmac('sha256', bytes('{sha256}', range(40)))))
  assert.equal(settle(machine), undefined)
  assert.deepEqual(output(machine), WELCOME)
  return machine
}

const errorOf = (end: End | undefined): { code: string; message: string } => {
  assert.equal(end?.type, 'failed')
  return (end as Extract<End, { type: 'failed' }>).error
}

describe('multiprocessing', () => {
  // Computed by CPython 3.12.1 and 3.11.7: _create_response(b'secret password', message).
  it('answers a challenge as CPython 3.12 does', () => {
    assert.equal(
      hex(challenged(bytes('{sha256}', range(40))).said),
      '000000287b7368613235367ddff5756e964dc0ba9d1a61c0c3f731f0f09811a907abc551d07b614a8eaad8aa',
    )
  })

  it('answers a challenge of CPython 3.11 as that does', () => {
    assert.equal(hex(challenged(range(20)).said), '00000010ab9e0fb85dc2fde9977e617c35111d6b')
  })

  it('takes the answer that CPython 3.11 gives to a challenge of 3.12', () => {
    const server = askingServer()
    server.receive(Buffer.from('00000010f79aef2a543b083a8cfa1ae0a9e5ea49', 'hex'))
    assert.equal(settle(server), undefined)
    assert.deepEqual(output(server), WELCOME)
  })

  for (const [name, digest] of [
    ['md5', 'md5'],
    ['sha256', 'sha256'],
    ['sha384', 'sha384'],
    ['sha3_256', 'sha3-256'],
    ['sha3_384', 'sha3-384'],
  ] as const)
    it(`answers in {${name}}, and takes an answer in it`, () => {
      const message = bytes(`{${name}}`, range(40))
      assert.deepEqual(challenged(message).said, frame(`{${name}}`, hmac(digest, message)))
      const server = askingServer()
      server.receive(frame(`{${name}}`, hmac(digest, bytes('{sha256}', range(40)))))
      settle(server)
      assert.deepEqual(output(server), WELCOME)
      server.receive(bytes(frame('#CHALLENGE#', range(20)), WELCOME))
      assert.deepEqual(settle(server), { type: 'done', identity: { scheme: 'multiprocessing', digest } })
    })

  it('challenges first as the listener, second as the client, and both know each other then', () => {
    const talk = converse(auth.client(), auth.server())
    const identity = { scheme: 'multiprocessing', digest: 'sha256' }
    assert.deepEqual(talk.ends, { client: { type: 'done', identity }, server: { type: 'done', identity } })
    // 63 bytes of challenge, 44 of response, 13 of welcome, each way.
    assert.equal(talk.fromServer.length, 120)
    assert.deepEqual(talk.fromServer.slice(0, 23), bytes('\0\0\0\x3b#CHALLENGE#{sha256}'))
    assert.deepEqual(talk.fromServer.slice(63, 76), WELCOME)
    assert.deepEqual(talk.fromServer.slice(76, 88), bytes('\0\0\0\x28{sha256}'))
    assert.equal(talk.fromClient.length, 120)
    assert.deepEqual(talk.fromClient.slice(44, 67), bytes('\0\0\0\x3b#CHALLENGE#{sha256}'))
    assert.deepEqual(talk.fromClient.slice(107), WELCOME)
  })

  it('agrees wherever the stream is cut, and byte by byte', () => {
    for (let cut = 0; cut <= 63; cut++) {
      const talk = converse(auth.client(), auth.server(), (sent) => [sent.slice(0, cut), sent.slice(cut)])
      assert.deepEqual([talk.client, talk.server], ['done', 'done'], `cut at ${cut}`)
    }
    const talk = converse(auth.client(), auth.server(), (sent) => Array.from(sent, (byte) => Uint8Array.of(byte)))
    assert.deepEqual([talk.client, talk.server], ['done', 'done'])
  })

  it('reads lengths in the long form too', () => {
    const message = bytes('#CHALLENGE#', range(20))
    const long = bytes('\xff\xff\xff\xff\0\0\0\0\0\0\0', Uint8Array.of(message.length), message)
    for (let cut = 0; cut <= long.length; cut++) {
      const client = lenient.client()
      client.receive(long.slice(0, cut))
      client.receive(long.slice(cut))
      settle(client)
      assert.equal(hex(output(client)), '00000010ab9e0fb85dc2fde9977e617c35111d6b')
    }
  })

  it('hands on what follows the last message, to the byte, wherever the stream is cut', () => {
    const tail = frame(range(200, 3))
    const last = bytes(WELCOME, tail)
    for (let cut = 0; cut <= last.length; cut++) {
      const server = convincedServer()
      server.receive(frame('#CHALLENGE#{sha256}', range(40)))
      settle(server)
      const chunk = last.slice(0, cut)
      server.receive(chunk)
      chunk.fill(0)
      server.receive(last.slice(cut))
      assert.equal(settle(server)?.type, 'done')
      assert.deepEqual(server.takeRest(), tail)
    }
  })
})

describe('multiprocessing, when something is wrong', () => {
  it('lets nobody in whose messages were cut short', () => {
    for (const from of ['server', 'client'] as const)
      for (let kept = 0; kept < 120; kept++) {
        const talk = converse(auth.client(), auth.server(), (sent, side, offset) =>
          side === from && kept < offset + sent.length ? [sent.slice(0, Math.max(0, kept - offset)), null] : [sent],
        )
        assert.equal(from === 'server' ? talk.client : talk.server, 'AUTH_ENDED', `${kept} from the ${from}`)
      }
  })

  it('says FAILURE to a wrong key, and the other side knows what that means', () => {
    for (const wrong of ['secret passwore', 's', 'secret password ']) {
      const other = multiprocessing({ authkey: wrong })
      const talk = converse(other.client(), auth.server())
      assert.deepEqual([talk.client, talk.server], ['AUTH_REFUSED', 'AUTH_FAILED'])
      assert.deepEqual(talk.fromServer.slice(63), FAILURE)
    }
  })

  it('finds out a listener that welcomes everybody without having the key', () => {
    const { machine } = challenged(bytes('{sha256}', range(40)))
    machine.receive(WELCOME)
    assert.equal(settle(machine), undefined)
    const asked = output(machine)
    machine.receive(frame('{sha256}', hmac('sha256', asked.slice(15), 'some other key')))
    assert.equal(errorOf(settle(machine)).code, 'AUTH_FAILED')
    assert.deepEqual(output(machine), FAILURE)
  })

  it('refuses MD5 unless it is allowed, whoever proposes it, and says how to allow it', () => {
    const message = bytes('{sha256}', range(40))
    for (const proposal of [range(20), bytes('{md5}', range(40))]) {
      const { end, said } = challenged(proposal, auth)
      assert.equal(errorOf(end).code, 'AUTH_WEAK')
      assert.equal(said.length, 0)
    }
    for (const answer of [hmac('md5', message), bytes('{md5}', hmac('md5', message))]) {
      const server = askingServer(auth)
      server.receive(frame(answer))
      const error = errorOf(settle(server))
      assert.equal(error.code, 'AUTH_WEAK')
      assert.match(error.message, /multiprocessing\(\{ allowMd5: true \}\)/)
      assert.deepEqual(output(server), FAILURE)
    }
  })

  it('refuses recorded conversations: 1000 replays in each direction', () => {
    const { fromClient, fromServer } = converse(auth.client(), auth.server())
    for (let i = 0; i < 1000; i++)
      for (const [machine, recorded] of [
        [auth.server(), fromClient],
        [auth.client(), fromServer],
      ] as const) {
        settle(machine)
        machine.receive(recorded)
        assert.equal(showEnd(settle(machine), machine), 'AUTH_FAILED')
      }
  })

  it('refuses its own messages sent back: 1000 reflections against each role', () => {
    for (let i = 0; i < 1000; i++) {
      const server = auth.server()
      settle(server)
      server.receive(output(server))
      assert.equal(showEnd(settle(server), server), 'AUTH_MALFORMED')

      const { machine, said } = challenged(bytes('{sha256}', randomBytes(40)))
      machine.receive(bytes(WELCOME, said))
      assert.equal(showEnd(settle(machine), machine), 'AUTH_FAILED')
    }
  })

  it('does not answer a challenge before the client has proved itself', () => {
    const server = askingServer()
    server.receive(frame('#CHALLENGE#{sha256}', range(40)))
    assert.equal(errorOf(settle(server)).code, 'AUTH_MALFORMED')
    assert.deepEqual(output(server), FAILURE)
  })

  for (const [what, message] of [
    ['empty', ''],
    ['no challenge', '#WELCOME#'],
    ['nearly one', '#CHALLENGF#12345678901234567890'],
    ['of 19 bytes', '#CHALLENGE#1234567890123456789'],
    ['of 19 bytes with a digest', '#CHALLENGE#{sha256}12345678901'],
    ['of 21 bytes without a digest', '#CHALLENGE#123456789012345678901'],
    ['in a digest that Python does not allow', '#CHALLENGE#{sha1}1234567890123456789012345678901234567890'],
    ['in a digest that does not exist', '#CHALLENGE#{sha256 }1234567890123456789012345678901234567890'],
    ['without a closing brace', '#CHALLENGE#{sha2561234567890123456789012345678901234567890'],
    ['with bytes that a terminal obeys', '#CHALLENGE#\x1b[2J\x07'],
  ] as const)
    it(`refuses a first message that is ${what}`, () => {
      const client = lenient.client()
      client.receive(frame(message))
      const error = errorOf(settle(client))
      assert.equal(error.code, 'AUTH_MALFORMED')
      assert.match(error.message, /^the listener should have sent a challenge, and sent "[\x20-\x7e]*"/)
      assert.equal(output(client).length, 0)
    })

  it('refuses an answer to its challenge that is anything but a proof', () => {
    for (const answer of [
      '',
      '{sha256}',
      '#WELCOME#',
      'x'.repeat(15),
      'x'.repeat(17),
      'x'.repeat(20),
      'x'.repeat(32),
      '{sha1}'.padEnd(26),
    ]) {
      const server = askingServer()
      server.receive(frame(answer))
      assert.match(errorOf(settle(server)).code, /^AUTH_(MALFORMED|FAILED)$/, JSON.stringify(answer))
      assert.deepEqual(output(server), FAILURE)
    }
  })

  it('refuses a verdict that is neither yes nor no', () => {
    for (const verdict of ['', '#WELCOME', '#WELCOME##', '#FAILURE#!', '#welcome#']) {
      const { machine } = challenged(bytes('{sha256}', range(40)))
      machine.receive(frame(verdict))
      const error = errorOf(settle(machine))
      assert.equal(error.code, 'AUTH_MALFORMED')
      assert.equal(error.message, `the listener should have said WELCOME or FAILURE, and said "${verdict}"`)
    }
  })

  for (const [what, head, code, shown] of [
    ['257 bytes', '\0\0\x01\x01', 'AUTH_TOO_LONG', /has 257 bytes, and may have 256/],
    ['2 GiB', '\x7f\xff\xff\xff', 'AUTH_TOO_LONG', /has 2147483647 bytes.*; the frame begins "\\x7f\\xff\\xff\\xff"$/],
    ['-2 bytes', '\xff\xff\xff\xfe', 'AUTH_MALFORMED', /a length of -2 bytes/],
    ['-2 GiB', '\x80\0\0\0', 'AUTH_MALFORMED', /a length of -2147483648 bytes/],
    ['2^64 - 1 bytes', '\xff'.repeat(12), 'AUTH_TOO_LONG', /has 18446744073709552000 bytes/],
    ['2^32 + 20 bytes', '\xff\xff\xff\xff\0\0\0\x01\0\0\0\x14', 'AUTH_TOO_LONG', /has 4294967316 bytes/],
    [
      'an HTTP request',
      'GET / HTTP/1.1\r\n',
      'AUTH_TOO_LONG',
      /has 1195725856 bytes, and may have 256; these look like the first bytes of an HTTP request$/,
    ],
  ] as const)
    it(`refuses a message of ${what} as soon as its length is there`, () => {
      for (const machine of [lenient.client(), askingServer(), convincedServer()]) {
        machine.receive(bytes(head))
        const error = errorOf(settle(machine))
        assert.equal(error.code, code)
        assert.match(error.message, shown)
      }
    })

  it('takes a message of 256 bytes', () => {
    const message = bytes('{sha256}', new Uint8Array(256 - 11 - 8))
    assert.deepEqual(challenged(message).said, frame('{sha256}', hmac('sha256', message)))
  })

  it('says what it was waiting for when the time is up', () => {
    const machine = convincedServer()
    machine.receive(Uint8Array.of(0, 0))
    machine.expire()
    assert.equal(
      errorOf(settle(machine)).message,
      "authentication was not done within 10000 ms: 2 of the 4 bytes of the length of the client's challenge had come",
    )
  })
})

describe('the weakness of multiprocessing', () => {
  it('a relay without the key waits for the last welcome, and then speaks in either name', () => {
    const client = auth.client()
    const server = auth.server()
    const pass = (from: Authenticator, to: Authenticator, more = ''): End | undefined => {
      settle(from)
      to.receive(bytes(output(from), more))
      return settle(to)
    }
    for (let round = 0; round < 2; round++) {
      pass(server, client)
      pass(client, server)
    }
    settle(server)
    pass(server, client)
    assert.equal(client.state, 'done')
    server.receive(bytes(output(client), frame('DELETE EVERYTHING')))
    assert.equal(settle(server)?.type, 'done')
    assert.deepEqual(server.takeRest(), frame('DELETE EVERYTHING'))
    assert.equal(auth.plaintextSafe, false)
  })

  it('a false listener without the key lets one connection of a client answer for another', () => {
    const first = auth.client()
    const second = auth.client()
    first.receive(frame('#CHALLENGE#{sha256}', randomBytes(40)))
    settle(first, compute)
    output(first)
    first.receive(WELCOME)
    settle(first)
    const asked = output(first)
    second.receive(asked)
    settle(second)
    first.receive(output(second))
    assert.equal(settle(first)?.type, 'done')
  })
})
