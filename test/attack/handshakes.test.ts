/** Attacks on the proof of who one is: on the machines, bit by bit; and over real sockets, with a clock that we turn. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer as createNetServer, connect as dial, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Env, Timer } from 'wirewright'
import { type CloseReason, connect, createServer, exchange, lengthPrefix, struct } from 'wirewright'
import {
  AUTH_LIMITS,
  type Authentication,
  type Authenticator,
  challenge,
  MAC_LENGTH,
  multiprocessing,
} from 'wirewright/auth'
import { nodeEnv, tcp, tls } from 'wirewright/node'
import { bytes, converse, output, settle } from '../auth/drive.js'
import { oldPython } from '../auth/old-python.js'
import { Authority, noOpenssl } from '../node/certificates.js'

const isFull = process.env.WIREWRIGHT_ATTACK === 'full'
const secret = 'a secret of 25 characters'

type Role = 'client' | 'server'
type Digest = keyof typeof MAC_LENGTH
const ROLES: readonly Role[] = ['client', 'server']
const other = { client: 'server', server: 'client' } as const

/** A scheme as we have it, and as an honest peer has it. */
interface Scheme {
  readonly name: string
  readonly ours: (secret: string) => Authentication
  readonly theirs: (secret: string) => Authentication
  /** Whether a peer must prove something to our client. */
  readonly isMutual: boolean
}

const strict = (authkey: string): Authentication => multiprocessing({ authkey })
const schemes: readonly Scheme[] = [
  ...(Object.keys(MAC_LENGTH) as Digest[]).map((digest) => {
    const make = (secret: string): Authentication => challenge({ secret, digest })
    return { name: `challenge with ${digest}`, ours: make, theirs: make, isMutual: false }
  }),
  { name: 'multiprocessing since 3.12', ours: strict, theirs: strict, isMutual: true },
  {
    name: 'multiprocessing until 3.11',
    ours: (authkey) => multiprocessing({ authkey, allowMd5: true }),
    theirs: oldPython,
    isMutual: true,
  },
]

/** Our machine in `role` talks with an honest peer, whose bytes something happens to on their way. */
function talk(
  scheme: Scheme,
  role: Role,
  {
    tamper,
    peer = secret,
  }: { tamper?: (sent: Uint8Array, offset: number) => (Uint8Array | null)[]; peer?: string } = {},
): { end: string; theirs: Uint8Array } {
  const machines = {
    [role]: scheme.ours(secret)[role](),
    [other[role]]: scheme.theirs(peer)[other[role]](),
  } as Record<Role, Authenticator>
  const said = converse(machines.client, machines.server, (sent, from, offset) =>
    from === role || !tamper ? [sent] : tamper(sent, offset),
  )
  return { end: said[role], theirs: role === 'client' ? said.fromServer : said.fromClient }
}

describe('handshakes attacked', () => {
  it('row 20: every bit of every message flipped, every message cut short', (t) => {
    let [tried, accepted] = [0, 0]
    for (const scheme of schemes)
      for (const role of ROLES) {
        const honest = talk(scheme, role)
        assert.equal(honest.end, 'done', scheme.name)
        const count = (end: string): void => {
          tried++
          if (end === 'done') accepted++
          else assert.match(end, /^AUTH_(REFUSED|FAILED|MALFORMED|TOO_LONG|ENDED|WEAK)$/)
        }
        for (let bit = 0; bit < 8 * honest.theirs.length; bit++)
          count(
            talk(scheme, role, {
              tamper: (sent, offset) => {
                const at = (bit >> 3) - offset
                if (at >= 0 && at < sent.length) sent[at]! ^= 1 << (bit & 7)
                return [sent]
              },
            }).end,
          )
        for (let kept = 0; kept < honest.theirs.length; kept++)
          count(
            talk(scheme, role, {
              tamper: (sent, offset) =>
                kept < offset + sent.length ? [sent.slice(0, Math.max(0, kept - offset)), null] : [sent],
            }).end,
          )
      }
    t.diagnostic(
      `row 20: ${schemes.length} schemes, both roles, every bit flipped and every truncation: ${tried} tried, ${accepted} accepted`,
    )
    assert.equal(accepted, 0)
    assert.ok(tried > 9000)
  })

  it('row 22: other secrets', (t) => {
    const others = [
      ...Array.from(
        secret,
        (_, i) => `${secret.slice(0, i)}${String.fromCharCode(secret.charCodeAt(i) ^ 1)}${secret.slice(i + 1)}`,
      ),
      ...Array.from({ length: secret.length - 1 }, (_, i) => secret.slice(0, i + 1)),
      ...['\0', ' ', '\n', secret].map((more) => secret + more),
      secret.toUpperCase(),
    ]
    let [tried, accepted] = [0, 0]
    for (const scheme of schemes)
      for (const role of ROLES)
        for (const peer of others) {
          const { end } = talk(scheme, role, { peer })
          tried++
          if (end === 'done') accepted++
        }
    // HMAC pads a key that is shorter than a block with zeros (RFC 2104): this one is the same key.
    const padded = schemes.length * ROLES.length
    t.diagnostic(
      `row 22: ${others.length} other secrets against ${schemes.length} schemes in both roles: ${tried} tried, ${accepted - padded} accepted (and ${padded} with a zero byte behind the secret, which HMAC cannot tell from it)`,
    )
    assert.equal(accepted, padded)
  })

  it('rows 23 and 24: recorded conversations, and its own words sent back', (t) => {
    const times = isFull ? 1000 : 50
    let [replays, reflections, accepted] = [0, 0, 0]
    for (const scheme of schemes)
      for (const role of ROLES) {
        const { theirs: recorded } = talk(scheme, role)
        for (let i = 0; i < times; i++) {
          // A server of `challenge` proves nothing to its client, so there is nothing that a recording would have to forge.
          if (role === 'server' || scheme.isMutual) {
            const machine = scheme.ours(secret)[role]()
            let end = settle(machine)
            machine.receive(recorded)
            end ??= settle(machine)
            machine.end()
            end ??= settle(machine)
            replays++
            if (end?.type === 'done') accepted++
          }
          const mirrored = scheme.ours(secret)[role]()
          let end = settle(mirrored)
          for (let said = output(mirrored); said.length > 0 && !end; said = output(mirrored)) {
            mirrored.receive(said)
            end = settle(mirrored)
          }
          mirrored.end()
          end ??= settle(mirrored)
          reflections++
          if (end?.type === 'done') accepted++
        }
        // Two of the same role, each the mirror of the other.
        const pair = converse(scheme.ours(secret)[role](), scheme.ours(secret)[role]())
        reflections += 2
        for (const end of [pair.client, pair.server]) if (end === 'done') accepted++
      }
    t.diagnostic(`rows 23 and 24: ${replays} replays and ${reflections} reflections tried, ${accepted} accepted`)
    assert.equal(accepted, 0)
  })
})

/** A clock that moves when it is told to, for an otherwise real environment. */
class Clock {
  now = 0
  readonly #timers = new Set<{ at: number; callback: () => void }>()
  readonly env: Env = {
    ...nodeEnv,
    now: () => this.now,
    timer: (ms, callback): Timer => {
      const timer = { at: this.now + ms, callback }
      this.#timers.add(timer)
      return { cancel: () => void this.#timers.delete(timer) }
    },
  }

  advance(ms: number): void {
    this.now += ms
    for (const timer of [...this.#timers]) if (timer.at <= this.now && this.#timers.delete(timer)) timer.callback()
  }
}

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const ask = (n: number): Uint8Array => struct('!Ii').pack(4, n)
const LINGER_MS = 2000

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}

describe('handshakes attacked over TCP', () => {
  /** One digest of `challenge` stands for all: what is tried here is the clock. */
  const tried = schemes.filter(({ name }) => /sha256|sha512|multiprocessing/.test(name))
  const each = isFull ? 200 : 20

  it('row 13: a server whose clients are silent, or send a byte each second', async (t) => {
    let [closed, executed] = [0, 0]
    let latest = 0
    for (const scheme of tried) {
      const clock = new Clock()
      const reasons: CloseReason[] = []
      const failedAt: number[] = []
      const server = createServer(
        square,
        ([n]) => {
          executed++
          return [n]
        },
        {
          auth: scheme.ours(secret),
          // What is tried here is the clock, not how many may be unproved at once.
          admission: { maxUnauthenticated: 8 * each },
          closed: (reason) => {
            reasons.push(reason)
            latest = Math.max(latest, clock.now)
          },
          onError: () => void failedAt.push(clock.now),
        },
      )
      const { endpoint } = await server.listen(tcp({ port: 0, env: clock.env }))
      const sockets = await strangers(endpoint.address.port!, 2 * each)
      await until(() => server.info().open === sockets.length)
      // What an honest client would say, one byte a second: nothing that could be refused before its time.
      const honest = bytes(talk(scheme, 'server').theirs, ask(7))
      const drip = sockets.slice(each)
      for (let second = 0; second < AUTH_LIMITS.deadlineMs / 1000; second++) {
        for (const socket of drip) await new Promise((sent) => socket.write(honest.subarray(second, second + 1), sent))
        await turn()
        assert.equal(reasons.length, 0, `${scheme.name}: closed after ${second} s`)
        clock.advance(1000)
      }
      assert.deepEqual(failedAt, Array(sockets.length).fill(AUTH_LIMITS.deadlineMs))
      // They never close, and go on dripping.
      for (const socket of drip) socket.write(honest.subarray(20))
      await turn()
      clock.advance(LINGER_MS)
      await until(() => reasons.length === sockets.length)
      for (const reason of reasons) assert.equal(reason.kind === 'auth' && reason.error.code, 'AUTH_TIMEOUT')
      assert.equal(server.info().open, 0)
      closed += reasons.length
      for (const socket of sockets) socket.destroy()
      await server.close()
    }
    t.diagnostic(
      `row 13, the proof: ${tried.length} schemes, servers: ${closed / 2} silent and ${closed / 2} dripping clients refused at 10 s, gone by ${latest / 1000} s whatever they do; ${executed} requests executed`,
    )
    assert.equal(executed, 0)
    assert.equal(closed, 2 * each * tried.length)
  })

  it('row 13: a client whose server is silent, or sends a byte each second', async (t) => {
    let refused = 0
    for (const scheme of tried) {
      const clock = new Clock()
      const sockets: Socket[] = []
      const server = createNetServer({ allowHalfOpen: true }, (socket) => {
        socket.on('error', () => {})
        socket.resume()
        sockets.push(socket)
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const place = tcp({ port: (server.address() as AddressInfo).port, env: clock.env })
      const auth = scheme.ours(secret)
      const outcomes: { code: string; at: number }[] = []
      const connecting = Array.from({ length: 2 * each }, () =>
        connect(square, place, { auth }).then(
          () => outcomes.push({ code: 'accepted', at: clock.now }),
          ({ code }) => outcomes.push({ code, at: clock.now }),
        ),
      )
      await until(() => sockets.length === 2 * each)
      const honest = talk(scheme, 'client').theirs
      for (let second = 0; second < AUTH_LIMITS.deadlineMs / 1000; second++) {
        for (const socket of sockets.slice(each))
          await new Promise((sent) => socket.write(honest.subarray(second, second + 1), sent))
        await turn()
        assert.equal(outcomes.length, 0, `${scheme.name}: ended after ${second} s`)
        clock.advance(1000)
      }
      await turn()
      clock.advance(LINGER_MS)
      await Promise.all(connecting)
      for (const { code } of outcomes) assert.equal(code, 'AUTH_TIMEOUT')
      refused += outcomes.length
      for (const socket of sockets) socket.destroy()
      server.close()
    }
    t.diagnostic(
      `row 13, the proof: ${tried.length} schemes, clients: ${refused / 2} silent and ${refused / 2} dripping servers given up at 10 s, 0 believed`,
    )
    assert.equal(refused, 2 * each * tried.length)
  })

  it('row 25: a relay takes over what `challenge` has opened, and TLS is the cure', async (t) => {
    const times = isFull ? 200 : 20
    const auth = challenge({ secret, digest: 'sha256' })
    const executed: number[] = []
    const server = createServer(
      square,
      ([n], { identity }) => {
        assert.equal(identity?.scheme, 'challenge')
        executed.push(n)
        return [n * n]
      },
      { auth },
    )
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    // It has no secret. It lets the two finish, then cuts the victim off and asks for something itself.
    const relay = createNetServer((victim) => {
      const onward = dial(endpoint.address.port!, '127.0.0.1')
      for (const socket of [victim, onward]) socket.on('error', () => {})
      let granted = 0
      victim.on('data', (proof) => onward.write(proof))
      onward.on('data', (said) => {
        if (!victim.destroyed) victim.write(said)
        granted += said.length
        if (granted !== 32 + 'Access Granted'.length) return
        victim.removeAllListeners('data').destroy()
        onward.write(ask(666))
      })
      onward.on('close', () => victim.destroy())
    }).listen(0, '127.0.0.1')
    await once(relay, 'listening')
    const relayAt = (relay.address() as AddressInfo).port
    for (let i = 0; i < times; i++) {
      await connect(square, tcp({ port: relayAt }), { auth }).then(
        (client) => client.closed,
        () => {},
      )
      await until(() => executed.length === i + 1)
    }
    assert.ok(executed.every((n) => n === 666))
    await server.drain()
    relay.close()

    let withTls = 'not tried, for want of openssl'
    if (!noOpenssl) withTls = `${await throughTls(auth, times)} accepted`
    t.diagnostic(
      `row 25: a relay without the secret, over plain TCP: ${executed.length} of ${times} of its commands executed as the victim's; over TLS ${withTls}`,
    )
  })
})

/** How many of the relay's commands are executed when the same goes over TLS and the relay has a certificate of its own. */
async function throughTls(auth: Authentication, times: number): Promise<number> {
  let executed = 0
  const authority = new Authority()
  const server = createServer(
    square,
    ([n]) => {
      if (n === 666) executed++
      return [n * n]
    },
    { auth, onError: () => {} },
  )
  const { endpoint } = await server.listen(tls({ port: 0, ...authority.issue() }))
  const { port } = endpoint.address
  const relayCertificate = new Authority('another authority').issue()
  const front = createServer(square, () => [0])
  const relay = (await front.listen(tls({ port: 0, ...relayCertificate }))).endpoint
  for (let i = 0; i < times; i++)
    await assert.rejects(
      connect(square, tls({ host: 'localhost', port: relay.address.port!, ca: authority.cert }), { auth }),
      { code: 'UNTRUSTED' },
    )
  const client = await connect(square, tls({ host: 'localhost', port: port!, ca: authority.cert }), { auth })
  assert.deepEqual(await client.request([3]), [9])
  await client.close()
  await Promise.all([server.close(), front.close()])
  return executed
}

async function strangers(port: number, count: number): Promise<Socket[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = dial({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
      socket.on('error', () => {})
      socket.resume()
      await once(socket, 'connect')
      return socket
    }),
  )
}
