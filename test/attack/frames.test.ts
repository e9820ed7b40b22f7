/** Frames that lie about their length, or come in the most expensive pieces. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bytes, connect, createServer, exchange, lengthPrefix, protocol, record, rest, struct, u16 } from 'wirewright'
import { tcp } from 'wirewright/node'
import { buffers, isFull, report } from './support/report.js'
import { gone, many, nothingEscapes, raw, until } from './support/sockets.js'

const KIB = 1024
const MIB = 1024 * KIB

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const echo = exchange('echo', { framing: lengthPrefix('!I'), request: rest(), reply: rest() })

describe('frames that lie', () => {
  const escaped = nothingEscapes()

  it('row 1: an announced length reserves nothing', async (t) => {
    const count = isFull ? 4000 : 500
    const server = createServer(echo, (body) => body, {
      onError: () => {},
      limits: { frameTimeoutMs: 600_000 },
    })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const before = await buffers()
    const sockets = await many(count, endpoint, { server })
    for (const socket of sockets) socket.write(Uint8Array.of(0, 16, 0, 0, 1))
    await until(() => [...server.connections].filter((connection) => connection.info().bytesIn === 5).length === count)
    const each = ((await buffers()) - before) / count
    for (const socket of sockets) socket.destroy()
    await server.close()
    report(t, {
      row: '1',
      attack: `${count} connections announce 1 MiB and send 1 byte`,
      figure: `${each.toFixed(0)} bytes held for each`,
      bound: 'at most 4096',
      holds: each <= 4 * KIB,
    })
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
    report(t, {
      row: '2',
      attack: `${cases} lengths at borders, in 7 formats`,
      figure: `${escaped.length} uncaught, the next client answered each time`,
      bound: 'none uncaught',
      holds: escaped.length === 0,
    })
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
    report(t, {
      row: '5, 6',
      attack: 'a frame of 1 MiB in single bytes',
      figure: `${(peak / MIB).toFixed(2)} MiB reserved at most, ${(moved / MIB + 1).toFixed(2)} bytes copied for each`,
      bound: '2 MiB, 3 copies',
      holds: most <= 1 && peak <= 2 * MIB && moved <= 2 * MIB,
    })
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
    assert.ok(
      kept.every(({ buffer }) => buffer.byteLength === 16),
      'a message keeps more than itself',
    )
    await client.close()
    await server.close()
    report(t, {
      row: '7',
      attack: `${count} messages of 16 bytes kept, of chunks of 64 KiB`,
      figure: `${(grown / count).toFixed(1)} bytes of buffers for each`,
      bound: 'at most 32, and 1 MiB in all',
      holds: grown <= 2 * 16 * count + MIB,
    })
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
    let named = 0
    const server = createServer(square, ([n]) => [n], {
      onError: (error) => void errors.push((error as Error).message),
    })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    for (const [text, name] of speakers) {
      const socket = await raw(endpoint)
      socket.write(Buffer.from(text, 'latin1'))
      await gone(socket)
      if (name.test(errors.at(-1) ?? '')) named++
    }
    await server.close()
    report(t, {
      row: '32',
      attack: `${speakers.length} other protocols speak to the port`,
      figure: `${named} named in the error`,
      bound: 'all',
      holds: named === speakers.length && errors.length === speakers.length,
    })
  })
})
