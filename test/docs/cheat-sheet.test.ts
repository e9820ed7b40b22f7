/** Every line of the cheat sheet is tried: what it says to write is evaluated, and gives the bytes that stand beside it. */
import assert from 'node:assert/strict'
import { connect as connectSocket, createServer as createNetServer, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import * as everything from 'wirewright'
import { connect, createServer, exchange, type Framing, lengthPrefix, struct } from 'wirewright'
import * as auth from 'wirewright/auth'
import * as node from 'wirewright/node'
import { memory } from 'wirewright/transport'
import { fromHex, Output, toHex } from '#floor/bytes'
import { Authority, noOpenssl } from '../node/certificates.js'
import { codeIn, page, rowsBelow } from './markdown.js'

const text = page('docs/cheat-sheet.md')
/** What the page calls `tree` and `even`. */
const { array, lazy, record, u8 } = everything
type Tree = { id: number; below: Tree[] }
const tree: everything.Codec<Tree> = record({
  id: u8,
  below: array(
    lazy(() => tree),
    u8,
  ),
})
const even = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) => (Number(value) % 2 === 0 ? { value } : { issues: [{ message: 'it is odd' }] }),
  },
}
const scope: Record<string, unknown> = { ...everything, ...auth, ...node, memory, tree, even }

/** What an expression of the page gives, with the package's exports and what the page says is there. */
function evaluate(code: string): unknown {
  // Nothing may depend on a port that somebody else has.
  const portable = code.replace(/\bport: \d+/g, 'port: 0')
  const body = `return (${portable.includes('await') ? `async () => ${portable}` : `() => ${portable}`})()`
  return new Function(...Object.keys(scope), body)(...Object.values(scope))
}

const hex = (bytes: Uint8Array): string => toHex(bytes, ' ')

function frameOf(framing: Framing, body: Uint8Array): Uint8Array {
  const output = new Output()
  const mark = framing.begin(output)
  output.append(body)
  framing.finish(output, mark)
  return output.copy()
}

describe('the cheat sheet', () => {
  for (const [wire, write, body, frame] of rowsBelow(text, '## Framing'))
    it(`frames: ${wire}`, () => {
      const framing = evaluate(codeIn(write!)) as Framing
      const sent = frameOf(framing, fromHex(codeIn(body!))!)
      assert.equal(hex(sent), codeIn(frame!))
      const decoder = framing.decoder()
      decoder.write(sent)
      const found = []
      while (decoder.read()) found.push(frameOf(framing, decoder.bytes.slice(decoder.start, decoder.end)))
      decoder.finish()
      assert.deepEqual(found, [sent])
    })

  for (const [wire, python, write, value, bytes] of rowsBelow(text, '## Numbers'))
    it(`has numbers: ${wire}`, () => {
      checkCodec(write!, value!, bytes!)
      const format = codeIn(python!)
      if (format)
        assert.equal(hex(struct(format as string).encode([evaluate(codeIn(value!))] as never)), codeIn(bytes!))
    })

  for (const heading of ['## Strings, bytes, addresses', '## Records and arrays', '## Fields that depend on fields'])
    for (const [wire, write, value, bytes] of rowsBelow(text, heading))
      it(`has ${heading.slice(3).toLowerCase()}: ${wire}`, () => checkCodec(write!, value!, bytes!))

  for (const row of rowsBelow(text, '## Checksums'))
    it(`has checksums: ${row[0]}`, () => {
      if (row.length === 4) return checkCodec(row[1]!, row[2]!, row[3]!)
      const { of, algorithm } = evaluate(codeIn(row[2]!)) as everything.Checksum<everything.ChecksumAlgorithm>
      const check = of(new TextEncoder().encode('123456789'))
      assert.equal(check.toString(16).padStart(algorithm.width / 4, '0'), codeIn(row[1]!))
    })

  for (const [wire, write] of rowsBelow(text, '## Protocols'))
    it(`has protocols: ${wire}`, () => {
      const { describe } = evaluate(codeIn(write!)) as everything.Protocol
      assert.equal(describe().kind, 'protocol')
    })
})

function checkCodec(write: string, value: string, bytes: string): void {
  const codec = evaluate(codeIn(write)) as everything.Codec<unknown>
  const encoded = codec.encode(evaluate(`(${codeIn(value)})`))
  assert.equal(hex(encoded), codeIn(bytes))
  assert.equal(hex(codec.encode(codec.decode(encoded))), codeIn(bytes))
}

describe('the cheat sheet, with a server running', () => {
  const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
  const answer = ([n]: readonly [number]): [number] => [n * n]
  const server = createServer(square, answer)
  const opened: { close(): unknown }[] = [server]
  const listener = createNetServer((socket) => socket.end())
  let socket: Socket
  let authority: Authority | undefined

  before(async () => {
    const { endpoint } = await server.listen(node.tcp({ port: 0 }))
    const client = await connect(square, endpoint)
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    socket = connectSocket((listener.address() as { port: number }).port, '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    authority = noOpenssl ? undefined : new Authority()
    Object.assign(scope, { square, answer, endpoint, client, socket, ...authority?.issue({}) })
    opened.unshift(client)
  })
  after(async () => {
    for (const one of opened) await one.close()
    socket.destroy()
    listener.close()
    authority?.remove()
  })

  for (const heading of ['## Servers and clients', '## Transports'])
    for (const [want, write] of rowsBelow(text, heading))
      it(`has ${heading.slice(3).toLowerCase()}: ${want}`, { skip: /\btls\(/.test(write!) && noOpenssl }, async () => {
        const made = await evaluate(codeIn(write!))
        assert.ok(typeof made === 'object' && made !== null)
        if ('close' in made && typeof made.close === 'function' && !(made instanceof Duplex))
          opened.unshift(made as { close(): unknown })
        if (Array.isArray(made)) assert.deepEqual(made, [152399025])
      })
})
