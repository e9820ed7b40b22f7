/** Attacks on a server over real sockets. Each prints its figure; what is asserted holds by construction, never by speed. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import {
  bytes,
  type CloseReason,
  ConnectionClosedError,
  connect,
  createServer,
  exchange,
  lengthPrefix,
  protocol,
  record,
  rest,
  struct,
  u16,
} from 'wirewright'
import { challenge } from 'wirewright/auth'
import { nodeEnv, tcp } from 'wirewright/node'
import type { Connectable, Link, Listenable } from 'wirewright/transport'

const isFull = process.env.WIREWRIGHT_ATTACK === 'full'
const KIB = 1024
const MIB = 1024 * KIB

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const echo = exchange('echo', { framing: lengthPrefix('!I'), request: rest(), reply: rest() })
const frame = (n: number): Uint8Array => struct('!Ii').pack(4, n)

const port = ({ address }: Connectable): number => address.port!
async function raw(endpoint: Connectable): Promise<Socket> {
  const socket = dial({ port: port(endpoint), host: '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}
const gone = (socket: Socket): Promise<void> => {
  socket.resume()
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    socket.once('close', () => resolve())
  })
}
const buffers = async (): Promise<number> => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await turn()
  }
  return process.memoryUsage().arrayBuffers
}
const quantile = (times: readonly number[], q: number): string =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * q)]!.toFixed(2)

describe('attacked over TCP', () => {
  const escaped: unknown[] = []
  const note = (error: unknown): void => void escaped.push(error)
  before(() => {
    process.on('uncaughtExceptionMonitor', note)
    process.on('unhandledRejection', note)
  })
  after(() => {
    process.off('uncaughtExceptionMonitor', note)
    process.off('unhandledRejection', note)
    assert.deepEqual(escaped, [])
  })

  it('row 1: an announced length reserves nothing', async (t) => {
    const count = isFull ? 4000 : 500
    const server = createServer(echo, (body) => body)
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const before = await buffers()
    const sockets = await Promise.all(Array.from({ length: count }, () => raw(endpoint)))
    for (const socket of sockets) socket.write(Uint8Array.of(0, 16, 0, 0, 1))
    await until(() => [...server.connections].filter((connection) => connection.info().bytesIn === 5).length === count)
    const each = ((await buffers()) - before) / count
    t.diagnostic(`row 1: ${count} connections announce 1 MiB and send 1 byte: ${each.toFixed(0)} bytes held for each`)
    assert.ok(each <= 4 * KIB)
    for (const socket of sockets) socket.destroy()
    await server.close()
  })

  it('row 2: lengths at every border, in every width and order, close one connection at most', async (t) => {
    const borders = [0n, 1n, 3n, 4n, 5n, 127n, 128n, 255n, 256n, 65_535n, 65_536n, 1n << 20n, (1n << 20n) + 1n]
    borders.push(
      (1n << 31n) - 1n,
      1n << 31n,
      (1n << 32n) - 1n,
      (1n << 53n) - 1n,
      (1n << 53n) + 1n,
      1n << 63n,
      (1n << 64n) - 1n,
    )
    let cases = 0
    for (const format of ['!B', '!H', '<H', '!I', '<I', '!Q', '<Q'] as const) {
      const head = struct(format)
      const wire = exchange('wire', { framing: lengthPrefix(format), request: rest(), reply: rest() })
      const server = createServer(wire, (body) => body, { onError: () => {} })
      const { endpoint } = await server.listen(tcp({ port: 0 }))
      for (const length of borders.filter((length) => length < 1n << BigInt(head.size * 8))) {
        const socket = await raw(endpoint)
        socket.end(Buffer.concat([head.pack(length as never), Uint8Array.of(7)]))
        await gone(socket)
        cases++
      }
      const client = await connect(wire, endpoint)
      assert.deepEqual(await client.request(Uint8Array.of(9)), Uint8Array.of(9))
      await client.close()
      await server.close()
    }
    t.diagnostic(`row 2: ${cases} lengths at borders: ${escaped.length} uncaught, the next client is always answered`)
  })

  it('rows 3 and 4: floods of empty frames, and a neighbour', async (t) => {
    const server = createServer(echo, (body) => body)
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const client = await connect(echo, endpoint)
    const ask = async (): Promise<number[]> => {
      const times: number[] = []
      for (let i = 0; i < (isFull ? 500 : 100); i++) {
        const begun = performance.now()
        await client.request(Uint8Array.of(i & 255))
        times.push(performance.now() - begun)
      }
      return times
    }
    await ask()
    const calm = await ask()
    const floods = await Promise.all(Array.from({ length: 4 }, () => raw(endpoint)))
    const block = new Uint8Array(64 * KIB)
    for (const socket of floods) {
      socket.resume()
      const pour = (): void => {
        while (!socket.destroyed && socket.write(block));
      }
      socket.on('drain', pour)
      pour()
    }
    const flooded = await ask()
    t.diagnostic(
      `rows 3 and 4: 4 floods of empty frames: the neighbour's p50 ${quantile(flooded, 0.5)} ms, p99 ${quantile(flooded, 0.99)} ms (alone ${quantile(calm, 0.5)}, ${quantile(calm, 0.99)}); attackers in the same process`,
    )
    for (const socket of floods) socket.destroy()
    await client.close()
    await server.close()
  })

  it('rows 5 and 6: one byte at a time costs no more memory than twice the frame', (t) => {
    const decoder = echo.framing.decoder()
    const head = Uint8Array.of(0, 16, 0, 0)
    let most = 0
    let peak = 0
    let moved = 0
    let before = 0
    for (let i = 0; i < MIB + 4; i++) {
      decoder.write(i < 4 ? head.subarray(i, i + 1) : new Uint8Array(1))
      const whole = decoder.read()
      assert.equal(whole, i === MIB + 3)
      if (decoder.reserved > before) moved += i
      before = decoder.reserved
      peak = Math.max(peak, decoder.reserved)
      // With the frame complete nothing is held any more, and its memory goes with the next look.
      if (!whole) most = Math.max(most, decoder.reserved / Math.max(4096, 2 * decoder.held))
    }
    t.diagnostic(
      `rows 5 and 6: 1 MiB in single bytes: ${(peak / MIB).toFixed(2)} MiB reserved at most, ${(moved / MIB + 1).toFixed(2)} bytes copied for each`,
    )
    assert.ok(most <= 1 && peak <= 2 * MIB && moved <= 2 * MIB)
  })

  it('row 7: small messages that are kept do not keep the chunks they came in', async (t) => {
    const count = isFull ? 100_000 : 20_000
    const kept: Uint8Array[] = []
    const wire = protocol('keep', {
      framing: lengthPrefix('!H'),
      fromClient: { note: { codec: record({ n: u16, data: bytes(u16) }) } },
    })
    const server = createServer(wire, { note: ({ data }) => void kept.push(data) })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const client = await connect(wire, endpoint)
    const before = await buffers()
    for (let n = 0; n < count; n++) await client.send('note', { n: n & 65_535, data: new Uint8Array(16) })
    await until(() => kept.length === count)
    const grown = (await buffers()) - before
    t.diagnostic(`row 7: ${count} messages of 16 bytes kept: ${(grown / count).toFixed(1)} bytes of buffers for each`)
    assert.ok(grown <= 2 * 16 * count + MIB)
    assert.ok(
      kept.every(({ buffer }) => buffer.byteLength === 16),
      'a message keeps more than itself',
    )
    await client.close()
    await server.close()
  })

  it('row 13: clients that are silent or drip are closed, all of them', async (t) => {
    const count = isFull ? 1000 : 100
    const limit = 300
    const reasons: CloseReason[] = []
    const server = createServer(square, ([n]) => [n], {
      limits: { frameTimeoutMs: limit, readIdleMs: limit, lingerMs: 50 },
      closed: (reason) => void reasons.push(reason),
      onError: () => {},
    })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const begun = performance.now()
    const silent = await Promise.all(Array.from({ length: count }, () => raw(endpoint)))
    const drips = await Promise.all(Array.from({ length: count }, () => raw(endpoint)))
    const dripping = setInterval(() => {
      for (const socket of drips) socket.write(Uint8Array.of(0))
    }, 100)
    await Promise.all([...silent, ...drips].map(gone))
    clearInterval(dripping)
    await until(() => reasons.length === 2 * count)
    t.diagnostic(
      `row 13: ${count} silent and ${count} dripping clients, ${limit} ms allowed: all closed within ${(performance.now() - begun).toFixed(0)} ms`,
    )
    // Three zeroes drip into a head before its time is up; a fourth would make a frame of no bytes, which is malformed.
    assert.ok(reasons.every(({ kind }) => kind === 'timeout' || kind === 'protocol'))
    await server.close()
  })

  it('row 14: limits of the server, and counters that agree with what was refused', async (t) => {
    const server = createServer(square, ([n]) => [n * n], { admission: { maxConnections: 50 } })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const held = await Promise.all(Array.from({ length: 80 }, () => raw(endpoint)))
    await until(() => server.info().accepted + server.info().refused.maxConnections === 80)
    assert.equal(server.info().open, 50)
    assert.equal(server.info().refused.maxConnections, 30)
    for (const socket of held) socket.destroy()
    await until(() => server.info().open === 0)
    const client = await connect(square, endpoint)
    assert.deepEqual(await client.request([3]), [9])
    await client.close()
    await server.close()

    const auth = challenge({ secret: 'a secret of 25 characters', digest: 'sha256' })
    const guarded = createServer(square, ([n]) => [n * n], {
      auth,
      onError: () => {},
      admission: { maxUnauthenticated: 20 },
    })
    const guardedAt = (await guarded.listen(tcp({ port: 0 }))).endpoint
    const strangers = await Promise.all(Array.from({ length: 200 }, () => raw(guardedAt)))
    await until(() => guarded.info().accepted + guarded.info().refused.maxUnauthenticated === 200)
    assert.ok(guarded.info().open <= 20)
    const { open, refused } = guarded.info()
    for (const socket of strangers) socket.destroy()
    await until(() => guarded.info().open === 0)
    const honest = await connect(square, guardedAt, { auth })
    assert.deepEqual(await honest.request([4]), [16])
    await honest.close()
    await guarded.close()
    t.diagnostic(
      `row 14: 80 connects at maxConnections 50: 30 refused; 200 strangers at maxUnauthenticated 20: ${open} held, ${refused.maxUnauthenticated} refused`,
    )
  })

  it('row 15: a peer that never reads costs its queue, and then itself', async (t) => {
    const total = isFull ? 1024 * MIB : 64 * MIB
    const wire = protocol('feed', { framing: lengthPrefix('!I'), fromServer: { item: { codec: rest() } } })
    const reasons: CloseReason[] = []
    const server = createServer(wire, {} as never, { closed: (reason) => void reasons.push(reason) })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const deaf = await raw(endpoint)
    deaf.pause()
    await until(() => server.connections.size === 1)
    const [victim] = [...server.connections]
    const reader = await connect(wire, endpoint)
    const witness = [...server.connections].find((connection) => connection !== victim)!
    const item = new Uint8Array(64 * KIB)
    const rssBefore = process.memoryUsage().rss
    let [queued, rss, refused, heard] = [0, 0, 0, 0]
    const hearing = (async () => {
      for await (const _ of reader.messages()) if (++heard === total / item.length) return
    })()
    for (let sent = 0; sent < total; sent += item.length) {
      victim!.send('item', item).catch((error) => {
        assert.ok(error instanceof ConnectionClosedError)
        refused++
      })
      queued = Math.max(queued, victim!.info().queuedBytes)
      rss = Math.max(rss, process.memoryUsage().rss - rssBefore)
      await witness.send('item', item)
    }
    await hearing
    await until(() => reasons.length === 1)
    const [reason] = reasons
    t.diagnostic(
      `row 15: ${total / MIB} MiB for a peer that never reads: ${(queued / MIB).toFixed(1)} MiB queued at most, RSS +${(rss / MIB).toFixed(0)} MiB, ${refused} sends refused; another peer lost ${total / item.length - heard}`,
    )
    assert.equal(reason?.kind === 'limit' && reason.limit, 'maxQueuedBytes')
    assert.ok(queued <= 8 * MIB + item.length)
    deaf.destroy()
    await reader.close()
    await server.close()
  })

  it('row 31: a reset at every byte, and every n-th write failing, leave nothing behind', async (t) => {
    const server = createServer(square, ([n]) => [n * n], { onError: () => {} })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const stream = Buffer.concat([frame(1), frame(2), frame(3)])
    for (let cut = 0; cut <= stream.length; cut++) {
      const socket = await raw(endpoint)
      if (cut > 0) await new Promise((sent) => socket.write(stream.subarray(0, cut), sent))
      socket.resetAndDestroy()
    }
    await until(() => server.info().accepted === stream.length + 1 && server.info().open === 0)
    await server.close()

    let [settled, failures] = [0, 0]
    const runs = isFull ? 200 : 30
    for (let n = 1; n <= runs; n++) {
      const faulty = failing(tcp({ port: 0 }), n)
      const weak = createServer(square, ([m]) => [m * m], { onError: () => {} })
      const { endpoint } = await weak.listen(faulty)
      const client = await connect(square, endpoint, { limits: { requestTimeoutMs: 5000 } })
      for (let m = 0; m < runs; m++)
        await client.request([m]).then(
          ([reply]) => assert.equal(reply, m * m),
          (error) => {
            assert.ok(error instanceof ConnectionClosedError)
            failures++
          },
        )
      settled += runs
      await client.close()
      await weak.close()
      assert.equal(weak.info().open, 0)
    }
    t.diagnostic(
      `row 31: ${stream.length + 1} resets, ${runs} runs with the n-th write failing: ${settled} requests settled (${failures} failed), ${escaped.length} uncaught`,
    )
  })

  it('row 32: another protocol on the port is named', async (t) => {
    const speakers: readonly [string, RegExp][] = [
      ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', /HTTP request/],
      ['POST /x HTTP/1.1\r\n', /HTTP request/],
      ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /HTTP\/2/],
      ['HTTP/1.1 404 Not Found\r\n', /HTTP reply/],
      ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /TLS/],
      ['SSH-2.0-OpenSSH_9.2\r\n', /SSH/],
      ['PROXY TCP4 192.0.2.7 198.51.100.1 1 2\r\n', /PROXY/],
      ['AMQP\0\0\x09\x01', /AMQP/],
      ['*1\r\n$4\r\nPING\r\n', /Redis/],
      ['220 mail.example ESMTP\r\n', /SMTP or FTP/],
      ['{"jsonrpc":"2.0"}', /JSON/],
    ]
    const errors: string[] = []
    const server = createServer(square, ([n]) => [n], {
      onError: (error) => void errors.push((error as Error).message),
    })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    for (const [text, name] of speakers) {
      const socket = await raw(endpoint)
      socket.write(Buffer.from(text, 'latin1'))
      await gone(socket)
      assert.match(errors.at(-1) ?? '', name)
    }
    assert.equal(errors.length, speakers.length)
    t.diagnostic(`row 32: ${speakers.length} of ${speakers.length} other protocols named`)
    await server.close()
  })

  it('row 35: nothing of the protocol is heard before the proof', async (t) => {
    let executed = 0
    const auth = challenge({ secret: 'a secret of 25 characters', digest: 'sha256' })
    const server = createServer(
      square,
      ([n]) => {
        executed++
        return [n]
      },
      { auth, onError: () => {} },
    )
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const tries: Uint8Array[] = []
    for (let wrong = 0; wrong <= 40; wrong++) {
      const proof = new Uint8Array(wrong).fill(wrong)
      tries.push(Buffer.concat([proof, frame(7), frame(8)]), Buffer.concat([frame(7), proof]))
    }
    for (const bytes of tries) {
      const socket = await raw(endpoint)
      socket.end(bytes)
      await gone(socket)
    }
    assert.equal(executed, 0)
    const client = await connect(square, endpoint, { auth })
    assert.deepEqual(await client.request([5]), [5])
    t.diagnostic(`row 35: ${tries.length} clients without the proof send requests: 0 executed`)
    await client.close()
    await server.close()
  })
})

/** `endpoint`, whose accepted links break at their n-th write. */
function failing(endpoint: ReturnType<typeof tcp>, n: number): Listenable {
  return {
    env: nodeEnv,
    address: endpoint.address,
    listen: (accept) =>
      endpoint.listen((link) => {
        let writes = 0
        const broken: Link = {
          local: link.local,
          peer: link.peer,
          get queued() {
            return link.queued
          },
          start: (receiver) => link.start(receiver),
          write: (bytes) => {
            if (++writes < n) return link.write(bytes)
            link.reset()
            return true
          },
          end: () => link.end(),
          pause: () => link.pause(),
          resume: () => link.resume(),
          reset: () => link.reset(),
        }
        accept(broken)
      }),
  }
}
