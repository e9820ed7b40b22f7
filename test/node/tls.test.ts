import assert from 'node:assert/strict'
import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createNetServer, connect as netConnect, Socket } from 'node:net'
import { after, describe, it, mock } from 'node:test'
import { connect, exchange, lengthPrefix, struct } from 'wirewright'
import { type Credentials, nodeEnv, type TlsOptions, type TlsTrust, tls } from 'wirewright/node'
import {
  type Address,
  type Connectable,
  type Link,
  type Listenable,
  TransportError,
  type TransportErrorCode,
} from 'wirewright/transport'
import { Authority, noOpenssl } from './certificates.js'
import { Arrivals, bytes, Recorder } from './recorder.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })

/** Options that either side may have. */
type Both = TlsOptions & TlsTrust

interface Failure {
  readonly error: TransportError
  readonly peer: Address
}

/** A listener whose links and failures can be awaited. */
async function serve(place: Listenable): Promise<{
  endpoint: Connectable
  port: number
  links: Arrivals<Link>
  failures: Arrivals<Failure>
  dropped(): number
  close(): Promise<void>
}> {
  const links = new Arrivals<Link>()
  const failures = new Arrivals<Failure>()
  const listener = await place.listen(links.put, { failed: (error, peer) => failures.put({ error, peer }) })
  return {
    endpoint: listener.endpoint,
    port: listener.address.port!,
    links,
    failures,
    dropped: () => listener.dropped ?? 0,
    close: () => listener.close(),
  }
}

function failure(code: TransportErrorCode, words: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof TransportError, `${error}`)
    assert.equal(error.code, code, error.message)
    assert.match(error.message, words)
    return true
  }
}

/** A raw TCP client, which says what it likes. */
async function rawClient(port: number): Promise<Socket> {
  const socket = netConnect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'connect')
  return socket
}

/** Waits until the server has the connection too, and closes it. */
async function visit(client: Link, { links }: { links: Arrivals<Link> }): Promise<void> {
  const there = new Recorder(await links.next())
  new Recorder(client).link.reset()
  await there.follows()
}

async function gone(socket: Socket): Promise<void> {
  // Not by `once` of node:events, which fails when an error comes first.
  if (!socket.closed) await new Promise((closed) => socket.once('close', closed))
}

describe('tls', { skip: noOpenssl }, () => {
  const authority = noOpenssl ? undefined! : new Authority()
  const other = noOpenssl ? undefined! : new Authority('another authority')
  const mine = noOpenssl ? undefined! : authority.issue()
  const clients = noOpenssl ? undefined! : authority.issue({ name: 'device 7', altNames: 'DNS:device-7' })
  after(() => {
    authority?.remove()
    other?.remove()
  })
  /** Warnings of the endpoints that were told to use this. */
  const quiet = (): { env: typeof nodeEnv; warnings: string[] } => {
    const warnings: string[] = []
    return { warnings, env: { ...nodeEnv, warn: (text: string) => void warnings.push(text) } }
  }

  it('carries bytes both ways, and tells both sides the same about the connection', async () => {
    const at = await serve(tls({ port: 0, ...mine, ca: authority.cert, alpn: ['sensors/2', 'sensors/1'] }))
    const client = await tls({ host: 'localhost', port: at.port, ca: authority.cert, alpn: ['sensors/1'] }).connect()
    const server = await at.links.next()
    const [there, here] = [new Recorder(server), new Recorder(client)]
    client.write(bytes('ping'))
    await there.hears('ping')
    server.write(bytes('pong'))
    await here.hears('pong')
    for (const { security } of [client, server]) {
      assert.equal(security!.version, 'TLSv1.3')
      assert.equal(security!.alpn, 'sensors/1')
      assert.equal(security!.serverName, 'localhost')
      assert.match(security!.cipher, /^TLS_/)
    }
    assert.equal(server.security!.peerCertificate, undefined)
    assert.deepEqual(Buffer.from(client.security!.peerCertificate!), new X509Certificate(mine.cert).raw)
    assert.deepEqual([client.peer.transport, client.peer.port], ['tls', at.port])
    client.end()
    await there.until(({ calls }) => calls.includes('ended'))
    server.write(bytes(', and after your end'))
    server.end()
    await Promise.all([there.closes(), here.closes(), at.close()])
    assert.equal(here.text, 'pong, and after your end')
    assert.deepEqual([there.error, here.error], [undefined, undefined])
  })

  it('binds proofs of identity to the connection and to the certificate', async () => {
    const sha384 = authority.issue({ digest: 'sha384' })
    for (const [identity, digest] of [
      [mine, 'sha256'],
      [sha384, 'sha384'],
    ] as const) {
      const at = await serve(tls({ port: 0, ...identity, ca: authority.cert }))
      const exporters = new Set<string>()
      for (let i = 0; i < 2; i++) {
        const client = await at.endpoint.connect()
        const server = await at.links.next()
        const [here, there] = [client.security!, server.security!]
        const exporter = here.channelBinding('tls-exporter')!
        assert.equal(exporter.length, 32)
        assert.deepEqual(there.channelBinding('tls-exporter'), exporter)
        exporters.add(Buffer.from(exporter).toString('hex'))
        const expected = createHash(digest).update(new X509Certificate(identity.cert).raw).digest()
        for (const security of [here, there])
          assert.deepEqual(Buffer.from(security.channelBinding('tls-server-end-point')!), expected)
        new Recorder(client).link.reset()
        await new Recorder(server).follows()
        assert.equal(there.channelBinding('tls-exporter'), undefined)
      }
      assert.equal(exporters.size, 2)
      await at.close()
    }
  })

  it('hands back the array of every write by saying drained', async () => {
    const at = await serve(tls({ port: 0, ...mine, ca: authority.cert }))
    const client = await at.endpoint.connect()
    const [here, there] = [new Recorder(client), new Recorder(await at.links.next())]
    for (const size of [1, 5000, 3 << 20]) {
      const drains = here.calls.length
      if (client.write(new Uint8Array(size).fill(size))) continue
      await here.until(({ calls }) => calls.length > drains)
      assert.equal(client.queued, 0)
    }
    client.end()
    await there.until(({ calls }) => calls.includes('ended'))
    there.link.end()
    await here.closes()
    await at.close()
  })

  it('says drained when a few bytes were written behind an array that was kept', async () => {
    const at = await serve(tls({ port: 0, ...mine, ca: authority.cert }))
    const client = await at.endpoint.connect()
    const [here, there] = [new Recorder(client), new Recorder(await at.links.next())]
    const kept = client.write(new Uint8Array(3 << 20))
    client.write(bytes('behind'))
    assert.equal(kept, false)
    await here.until(({ calls }) => calls.includes('drained'))
    assert.equal(client.queued, 0)
    client.end()
    await there.until(({ calls }) => calls.includes('ended'))
    there.link.end()
    await here.closes()
    await at.close()
  })

  it('resets the TCP connection beneath', async () => {
    const at = await serve(tls({ port: 0, ...mine, ca: authority.cert }))
    for (const side of ['client', 'server'] as const) {
      const client = await at.endpoint.connect()
      const [here, there] = [new Recorder(client), new Recorder(await at.links.next())]
      const [resetter, victim] = side === 'client' ? [here, there] : [there, here]
      // The handshake has ended on both sides when something has come through.
      client.write(bytes('ping'))
      await there.hears('ping')
      resetter.link.reset()
      await Promise.all([resetter.closes(), victim.closes()])
      assert.equal(resetter.error, undefined)
      assert.equal(victim.error?.code, 'RESET', side)
    }
    await at.close()
  })

  it('leads to its own listener without an authority, by the certificate it shows', async () => {
    const own = authority.selfSigned()
    const at = await serve(tls({ port: 0, ...own }))
    await visit(await at.endpoint.connect(), at)
    // Others do not trust it for that.
    await assert.rejects(
      tls({ port: at.port }).connect(),
      failure('UNTRUSTED', /self-signed and not among those in `ca` \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/),
    )
    await at.close()
  })

  describe('refuses, in words,', () => {
    const cases: [string, () => Credentials, Partial<Both>, () => Partial<Both>, TransportErrorCode, RegExp][] = [
      [
        'an authority that it does not know',
        () => mine,
        {},
        () => ({ ca: other.cert }),
        'UNTRUSTED',
        /the issuer of the peer’s certificate is not in `ca`/,
      ],
      [
        'a certificate for another name',
        () => authority.issue({ altNames: 'DNS:x.test' }),
        {},
        () => ({}),
        'UNTRUSTED',
        /is for another name \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
      ],
      [
        'a certificate that has expired',
        () => authority.issue({ days: -1 }),
        {},
        () => ({}),
        'UNTRUSTED',
        /has expired \(CERT_HAS_EXPIRED\)$/,
      ],
      [
        'a server that speaks none of its protocols',
        () => mine,
        { alpn: ['a'] },
        () => ({ alpn: ['b'] }),
        'HANDSHAKE_FAILED',
        /the peer speaks none of the protocols in `alpn` \(/,
      ],
      [
        'a server that has no cipher of its own choice',
        () => mine,
        { ciphers: 'TLS_AES_128_GCM_SHA256', minVersion: 'TLSv1.3' },
        () => ({ ciphers: 'TLS_CHACHA20_POLY1305_SHA256', minVersion: 'TLSv1.3' }),
        'HANDSHAKE_FAILED',
        /the peer says: the two sides have no certificate or pre-shared key that suits both, or no cipher does/,
      ],
    ]
    for (const [what, credentials, server, client, code, words] of cases)
      it(what, async () => {
        const at = await serve(tls({ port: 0, ...credentials(), ...server }))
        await assert.rejects(tls({ port: at.port, ca: authority.cert, ...client() }).connect(), failure(code, words))
        const { error, peer } = await at.failures.next()
        assert.match(error.message, new RegExp(`^TLS handshake with 127.0.0.1:${peer.port}: `))
        assert.deepEqual([at.dropped(), at.links.all.length], [1, 0])
        await at.close()
      })

    for (const [what, said, words] of [
      [
        'that speaks no TLS',
        '220 mail.test ESMTP\r\n',
        /^cannot connect to 127\.0\.0\.1:\d+: the peer does not speak TLS \(/,
      ],
      ['that finds its TLS too new', '\x15\x03\x01\x00\x02\x02\x46', /the peer does not accept our version of TLS \(/],
    ] as const)
      it(`a server ${what}`, async () => {
        const plain = createNetServer((socket) => void socket.on('error', () => {}).end(said, 'latin1'))
        await once(plain.listen(0, '127.0.0.1'), 'listening')
        const { port } = plain.address() as { port: number }
        await assert.rejects(tls({ port, ca: authority.cert }).connect(), failure('HANDSHAKE_FAILED', words))
        plain.close()
      })

    for (const [what, said, words] of [
      ['HTTP', 'GET / HTTP/1.1\r\n\r\n', /the peer speaks plain HTTP/],
      ['nothing that makes sense', '\x00\x01\x02\x03 this is not TLS at all', /the peer does not speak TLS/],
    ] as const)
      it(`a client that speaks ${what}`, async () => {
        const at = await serve(tls({ port: 0, ...mine }))
        const socket = await rawClient(at.port)
        socket.write(said, 'latin1')
        const { error, peer } = await at.failures.next()
        assert.match(error.message, words)
        assert.equal(peer.port, socket.localPort)
        await gone(socket)
        await at.close()
      })
  })

  describe('with client certificates', () => {
    it('accepts one of its authority, and shows it to the program', async () => {
      const at = await serve(tls({ port: 0, ...mine, clientCa: authority.cert }))
      const client = new Recorder(await tls({ port: at.port, ca: authority.cert, ...clients }).connect())
      const link = await at.links.next()
      assert.match(new X509Certificate(link.security!.peerCertificate!).subject, /CN=device 7/)
      client.link.reset()
      await new Recorder(link).follows()
      await at.close()
    })

    it('refuses a client that has none; with TLS 1.3 the client learns it after its own handshake', async () => {
      const at = await serve(tls({ port: 0, ...mine, clientCa: authority.cert }))
      const client = new Recorder(await tls({ port: at.port, ca: authority.cert }).connect())
      const { error } = await at.failures.next()
      assert.equal(error.code, 'UNTRUSTED')
      assert.match(error.message, /the client showed no certificate, and one is required/)
      // By itself: what was refused is not an end of the stream, which a client might answer with its own.
      await client.closes()
      assert.deepEqual(client.calls, ['closed'])
      assert.match(client.error!.message, /the peer requires a certificate from us \(`key`, `cert`\)/)
      assert.equal(at.links.all.length, 0)
      await at.close()
    })

    it('is the reason for which a client that has none was closed', async () => {
      const at = await serve(tls({ port: 0, ...mine, clientCa: authority.cert }))
      const client = await connect(square, tls({ port: at.port, ca: authority.cert }))
      const asked = client.request([3])
      await assert.rejects(asked, /the peer requires a certificate from us/)
      const reason = await client.closed
      assert.ok(reason.kind === 'transport' && reason.error.code === 'UNTRUSTED', JSON.stringify(reason))
      await at.close()
    })

    it('refuses a certificate of another authority', async () => {
      const at = await serve(tls({ port: 0, ...mine, clientCa: authority.cert }))
      const client = new Recorder(await tls({ port: at.port, ca: authority.cert, ...other.issue() }).connect())
      const { error } = await at.failures.next()
      assert.equal(error.code, 'UNTRUSTED')
      assert.match(error.message, /the issuer of the peer’s certificate is not in `ca`/)
      await client.follows()
      assert.equal(at.links.all.length, 0)
      await at.close()
    })
  })

  describe('with several names', () => {
    it('shows each name its own certificate, parsed once, and the default to all others', async () => {
      const a = authority.issue({ altNames: 'DNS:a.test' })
      const asked: string[] = []
      const sni = async (name: string): Promise<Credentials | undefined> => {
        asked.push(name)
        return name === 'a.test' ? a : undefined
      }
      const at = await serve(tls({ port: 0, ...mine, sni }))
      for (const [serverName, shown] of [
        ['a.test', a],
        ['localhost', mine],
        ['a.test', a],
        [undefined, mine],
      ] as const) {
        const place = { port: at.port, ca: authority.cert, ...(serverName && { serverName }) }
        const client = await tls(place).connect()
        assert.deepEqual(Buffer.from(client.security!.peerCertificate!), new X509Certificate(shown.cert).raw)
        const server = await at.links.next()
        assert.equal(server.security!.serverName, serverName)
        new Recorder(client).link.reset()
        await new Recorder(server).follows()
      }
      // An address is not asked for by name.
      assert.deepEqual(asked, ['a.test', 'localhost', 'a.test'])
      await at.close()
    })

    for (const [what, sni] of [
      [
        'throws',
        () => {
          throw new Error('boom')
        },
      ],
      ['rejects', () => Promise.reject(new Error('boom'))],
      ['gives something that is no certificate', () => ({ key: 'boom', cert: 'boom' })],
    ] as const)
      it(`fails one handshake, and nothing else, when the function for names ${what}`, async () => {
        let name = 0
        const { env, warnings } = quiet()
        const at = await serve(tls({ port: 0, env, ...mine, sni: () => (name++ === 0 ? sni() : undefined) }))
        const place = tls({ port: at.port, ca: authority.cert, serverName: 'localhost' })
        await assert.rejects(place.connect(), TransportError)
        assert.equal((await at.failures.next()).error.code, 'RESET')
        assert.match(warnings.join(), /^127\.0\.0\.1:0: sni failed: (boom|`key` or `cert` is not PEM.*)$/)
        await visit(await place.connect(), at)
        await at.close()
      })
  })

  describe('replacing credentials', () => {
    it('takes effect with the next handshake, and leaves open connections alone', async () => {
      const renewed = authority.issue()
      const place = tls({ port: 0, ...mine, ca: authority.cert })
      const at = await serve(place)
      const before = new Recorder(await at.endpoint.connect())
      const server = new Recorder(await at.links.next())
      place.replace(renewed)
      const later = await at.endpoint.connect()
      assert.deepEqual(Buffer.from(later.security!.peerCertificate!), new X509Certificate(renewed.cert).raw)
      before.link.write(bytes('still here'))
      await server.hears('still here')
      await visit(later, at)
      before.link.reset()
      await server.follows()
      await at.close()
    })

    it('takes effect on a listener that is about to be', async () => {
      const renewed = authority.issue()
      const place = tls({ port: 0, ...mine, ca: authority.cert })
      const serving = serve(place)
      place.replace(renewed)
      const at = await serving
      const client = await at.endpoint.connect()
      assert.deepEqual(Buffer.from(client.security!.peerCertificate!), new X509Certificate(renewed.cert).raw)
      await visit(client, at)
      await at.close()
    })

    it('refuses a key and a certificate that do not belong together, and keeps the old ones', async () => {
      const place = tls({ port: 0, ...mine, ca: authority.cert })
      const at = await serve(place)
      assert.throws(() => place.replace({ key: clients.key, cert: mine.cert }), {
        code: 'BAD_CREDENTIALS',
        message: /^`key` is not the private key of `cert`/,
      })
      await visit(await at.endpoint.connect(), at)
      await at.close()
    })

    it('finds every mistake in credentials where they are given', () => {
      const encrypted = authority.encrypt(mine.key, 'secret')
      for (const [options, message] of [
        [{ ...mine, key: clients.key }, /^`key` is not the private key of `cert`/],
        [{ ...mine, cert: 'nonsense' }, /^`key` or `cert` is not PEM/],
        [{ ...mine, key: encrypted }, /^`key` is encrypted, and there is no `passphrase`/],
        [{ ...mine, key: encrypted, passphrase: 'wrong' }, /^`passphrase` does not open `key`/],
        [{ ...mine, ca: 'nonsense' }, /^`ca` is no certificate in PEM/],
        [{ ...mine, clientCa: ['nonsense'] }, /^`clientCa` is no certificate in PEM/],
      ] as const)
        assert.throws(() => tls({ port: 0, ...options }), {
          name: 'TransportUsageError',
          code: 'BAD_CREDENTIALS',
          message,
        })
      tls({ port: 0, ...mine, key: encrypted, passphrase: 'secret' })
    })
  })

  describe('and its patience', () => {
    it('gives a handshake one deadline, however busily the peer dribbles', async () => {
      const timers: { ms: number; fire(): void; cancelled: boolean }[] = []
      const env = {
        ...nodeEnv,
        timer(ms: number, fire: () => void) {
          const timer = { ms, fire, cancelled: false }
          timers.push(timer)
          return { cancel: () => void (timer.cancelled = true) }
        },
      }
      const at = await serve(tls({ port: 0, ...mine, env }))
      const socket = await rawClient(at.port)
      // The first bytes of a ClientHello, and no more.
      socket.write(Buffer.from('1603010200010001fc0303', 'hex'))
      while (timers.length === 0) await new Promise((soon) => setImmediate(soon))
      assert.deepEqual(
        timers.map(({ ms, cancelled }) => ({ ms, cancelled })),
        [{ ms: 10_000, cancelled: false }],
      )
      timers[0]!.fire()
      const { error, peer } = await at.failures.next()
      assert.equal(error.code, 'TIMED_OUT')
      assert.equal(
        error.message,
        `TLS handshake with 127.0.0.1:${peer.port}: not done within 10000 ms (handshakeTimeoutMs)`,
      )
      await gone(socket)
      // Of a handshake that is done, nothing is left.
      const place = tls({ port: at.port, ca: authority.cert })
      await visit(await place.connect(), at)
      assert.equal(timers[1]!.cancelled, true)
      await at.close()
    })

    it('gives up a server that accepts and says nothing, by time or by abort', async () => {
      const sockets: Socket[] = []
      const silent = createNetServer((socket) => void sockets.push(socket.on('error', () => {}).resume()))
      await once(silent.listen(0, '127.0.0.1'), 'listening')
      const { port } = silent.address() as { port: number }
      await assert.rejects(
        tls({ port, ca: authority.cert, handshakeTimeoutMs: 20 }).connect(),
        failure('TIMED_OUT', /no answer within 20 ms \(handshakeTimeoutMs\)$/),
      )
      const controller = new AbortController()
      const connecting = tls({ port, ca: authority.cert }).connect({ signal: controller.signal })
      while (sockets.length < 2) await once(silent, 'connection')
      controller.abort(new Error('enough'))
      await assert.rejects(connecting, failure('ABORTED', /was abandoned$/))
      await Promise.all(sockets.map(gone))
      silent.close()
    })

    it('leaves no TCP connection behind when it is aborted before the handshake', async () => {
      const silent = createNetServer()
      await once(silent.listen(0, '127.0.0.1'), 'listening')
      const came = once(silent, 'connection') as Promise<[Socket]>
      // Aborted as soon as nobody listens to it any more, which is between two steps.
      const signal = {
        aborted: false,
        reason: new Error('changed my mind'),
        addEventListener() {},
        removeEventListener() {
          this.aborted = true
        },
      }
      const place = tls({ host: '127.0.0.1', port: (silent.address() as { port: number }).port, ca: authority.cert })
      await assert.rejects(place.connect({ signal }), { code: 'ABORTED' })
      const [socket] = await came
      await gone(socket.on('error', () => {}).resume())
      await new Promise((closed) => silent.close(closed))
    })

    it('notices at once when a peer leaves or resets during the handshake', async () => {
      const at = await serve(tls({ port: 0, ...mine }))
      for (const leave of ['end', 'resetAndDestroy'] as const) {
        const socket = await rawClient(at.port)
        const port = socket.localPort
        socket.write(Buffer.from('1603010200010001fc0303', 'hex'), () => socket[leave]())
        const { error, peer } = await at.failures.next()
        assert.deepEqual([error.code, peer.port], ['RESET', port])
      }
      assert.equal(at.dropped(), 2)
      await at.close()
    })

    it('loses no peer that comes from the same port again before its end was noticed', {
      timeout: 10_000,
    }, async () => {
      const at = await serve(tls({ port: 0, ...mine }))
      // Where Node has it from: to make a kernel do this takes luck.
      const peer = { address: '127.0.0.1', family: 'IPv4', port: 1 }
      const ports = mock.method(Socket.prototype as unknown as { _getpeername(): object }, '_getpeername', () => peer)
      const clients = [await rawClient(at.port), await rawClient(at.port)]
      ports.mock.restore()
      for (const client of clients) client.destroy()
      for (const _ of clients) assert.equal((await at.failures.next()).error.code, 'RESET')
      assert.equal(at.dropped(), 2)
      await at.close()
    })

    it('reports a server that leaves or resets during the handshake', async () => {
      for (const leave of ['end', 'resetAndDestroy'] as const) {
        const rude = createNetServer((socket) => void socket.on('error', () => {}).once('data', () => socket[leave]()))
        await once(rude.listen(0, '127.0.0.1'), 'listening')
        const { port } = rude.address() as { port: number }
        await assert.rejects(tls({ port, ca: authority.cert }).connect(), failure('RESET', /^cannot connect to 127/))
        rude.close()
      }
    })

    it('outlives an exception in accept, in admit and in failed', async () => {
      const { env, warnings } = quiet()
      const boom = (): never => {
        throw new Error('boom')
      }
      const place = tls({ port: 0, ...mine, ca: authority.cert, env })
      const first = await place.listen(boom)
      await new Recorder(await first.endpoint.connect()).follows()
      await first.close()
      const second = await place.listen(boom, { admit: boom })
      await assert.rejects(second.endpoint.connect(), TransportError)
      await second.close()
      const third = await place.listen(boom, { failed: boom })
      const socket = await rawClient(third.address.port!)
      socket.end('nonsense, and enough of it')
      await gone(socket)
      await third.close()
      assert.deepEqual(warnings, [
        '127.0.0.1:0: a connection was not accepted: boom',
        '127.0.0.1:0: a connection was not accepted: boom',
        '127.0.0.1:0: failed: boom',
      ])
    })
  })

  describe('with pre-shared keys', () => {
    const key = randomBytes(32)
    const psk = { identity: 'device-7', key }
    const pskKey = (identity: string): Uint8Array | undefined => (identity === 'device-7' ? key : undefined)

    for (const [version, options] of [
      ['TLSv1.3', {}],
      ['TLSv1.2', { ciphers: 'ECDHE-PSK-CHACHA20-POLY1305:@SECLEVEL=0' }],
    ] as const)
      it(`needs no certificate, and tells the server the identity (${version})`, async () => {
        const max = options
        const at = await serve(tls({ port: 0, pskKey, ...max }))
        const client = await tls({ port: at.port, psk, ...max }).connect()
        const server = await at.links.next()
        assert.deepEqual(
          [client, server].map(({ security }) => security!.pskIdentity),
          ['device-7', 'device-7'],
        )
        assert.equal(client.security!.peerCertificate, undefined)
        const [there, here] = [new Recorder(server), new Recorder(client)]
        client.write(bytes('ping'))
        await there.hears('ping')
        here.link.reset()
        await there.follows()
        await at.close()
      })

    it('refuses a wrong key and an unknown identity, in words', async () => {
      const at = await serve(tls({ port: 0, pskKey }))
      for (const [wrong, clientWords, serverWords] of [
        [
          { identity: 'device-7', key: randomBytes(32) },
          /know different keys under that identity/,
          /know different keys/,
        ],
        [
          { identity: 'stranger', key },
          /no certificate or pre-shared key that suits both/,
          /no certificate or pre-shared key/,
        ],
      ] as const) {
        await assert.rejects(tls({ port: at.port, psk: wrong }).connect(), (error: Error) => {
          assert.match(error.message, clientWords)
          return true
        })
        assert.match((await at.failures.next()).error.message, serverWords)
      }
      await at.close()
    })

    for (const [what, bad] of [
      [
        'throws',
        () => {
          throw new Error('boom')
        },
      ],
      ['gives no bytes', () => 'boom' as never],
      ['is asynchronous, and rejects', () => Promise.reject(new Error('boom')) as never],
      ['gives an empty key', () => new Uint8Array()],
    ] as const)
      it(`fails one handshake, and nothing else, when the function for keys ${what}`, async () => {
        const { env, warnings } = quiet()
        let calls = 0
        const at = await serve(tls({ port: 0, env, pskKey: (identity) => (calls++ === 0 ? bad() : pskKey(identity)) }))
        await assert.rejects(tls({ port: at.port, psk }).connect(), TransportError)
        await at.failures.next()
        assert.match(warnings.join(), /^127\.0\.0\.1:0: pskKey failed: /)
        await visit(await tls({ port: at.port, psk }).connect(), at)
        await at.close()
      })

    it('does not take a certificate instead of the key, were it signed by everyone', async () => {
      const at = await serve(tls({ port: 0, ...mine }))
      await assert.rejects(tls({ port: at.port, psk }).connect(), failure('UNTRUSTED', /./))
      await at.close()
    })
  })
})
