/** The machine under every scheme: its steps, its limits, its secrets, and what it makes of noise. */
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import {
  AUTH_LIMITS,
  AuthError,
  type Authentication,
  type Authenticator,
  challenge,
  defineAuthentication,
  hear,
  multiprocessing,
  type Script,
  Secret,
  timingSafeEqual,
} from 'wirewright/auth'
import { compute, converse, type End, output, range, settle, showEnd } from './drive.js'

const secret = 'a secret of 25 characters'
const auth = challenge({ secret, digest: 'sha256' })

const silent: Script = function* () {
  yield hear(0, 'nothing')
}
/** A machine that follows this script. */
const scripted = (server: Script): Authenticator => defineAuthentication('test', { server, client: silent }).server()
const errorOf = (machine: Authenticator): { code: string; message: string; cause?: unknown } => {
  const end = settle(machine)
  assert.equal(end?.type, 'failed')
  return (end as Extract<End, { type: 'failed' }>).error
}

describe('a handshake', () => {
  it('gives each step once, and nothing while a result is awaited', () => {
    const server = auth.server()
    assert.equal(server.state, 'computing')
    assert.deepEqual(server.nextStep(), { type: 'random', length: 32 })
    assert.equal(server.nextStep(), undefined)
    server.receive(range(32))
    assert.equal(server.nextStep(), undefined)
    server.supply(range(32))
    assert.equal(server.nextStep()?.type, 'mac')
    assert.equal(server.nextStep(), undefined)
    server.supply(range(32, 1))
    assert.equal(server.nextStep()?.type, 'failed')
    assert.equal(server.nextStep(), undefined)
    assert.equal(server.state, 'failed')
  })

  it('takes its results from WebCrypto as well', async () => {
    const client = auth.client()
    const server = auth.server()
    const settleLater = async (machine: Authenticator): Promise<string> => {
      for (let step = machine.nextStep(); step; step = machine.nextStep()) {
        if (step.type === 'random') machine.supply(webcrypto.getRandomValues(new Uint8Array(step.length)))
        else if (step.type === 'mac') {
          const algorithm = { name: 'HMAC', hash: 'SHA-256' }
          const key = await webcrypto.subtle.importKey('raw', step.key.reveal(), algorithm, false, ['sign'])
          machine.supply(new Uint8Array(await webcrypto.subtle.sign('HMAC', key, step.message)))
        } else return step.type
      }
      return machine.state
    }
    assert.equal(await settleLater(server), 'hearing')
    client.receive(output(server))
    assert.equal(await settleLater(client), 'hearing')
    server.receive(output(client))
    assert.equal(await settleLater(server), 'done')
    client.receive(output(server))
    assert.equal(await settleLater(client), 'done')
  })

  it('refuses results that nobody asked for, or of the wrong length', () => {
    const server = auth.server()
    assert.throws(() => server.supply(range(32)), { code: 'AUTH_RESULT' })
    server.nextStep()
    assert.throws(() => server.supply(range(31)), {
      code: 'AUTH_RESULT',
      message: 'the result of the random step has 31 bytes instead of 32',
    })
    server.supply(range(32))
    assert.throws(() => server.supply(range(32)), { code: 'AUTH_RESULT' })
    server.receive(range(32))
    server.nextStep()
    assert.throws(() => server.supply(range(16)), {
      code: 'AUTH_RESULT',
      message: 'the result of the mac step has 16 bytes instead of 32',
    })
    assert.equal(server.state, 'computing')
  })

  it('ends when the time is up, even while a result is under way, which it then does not want', () => {
    const server = auth.server()
    server.nextStep()
    server.expire()
    assert.equal(server.state, 'failed')
    server.supply(range(32))
    const error = errorOf(server)
    assert.equal(error.code, 'AUTH_TIMEOUT')
    assert.equal(error.message, 'authentication was not done within 10000 ms: the random step was not computed yet')
    assert.equal(server.takeOutput(), undefined)
  })

  it('stays done: neither time nor the end of the stream undoes it', () => {
    const client = challenge({ secret, digest: 'sha1', granted: '' }).client()
    client.receive(range(32))
    assert.equal(settle(client)?.type, 'done')
    client.expire()
    client.end()
    assert.equal(client.state, 'done')
    assert.equal(client.nextStep(), undefined)
    assert.throws(() => client.supply(range(20)), { code: 'AUTH_RESULT' })
  })

  it('stays failed, and keeps nothing', () => {
    const client = auth.client()
    client.receive(range(31))
    client.end()
    assert.equal(errorOf(client).code, 'AUTH_ENDED')
    client.receive(range(32))
    client.expire()
    assert.equal(client.state, 'failed')
    assert.equal(client.takeRest().length, 0)
    assert.equal(client.nextStep(), undefined)
  })

  it('hears nothing that comes after the end', () => {
    const server = auth.server()
    server.end()
    server.receive(range(32))
    assert.equal(errorOf(server).code, 'AUTH_ENDED')
  })

  it('takes an end for a refusal only where the script says so, and not inside a message', () => {
    for (const [heard, code, message] of [
      [0, 'AUTH_REFUSED', 'the door stays shut'],
      [2, 'AUTH_ENDED', 'the stream ended when 2 of the 5 bytes of the key had come'],
    ] as const) {
      const machine = scripted(function* () {
        yield hear(5, 'the key', { endMeans: 'the door stays shut' })
      })
      machine.receive(range(heard))
      machine.end()
      const error = errorOf(machine)
      assert.deepEqual([error.code, error.message], [code, message])
    }
  })

  it('lets no message be longer than 256 bytes, and all together no longer than 4 KiB', () => {
    const long = scripted(function* () {
      yield hear(AUTH_LIMITS.maxMessageLength, 'the longest message')
      yield hear(AUTH_LIMITS.maxMessageLength + 1, 'too long a message')
    })
    long.receive(new Uint8Array(256))
    assert.deepEqual({ ...errorOf(long) }.code, 'AUTH_TOO_LONG')

    let heard = 0
    const many = scripted(function* () {
      for (;;) heard += (yield hear(100, 'one more message')).length
    })
    many.receive(new Uint8Array(5000))
    const error = errorOf(many)
    assert.equal(error.code, 'AUTH_TOO_LONG')
    assert.match(
      error.message,
      /one more message: 100 bytes after 4000, and all messages of a handshake have 4096 at most/,
    )
    assert.equal(heard, 4000)
  })

  it('takes no further chunk while it computes and 4 KiB are unread', () => {
    const server = auth.server()
    settle(server)
    server.receive(range(32))
    for (let i = 0; i < 4097; i++) server.receive(range(1))
    assert.equal(server.state, 'computing')
    server.receive(range(1))
    assert.equal(errorOf(server).code, 'AUTH_TOO_LONG')
  })

  it('makes one error of whatever a script throws, without its words', () => {
    const machine = scripted(function* () {
      throw new TypeError(`${secret} ${yield hear(1, 'a byte')}`)
    })
    machine.receive(range(1))
    const error = errorOf(machine)
    assert.ok(error instanceof AuthError)
    assert.equal(error.code, 'AUTH_MALFORMED')
    assert.equal(error.message, 'the handshake broke down')
    assert.ok(error.cause instanceof TypeError)
  })

  it('may have nothing to say and nothing to hear', () => {
    const none = defineAuthentication('none', { client: silent, server: silent })
    assert.deepEqual(none.client().nextStep(), { type: 'done', identity: undefined })
    const [client, server] = [none.client(), none.server()]
    server.receive(range(3))
    assert.deepEqual(server.takeRest(), range(3))
    assert.equal(converse(client, server).client, 'done')
  })

  it('survives noise in any pieces, and lets none of it in', () => {
    const schemes: Authentication[] = [auth, multiprocessing({ authkey: secret, allowMd5: true })]
    fc.assert(
      fc.property(
        fc.constantFrom(...schemes.flatMap(({ client, server }) => [client, server])),
        fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 12 }),
        fc.constantFrom(
          '',
          '\0\0\0\x14',
          '\0\0\0\x3b#CHALLENGE#{sha256}',
          '\0\0\0\x1f#CHALLENGE#',
          '\0\0\0\x28{sha256}',
        ),
        (make, chunks, start) => {
          const machine = make()
          let end = settle(machine)
          for (const chunk of [Buffer.from(start, 'latin1'), ...chunks]) {
            machine.receive(chunk)
            end ??= settle(machine)
          }
          machine.end()
          end ??= settle(machine)
          assert.match(showEnd(end, machine), /^AUTH_/)
        },
      ),
      { seed: 20, numRuns: 3000 },
    )
  })
})

describe('timingSafeEqual', () => {
  it('knows equal from different bytes, whatever their lengths', () => {
    const proof = range(32)
    assert.equal(timingSafeEqual(proof, range(32)), true)
    assert.equal(timingSafeEqual(new Uint8Array(0), new Uint8Array(0)), true)
    for (let bit = 0; bit < 256; bit++) {
      const other = range(32)
      other[bit >> 3]! ^= 1 << (bit & 7)
      assert.equal(timingSafeEqual(proof, other), false)
    }
    assert.equal(timingSafeEqual(proof, range(31)), false)
    assert.equal(timingSafeEqual(proof, range(33)), false)
    assert.equal(timingSafeEqual(proof, new Uint8Array(0)), false)
  })
})

describe('a secret', () => {
  const shown = (value: unknown): string =>
    [
      inspect(value, { showHidden: true, getters: true, depth: 20, maxArrayLength: null, compact: true }),
      inspect(value),
      String(value),
      JSON.stringify(value) ?? '',
      JSON.stringify({ ...(value as object) }),
      value instanceof Error ? `${value.stack} ${value.message}` : '',
    ].join('\n')

  it('shows in nothing that is printed: not in options, schemes, machines, steps or errors', () => {
    const hidden = new Secret(secret)
    const things: unknown[] = [hidden]
    for (const scheme of [
      challenge({ secret: hidden, digest: 'sha256' }),
      multiprocessing({ authkey: Buffer.from(secret), allowMd5: true }),
    ]) {
      const machines = [scheme.client(), scheme.server()] as const
      const wire = (sent: Uint8Array): Uint8Array[] => {
        things.push(...machines.map((machine) => ({ machine })))
        return [sent.map((byte, i) => (i === 40 ? byte ^ 1 : byte))]
      }
      const talk = converse(...machines, wire)
      things.push(scheme, ...machines, talk.ends)
      for (const end of Object.values(talk.ends)) if (end?.type === 'failed') things.push(end.error)
      const asked = scheme.server()
      settle(asked, (step) => {
        things.push(step)
        return compute(step)
      })
      const client = challenge({ secret: hidden, digest: 'sha256' }).client()
      client.receive(range(32))
      things.push(client.nextStep())
    }
    const bytes = new TextEncoder().encode(secret)
    for (const thing of things) {
      const text = shown(thing)
      assert.ok(!text.includes(secret), text)
      assert.ok(!text.includes(Buffer.from(secret).toString('hex')), text)
      assert.ok(!text.replace(/\s/g, '').includes(bytes.slice(0, 5).join(',')), text)
    }
    assert.ok(things.length > 20)
    assert.equal(`${hidden}`, '[secret]')
  })

  it('is a copy, so that its owner may wipe the original', () => {
    const original = new TextEncoder().encode(secret)
    const scheme = challenge({ secret: original, digest: 'sha256' })
    original.fill(0)
    assert.equal(converse(scheme.client(), auth.server()).server, 'done')
  })

  it('is text or bytes, and never empty; the error does not repeat it', () => {
    const wrong: unknown[] = ['', new Uint8Array(0), undefined, null, 12345678, { hunter2: 'hunter2' }, ['hunter2']]
    for (const value of wrong) {
      const expected = (error: unknown): boolean =>
        error instanceof Error &&
        'code' in error &&
        error.code === 'AUTH_OPTIONS' &&
        !/hunter2|12345678/.test(error.message)
      assert.throws(() => new Secret(value as string), expected)
      assert.throws(() => challenge({ secret: value as string, digest: 'md5' }), expected)
      assert.throws(() => multiprocessing({ authkey: value as string }), expected)
    }
  })
})

describe('options', () => {
  it('are refused when the digest is missing or unknown', () => {
    for (const digest of [undefined, 'md4', 'SHA256', 'toString', '__proto__'])
      assert.throws(() => challenge({ secret, digest: digest as 'md5' }), {
        code: 'AUTH_OPTIONS',
        message:
          /^challenge: digest is .*, and must be one of md5, sha1, sha224, sha256, sha384, sha512, sha3-256, sha3-384$/,
      })
  })

  it('are refused when the grant is longer than a message may be', () => {
    assert.throws(() => challenge({ secret, digest: 'md5', granted: 'x'.repeat(257) }), { code: 'AUTH_OPTIONS' })
  })

  it('are warned of when they are weak, and only then', () => {
    assert.deepEqual(auth.warnings, [])
    assert.deepEqual(multiprocessing({ authkey: 'x'.repeat(16) }).warnings, [])
    assert.match(challenge({ secret, digest: 'md5' }).warnings.join(), /^challenge: md5 is there for old programs/)
    assert.match(challenge({ secret, digest: 'sha1' }).warnings.join(), /^challenge: sha1 is there for old programs/)
    assert.match(
      challenge({ secret: 'x'.repeat(15), digest: 'sha256' }).warnings.join(),
      /^challenge: the secret is shorter than 16 bytes/,
    )
    const both = multiprocessing({ authkey: 'short', allowMd5: true }).warnings
    assert.equal(both.length, 2)
    assert.match(both.join(), /the authkey is shorter than 16 bytes.*allowMd5 is there for CPython 3.11 and older/)
  })
})
