/** One square across the wire, with Python at the other end: our server with its client, our client with its server. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { connect, createServer, exchange, lengthPrefix, type Server, struct } from 'wirewright'
import { tcp } from 'wirewright/node'
import { noPython, python, pythonServer } from '../support/python.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })

const PYTHON_CLIENT = `
import socket, struct, sys
port, manner, numbers = int(sys.argv[1]), sys.argv[2], [int(n) for n in sys.argv[3:]]
def receive(s, n):
    data = b''
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more: raise EOFError
        data += more
    return data
with socket.create_connection(('127.0.0.1', port)) as s:
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for number in numbers:
        payload = struct.pack('!i', number)
        header = struct.pack('!I', len(payload))
        if manner == 'apart':
            s.sendall(header); s.sendall(payload)
        elif manner == 'together':
            s.sendall(header + payload)
        else:
            for byte in header + payload: s.sendall(bytes([byte]))
        size, = struct.unpack('!I', receive(s, 4))
        print(*struct.unpack('!i', receive(s, size)))
`

const PYTHON_SERVER = `
import socket, struct, sys
def receive(s, n):
    data = b''
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more: return None
        data += more
    return data
with socket.create_server(('127.0.0.1', 0)) as listener:
    print(listener.getsockname()[1])
    while True:
        s, _ = listener.accept()
        with s:
            while (header := receive(s, 4)) is not None:
                number, = struct.unpack('!i', receive(s, struct.unpack('!I', header)[0]))
                reply = struct.pack('!Ii', 4, number * number)
                if sys.argv[1] == 'whole': s.sendall(reply)
                else:
                    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    for byte in reply: s.sendall(bytes([byte]))
`

/** A frame as the wire has it. */
const frame = (...numbers: number[]): Buffer => Buffer.concat(numbers.map((n) => Buffer.from(struct('!Ii').pack(4, n))))

/** Everything that comes until the peer ends the stream. */
async function drain(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await once(socket, 'end')
  return Buffer.concat(chunks)
}

describe('our server', () => {
  const errors: { message: string; id: number }[] = []
  let server: Server<typeof square>
  let port: number
  before(async () => {
    server = createServer(square, ([n]) => [n * n], {
      onError: (error, { connection }) => errors.push({ message: (error as Error).message, id: connection.id }),
    })
    port = (await server.listen(tcp({ port: 0 }))).endpoint.address.port!
  })
  after(() => server.close())

  for (const manner of ['apart', 'together', 'one byte at a time'])
    it(`answers a Python client that sends header and payload ${manner}`, { skip: noPython }, async () => {
      assert.equal(
        await python(PYTHON_CLIENT, port, manner, 12345, -5, 46340, -46340, 0),
        '152399025\n25\n2147395600\n2147395600\n0\n',
      )
    })

  it('answers the largest square that fits, and closes on the first that does not, while 50 others go on', async () => {
    const others = await Promise.all(Array.from({ length: 50 }, () => connect(square, tcp({ port }))))
    const unlucky = await connect(square, tcp({ port }))
    const asking = others.map((client, i) => client.request([i]))
    assert.deepEqual(await unlucky.request([46340]), [2147395600])
    await assert.rejects(unlucky.request([46341]), { code: 'CONNECTION_CLOSED', sent: 'maybe' })
    assert.equal((await unlucky.closed).kind, 'peer')
    assert.equal(errors.length, 1)
    assert.match(errors[0]!.message, /'i' format requires -2147483648 <= number <= 2147483647/)
    assert.deepEqual(
      await Promise.all(asking),
      others.map((_, i) => [i * i]),
    )
    assert.deepEqual(
      await Promise.all(others.map((client, i) => client.request([-i]))),
      others.map((_, i) => [i * i]),
    )
    await Promise.all(others.map((client) => client.close()))
    errors.length = 0
  })

  it('answers everything a peer asked that has shut down its write side', async () => {
    const socket = dial({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.end(frame(1, 2, 3, 4, 5))
    assert.deepEqual(await drain(socket), frame(1, 4, 9, 16, 25))
  })

  it('answers what was asked before the request that failed, and then nothing', async () => {
    const socket = dial({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.write(frame(2, 3, 46341, 4))
    assert.deepEqual(await drain(socket), frame(4, 9))
    socket.destroy()
    errors.length = 0
  })
})

describe('async handlers', () => {
  it('answer in the order asked, whatever order they finish in, also to a half-closed peer', async () => {
    const gates: (() => void)[] = []
    const server = createServer(square, async ([n]) => {
      await new Promise<void>((open) => gates.push(open))
      return [n * n]
    })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const socket = dial({ port: endpoint.address.port!, host: '127.0.0.1', allowHalfOpen: true })
    socket.end(frame(1, 2, 3, 4))
    const everything = drain(socket)
    while (gates.length < 4) await new Promise(setImmediate)
    for (const open of [gates[2]!, gates[3]!, gates[1]!, gates[0]!]) {
      open()
      await new Promise(setImmediate)
    }
    assert.deepEqual(await everything, frame(1, 4, 9, 16))
    await server.close()
  })

  it('that throw, reject or return what does not fit close their connection and no other', async () => {
    const seen: unknown[] = []
    const server = createServer(
      square,
      ([n]): [number] | Promise<[number]> => {
        if (n === 1) throw new Error('thrown')
        if (n === 2) return Promise.reject(new Error('rejected'))
        if (n === 3) return Promise.resolve(['three' as unknown as number])
        if (n === 4) throw undefined
        return [n]
      },
      { onError: (error) => seen.push(error) },
    )
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const witness = await connect(square, endpoint)
    for (const n of [1, 2, 3, 4]) {
      const client = await connect(square, endpoint)
      await assert.rejects(client.request([n]), { code: 'CONNECTION_CLOSED' })
      await client.closed
      assert.deepEqual(await witness.request([100 + n]), [100 + n])
    }
    assert.deepEqual(
      seen.map((error) => (error instanceof Error ? error.message : error)),
      ['thrown', 'rejected', 'required argument is not an integer', undefined],
    )
    await witness.close()
    await server.close()
  })
})

describe('our client', () => {
  for (const manner of ['whole', 'byte by byte'])
    it(`asks a Python server that answers ${manner}`, { skip: noPython }, async () => {
      const { port, stop } = await pythonServer(PYTHON_SERVER, manner)
      const client = await connect(square, tcp({ port }))
      const numbers = [12345, -12345, 0, 46340, -46340, 7]
      assert.deepEqual(
        await Promise.all(numbers.map((n) => client.request([n]))),
        numbers.map((n) => [n * n]),
      )
      await client.close()
      await stop()
    })

  it('is told that nobody listens', async () => {
    const server = createServer(square, ([n]) => [n])
    const listening = await server.listen(tcp({ port: 0 }))
    await server.close()
    await assert.rejects(connect(square, listening.endpoint), {
      code: 'REFUSED',
      message: /^cannot connect to 127\.0\.0\.1:\d+: nobody listens there/,
    })
  })

  it('gives up a request at its deadline and on abort, and drops the late replies', async () => {
    const gates: (() => void)[] = []
    const server = createServer(square, async ([n]) => {
      await new Promise<void>((open) => gates.push(open))
      return [n * n]
    })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const client = await connect(square, endpoint)
    await assert.rejects(client.request([1], { timeoutMs: 1 }), { code: 'REQUEST_TIMEOUT', sent: 'maybe' })
    const abort = new AbortController()
    const second = client.request([2], { signal: abort.signal })
    abort.abort(new Error('changed my mind'))
    await assert.rejects(second, /changed my mind/)
    const third = client.request([3])
    while (gates.length < 3) await new Promise(setImmediate)
    for (const open of gates) open()
    assert.deepEqual(await third, [9])
    await client.close()
    await server.close()
  })
})
