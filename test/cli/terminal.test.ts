/** Whatever arrives, no terminal obeys it; colours are for terminals that want them; a reader may stop reading. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { harmless } from '#ground/cli/terminal'
import { cutAtEnd, textLines } from '#ground/cli/text'
import { stop } from '../support/python.js'
import { folder, inTerminal, noTerminal, peer, run, start, wirewright, withCommand } from './support.js'

const ALL = Uint8Array.from({ length: 256 }, (_, i) => i)
/** Printable in some script, or the end of a line: nothing that a terminal obeys, and nothing that hides. */
const SAFE = /^(?:[^\p{C}\p{Z}]|[ \n\u200c\u200d])*$/u
/** The ellipsis is ours: what was left out of a table's column. */
const ASCII = /^[\x20-\x7e\n…]*$/
const place = folder()
after(() => place.remove())

describe('received bytes', () => {
  let all = ''
  let talker: Awaited<ReturnType<typeof peer>>
  before(async () => {
    all = place.file('all.bin', ALL)
    talker = await peer((socket) => socket.end(ALL))
  })
  after(() => talker.close())

  const ways = [
    ...['hexdump', 'xxd', 'hex', 'text', 'json', 'table', 'annotate'].map((how) => [
      '--print',
      how,
      '--format',
      '!256s',
    ]),
    ['--print', 'table', '--format', '!256c'],
    ['--print', 'json', '--format', '!256c'],
  ]
  it('are harmless in every way that decode prints them', () => {
    for (const way of ways) {
      const { stdout, stderr, status } = wirewright('decode', '--file', all, '--input', 'raw', ...way)
      assert.equal(status, 0, stderr)
      // They are no UTF-8: nothing but ASCII stays as it is.
      assert.ok(ASCII.test(stdout), way.join(' '))
      assert.ok(stdout.length > 256)
    }
    assert.match(wirewright('unpack', '!256s', '--file', all, '--input', 'raw').stdout, SAFE)
    assert.match(wirewright('unpack', '!256s', '--json', '--file', all, '--input', 'raw').stdout, SAFE)
  })
  it('are harmless as text that was decoded', async () => {
    const module = place.file(
      'text.mjs',
      `import { exchange, chunks, service } from 'wirewright'
       import { record, string, rest } from 'wirewright/codec'
       import { tcp } from 'wirewright/node'
       export default service(exchange('text', { framing: chunks(), request: record({ say: string() }), reply: rest() }), () => [], { endpoint: tcp({ port: 0 }) })`,
    )
    const hostile = Array.from({ length: 0x2100 }, (_, code) =>
      code >= 0x800 && code < 0x2000 ? '' : String.fromCodePoint(code),
    )
    const input = Buffer.from(`${hostile.join('')}\u202e\u2066\ufeff\u{1f600}`)
    for (const how of ['table', 'json', 'annotate']) {
      const { stdout, status, stderr } = await run(
        ['decode', '--module', module, '--input', 'raw', '--print', how, '-'],
        input,
      )
      assert.equal(status, 0, stderr)
      assert.ok(SAFE.test(stdout), how)
      // A program reads it whatever its locale is.
      assert.equal(ASCII.test(stdout), how === 'json')
      assert.match(stdout, how === 'json' ? /\\ud83d\\ude00/ : /ëì.*😀/)
    }
  })
  it('are readable as text in every script, in and out', async () => {
    const { port, close } = await peer((socket) => socket.pipe(socket))
    const echo = ['send', `tcp://127.0.0.1:${port}`, '--wait', '--quiet', '--print', 'text']
    const words = 'Zoë 日本 שלום 👩\u200d🔬'
    assert.equal((await run([...echo, words])).stdout, `${words}\n`)
    const hostile = `Zoë\\x1b[2J\\xc2\\x9b\\xe2\\x80\\xae\\\\n`
    assert.equal((await run([...echo, hostile])).stdout, `${hostile}\n`)
    // Half a character makes all of it bytes: what is no UTF-8 is not called text.
    assert.equal((await run([...echo, 'Zoë\\xc3'])).stdout, 'Zo\\xc3\\xab\\xc3\n')
    const { stderr, status } = await run([...echo, 'Zoë', '--expect', 'Zoé'])
    assert.deepEqual(
      { stderr, status },
      { stderr: 'wirewright: answer 1: "Zoë" came, and "Zoé" was expected\n', status: 6 },
    )
    await close()
  })
  it('are harmless in send, listen, and the errors about them', async () => {
    for (const how of ['hexdump', 'text', 'json']) {
      const { stdout } = await run(['send', `tcp://127.0.0.1:${talker.port}`, '--print', how])
      assert.match(stdout, SAFE)
      assert.ok(stdout.length > 256)
    }
    const listening = await start(['listen', 'tcp://127.0.0.1:0', '--count', '1', '--print', 'text'])
    await run(['send', `tcp://127.0.0.1:${listening.port}`, '--file', all])
    assert.match((await listening.ended).stdout, SAFE)
    for (let at = 0; at < 256; at += 16) {
      const part = Buffer.concat([Buffer.from('ffff', 'hex'), ALL.subarray(at, at + 16)])
      const { stderr } = await run(['decode', '--framing', 'lengthPrefix(!H)', '--input', 'raw', '-'], part)
      assert.match(stderr, SAFE)
    }
  })
  it('are harmless in headers, status lines and pages', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, 'fine \x9b31m', { 'x-hostile': 'a\x9b2Jb\xad' }).end(ALL)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { stdout, stderr } = await run([
      'fetch',
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      '--output',
      place.file('page.bin', ''),
    ])
    assert.match(stdout, SAFE)
    assert.match(stdout, /x-hostile: a\\x9b2Jb\\xad/)
    assert.doesNotMatch(stderr, /[\x80-\x9f\x1b]/)
    server.close()
  })
  it('are harmless and readable in the log of a service', async () => {
    const { port, logged, child } = await start(['serve', 'messages', '--port', '0'])
    await run(['call', 'messages', '--no-wait', '--port', port, '"Zoë 日本 \\u202e\\u009b2J"'])
    assert.equal(await logged(/received/), 'received "Zoë 日本 \\u{202e}\\x9b2J"')
    await stop(child)
  })
  it('are harmless in what a command says about its own words', () => {
    const { stderr, status } = wirewright('serve', './\x1b[31mred\u202e.ts')
    assert.equal(status, 2)
    assert.match(stderr, /\\x1b\[31mred\\u\{202e\}/)
    const unknown = wirewright('decode', '--\x1b[31m')
    assert.doesNotMatch(unknown.stderr, /\x1b/)
  })
})

describe('textLines()', () => {
  it('keeps lines, and what is printable in them, and spells out the rest', () => {
    assert.equal(textLines(Buffer.from('a\r\n\tZoë\r\x1b[2J\\x0a\n')), 'a\n\tZoë\\x0d\\x1b[2J\\\\x0a\n')
  })
  it('is given whole characters', () => {
    const text = Buffer.from('aë日😀')
    const cuts = Array.from(text, (_, i) => cutAtEnd(text.subarray(0, i + 1)))
    assert.deepEqual(cuts, [0, 1, 0, 1, 2, 0, 1, 2, 3, 0])
    assert.deepEqual([cutAtEnd(Uint8Array.of(0x80, 0x80, 0x80, 0x80)), cutAtEnd(new Uint8Array())], [0, 0])
  })
})

describe('harmless()', () => {
  it('keeps words in every script, and spells out what a terminal or a reader might obey', () => {
    assert.equal(harmless('größer … ✓ 日本 😀\tx\n'), 'größer … ✓ 日本 😀\tx\n')
    assert.equal(
      harmless('\x1b[2J\x07\x7f\x9b\r\u2028\u202e\ufeff\ud800'),
      '\\x1b[2J\\x07\\x7f\\x9b\\x0d\\u{2028}\\u{202e}\\u{feff}\\u{d800}',
    )
  })
})

describe('colours', { skip: noTerminal }, () => {
  const args = ['decode', '--format', '!B', '01']

  it('are there on a terminal, and never with NO_COLOR, on a dumb terminal or in a pipe', async () => {
    assert.match(await inTerminal(args), /\x1b\[36m\[0\]/)
    assert.doesNotMatch(await inTerminal(args, { NO_COLOR: '1' }), /\x1b/)
    assert.doesNotMatch(await inTerminal(args, { NO_COLOR: '1', FORCE_COLOR: '1' }), /\x1b/)
    assert.doesNotMatch(await inTerminal(args, { TERM: 'dumb' }), /\x1b/)
    assert.doesNotMatch(wirewright(...args).stdout, /\x1b/)
  })
  it('come with no raw bytes: a terminal gets those only through a file', async () => {
    assert.match(
      await inTerminal(['decode', '--print', 'raw', '01']),
      /--print raw would let received bytes command your terminal/,
    )
  })
})

describe('a reader that stops reading', () => {
  it('ends the command quietly', async () => {
    const env = withCommand(place.path)
    const big = place.file('big.bin', new Uint8Array(3_000_000).fill(0xc8))
    const script = `wirewright decode --file '${big}' --input raw --framing 'fixedLength(16)' --print xxd | head -1; echo "\${PIPESTATUS[0]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', script], {
      env,
      encoding: 'utf8',
      timeout: 20_000,
    })
    assert.equal(stderr, '')
    assert.match(stdout, /^00000000: c8c8 .*\n0\n$/)
  })
})
