/** Authentication where it is used: on links, in servers and clients, before the protocol. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer as createNetServer, connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import {
  connect,
  createServer,
  exchange,
  lengthPrefix,
  message,
  type PlaintextConsent,
  PlaintextError,
  protocol,
  service,
  string,
  struct,
  transform,
} from 'wirewright'
import { type Authentication, challenge, multiprocessing } from 'wirewright/auth'
import { nodeEnv, tcp, tls, udp, unix } from 'wirewright/node'
import { memory } from 'wirewright/transport'
import { Connection } from '#floor/connection'
import { bytes, output, settle } from './drive.js'

const secret = 'a secret of 25 characters'
const schemes: readonly Authentication[] = [
  challenge({ secret, digest: 'sha256' }),
  multiprocessing({ authkey: secret }),
]
const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const frame = (n: number): Uint8Array => struct('!Ii').pack(4, n)
const meant: PlaintextConsent = 'whoever is in between may read and take over'
const isPlaintext = (error: unknown): boolean => error instanceof PlaintextError && error.code === 'PLAINTEXT'

describe('a proof over plain TCP', () => {
  for (const auth of schemes) {
    it(`is refused beyond this machine, before anything is bound or dialled: ${auth.name}`, async () => {
      const server = createServer(square, ([n]) => [n], { auth })
      for (const host of ['0.0.0.0', '::', '192.0.2.1', '2001:db8::1', 'example.com', '128.0.0.1', '::2'])
        for (const place of [tcp({ host, port: 1 }), udp({ host, port: 1 })]) {
          await assert.rejects(server.listen(place), isPlaintext, host)
          await assert.rejects(connect(square, place, { auth }), isPlaintext, host)
          await assert.rejects(connect(square, [tcp({ port: 1 }), place], { auth }), isPlaintext, host)
        }
      const error = new PlaintextError(auth.name, tcp({ host: '0.0.0.0', port: 1 }).address)
      assert.match(error.message, new RegExp(`^${auth.name} over plain TCP at 0.0.0.0:1 lets .*plaintext: '${meant}'$`))
    })

    it(`needs no words on this machine: ${auth.name}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'wirewright-auth-'))
      for (const place of [
        tcp({ port: 0 }),
        tcp({ host: '127.0.0.2', port: 0 }),
        tcp({ host: 'localhost', port: 0 }),
        unix({ path: join(folder, 'socket') }),
        memory({ env: nodeEnv }),
      ]) {
        const server = createServer(square, ([n]) => [n * n], { auth })
        const { endpoint } = await server.listen(place)
        const client = await connect(square, endpoint, { auth })
        assert.deepEqual(await client.request([9]), [81])
        await client.close()
        await server.close()
      }
      rmSync(folder, { recursive: true })
    })

    it(`is allowed beyond it when the words say that it is meant: ${auth.name}`, async () => {
      const server = createServer(square, ([n]) => [n * n], { auth, plaintext: meant })
      const { endpoint } = await server.listen(tcp({ host: '0.0.0.0', port: 0 }))
      const client = await connect(square, tcp({ port: endpoint.address.port! }), { auth })
      assert.deepEqual(await client.request([9]), [81])
      await client.close()
      await server.close()
    })

    it(`asks for no words over TLS: ${auth.name}`, async () => {
      // Nobody listens there; what is refused is the connection, and not the proof.
      const place = tls({ host: 'localhost', port: 1, ca: [] })
      await assert.rejects(connect(square, place, { auth }), (error) => !isPlaintext(error))
    })
  }

  it('warns of a weak choice once, however many servers and clients share it', async () => {
    const said: string[] = []
    const env = { ...nodeEnv, warn: (text: string) => void said.push(text) }
    const weak = challenge({ secret: 'short', digest: 'md5' })
    const server = createServer(square, ([n]) => [n], { auth: weak })
    const { endpoint } = await server.listen(tcp({ port: 0, env }))
    await server.listen(tcp({ port: 0, env }))
    for (let i = 0; i < 3; i++) {
      const client = await connect(square, tcp({ port: endpoint.address.port!, env }), { auth: weak })
      await client.close()
    }
    await server.close()
    assert.deepEqual(said, [
      'challenge: the secret is shorter than 16 bytes; whoever records one handshake can find it by trying. Use 32 random bytes',
      'challenge: md5 is there for old programs; use sha256 where both ends can',
    ])
  })
})

describe('what comes with the proof', () => {
  for (const auth of schemes) {
    it(`belongs to the protocol, when a client sends all at once: ${auth.name}`, async () => {
      const server = createServer(square, ([n]) => [n * n], { auth })
      const { endpoint } = await server.listen(tcp({ port: 0 }))
      const socket = dial({ port: endpoint.address.port!, host: '127.0.0.1' })
      const machine = auth.client()
      let said = Buffer.alloc(0)
      for await (const chunk of socket) {
        const isDone = machine.state === 'done'
        if (isDone) said = Buffer.concat([said, chunk])
        else {
          machine.receive(chunk)
          const ended = settle(machine)?.type
          // Its last word, and two requests behind it.
          const isLast = ended === 'done' || auth.name === 'challenge'
          const last = output(machine)
          socket.write(isLast && last.length > 0 ? bytes(last, frame(7), frame(8)) : last)
          if (ended === 'done') said = Buffer.from(machine.takeRest())
        }
        if (said.length >= 16) break
      }
      assert.deepEqual(said, Buffer.from(bytes(frame(49), frame(64))))
      socket.destroy()
      await server.close()
    })

    it(`belongs to the protocol, when a server does: ${auth.name}`, async () => {
      const news = protocol('news', { framing: lengthPrefix('!I'), fromServer: { item: message(string()) } })
      const item = (text: string): Uint8Array => bytes(struct('!I').pack(text.length), text)
      const listener = createNetServer(async (socket) => {
        const machine = auth.server()
        const speak = (): void => {
          settle(machine)
          const isLast = machine.state === 'done'
          socket.write(bytes(output(machine), isLast ? bytes(item('one'), item('two')) : ''))
        }
        speak()
        for await (const chunk of socket) {
          if (machine.state === 'done') break
          machine.receive(chunk)
          speak()
        }
      }).listen(0, '127.0.0.1')
      await once(listener, 'listening')
      const client = await connect(news, tcp({ port: (listener.address() as AddressInfo).port }), { auth })
      const items = client.messages()
      assert.equal((await items.next()).value.body, 'one')
      assert.equal((await items.next()).value.body, 'two')
      await client.close()
      listener.close()
    })
  }

  it('is all there, however much it is', async () => {
    const auth = schemes[0]!
    const server = createServer(square, ([n]) => [n + 1], { auth })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const socket = dial({ port: endpoint.address.port!, host: '127.0.0.1' })
    const [asked] = (await once(socket, 'data')) as [Buffer]
    const machine = auth.client()
    machine.receive(asked)
    settle(machine)
    const count = 10_000
    socket.end(bytes(output(machine), ...Array.from({ length: count }, (_, n) => frame(n))))
    const said: Buffer[] = []
    for await (const chunk of socket) said.push(chunk)
    const replies = Buffer.concat(said).subarray('Access Granted'.length)
    assert.ok(replies.equals(bytes(...Array.from({ length: count }, (_, n) => frame(n + 1)))))
    await server.close()
  })

  it('is not decoded while the proof is not there, nor when it is wrong', async () => {
    let decoded = 0
    const counted = transform(struct('!i'), {
      name: 'a counted number',
      decode: ([n]) => {
        decoded++
        return n
      },
      encode: (n: number): [number] => [n],
    })
    const counting = exchange('counting', { framing: lengthPrefix('!I'), request: counted, reply: counted })
    const auth = schemes[0]!
    const server = createServer(counting, (n) => n, { auth, onError: () => {} })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    for (const proof of [0, 8, 16, 31, 32, 40]) {
      const socket = dial({ port: endpoint.address.port!, host: '127.0.0.1' }).resume()
      socket.end(bytes(new Uint8Array(proof), ...Array.from({ length: 100 }, (_, n) => frame(n))))
      await once(socket, 'close')
    }
    assert.equal(decoded, 0)
    const client = await connect(counting, endpoint, { auth })
    assert.equal(await client.request(3), 3)
    assert.equal(decoded, 2)
    await client.close()
    await server.close()
  })
})

describe('a runtime that cannot compute the proof', () => {
  const forbidden = {
    ...nodeEnv,
    mac: async (): Promise<never> => {
      throw new Error('md5 is forbidden here')
    },
  }
  const expected = {
    name: 'AuthUsageError',
    code: 'AUTH_UNAVAILABLE',
    message: 'cannot compute HMAC-sha256: md5 is forbidden here',
  }
  const auth = schemes[0]!

  it('says so as a client', async () => {
    const server = createServer(square, ([n]) => [n], { auth, onError: () => {} })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    await assert.rejects(connect(square, tcp({ port: endpoint.address.port!, env: forbidden }), { auth }), expected)
    await server.close()
  })

  it('says so as a server, and lets nobody in', async () => {
    const errors: unknown[] = []
    const server = createServer(square, ([n]) => [n], { auth, onError: (error) => void errors.push(error) })
    const { endpoint } = await server.listen(tcp({ port: 0, env: forbidden }))
    await assert.rejects(connect(square, tcp({ port: endpoint.address.port! }), { auth }), { code: 'AUTH_REFUSED' })
    assert.equal(errors.length, 1)
    assert.throws(() => {
      throw errors[0]
    }, expected)
    await server.close()
  })
})

describe('a peer that has proved nothing', () => {
  const news = protocol('news', { framing: lengthPrefix('!I'), fromServer: { item: message(string()) } })
  const auth = schemes[0]!

  it('is not among the connections that a server broadcasts to, nor told that it drains', async () => {
    const drained: unknown[] = []
    const server = createServer(
      news,
      {},
      {
        auth,
        onError: () => {},
        draining: (connection) => {
          drained.push(connection)
          void connection.send('item', 'goodbye')
        },
      },
    )
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const stranger = dial({ port: endpoint.address.port!, host: '127.0.0.1' })
    const heard: Buffer[] = []
    stranger.on('data', (chunk) => heard.push(chunk))
    await once(stranger, 'data')
    const friend = await connect(news, endpoint, { auth })
    assert.equal(server.info().open, 2)
    assert.equal(server.connections.size, 1)
    for (const connection of server.connections) await connection.send('item', 'for friends')
    const items = friend.messages()
    assert.equal((await items.next()).value.body, 'for friends')
    const gone = once(stranger, 'close').catch(() => {})
    const draining = server.drain()
    assert.equal((await items.next()).value.body, 'goodbye')
    await draining
    await gone
    assert.equal(Buffer.concat(heard).length, 32)
    assert.equal(drained.length, 1)
    await friend.close()
  })

  it('hears nothing of what was said to it in the meantime', async () => {
    const place = memory({ env: nodeEnv })
    const heard: number[] = []
    const failed = new Promise<unknown>((resolve) => {
      void place.listen((link) => {
        const application = { handle: () => {}, failed: resolve }
        const connection = new Connection(link, news, 'server', nodeEnv, application, { auth })
        connection.start()
        connection.send('item', 'for friends').catch(() => {})
      })
    })
    const link = await place.connect()
    const closed = new Promise<void>((resolve) => {
      link.start({
        received: (chunk) => {
          heard.push(chunk.length)
          if (heard.length === 1) link.write(new Uint8Array(32))
        },
        ended: () => link.end(),
        drained: () => {},
        closed: () => resolve(),
      })
    })
    assert.equal(((await failed) as { code: string }).code, 'AUTH_FAILED')
    await closed
    assert.deepEqual(heard, [32])
  })
})

describe('a secret in a running program', () => {
  it('is not in what servers, clients, services, connections, reasons, errors and warnings print', async () => {
    for (const [make, wrong] of [
      [
        (key: string | Uint8Array) => challenge({ secret: key, digest: 'md5' }),
        challenge({ secret: 'not the one of the server', digest: 'md5' }),
      ],
      [
        (key: string | Uint8Array) => multiprocessing({ authkey: key, allowMd5: true }),
        multiprocessing({ authkey: 'not the one of the server', allowMd5: true }),
      ],
    ] as const)
      for (const key of [secret, new TextEncoder().encode(secret)]) {
        const things: unknown[] = []
        const env = { ...nodeEnv, warn: (text: string) => void things.push(text) }
        const auth = make(key)
        const kept = service(square, ([n]) => [n * n], {
          endpoint: tcp({ port: 0, env }),
          auth,
          client: { auth },
          opened: (connection) => void things.push(connection, connection.identity),
          closed: (reason, connection) => void things.push(reason, connection),
          onError: (error, facts) => void things.push(error, facts),
        })
        const server = kept.createServer()
        const listening = await server.listen(kept.endpoint)
        const client = await kept.connect(listening.endpoint)
        await client.request([3])
        things.push(auth, kept, server, listening, client, client.info(), server.info(), square.describe())
        things.push(...server.connections)
        await connect(square, listening.endpoint, { auth: wrong }).catch((error) => things.push(error, error.cause))
        await client.close()
        await server.close()
        assert.ok(things.length > 15)
        for (const thing of things) shows(thing)
      }
  })

  function shows(thing: unknown): void {
    const texts = [
      inspect(thing, { showHidden: true, getters: true, depth: 50, maxArrayLength: null, maxStringLength: null }),
      String(thing),
      thing instanceof Error ? `${thing.stack}` : '',
    ]
    const raw = Buffer.from(secret)
    const list = [...raw.subarray(0, 6)].join(',')
    for (const text of texts) {
      assert.ok(!text.includes(secret), text)
      for (const encoding of ['hex', 'base64'] as const) assert.ok(!text.includes(raw.toString(encoding)), text)
      assert.ok(!text.replace(/\s/g, '').includes(list), text)
      assert.ok(!text.includes(raw.toString('hex').replace(/../g, '$& ').trim()), text)
    }
  }
})
