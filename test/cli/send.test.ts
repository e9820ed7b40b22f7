/** `wirewright send` as a client: answers awaited, expected, and messages in words. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { stop } from '../support/python.js'
import { folder, peer, type Running, refuses, run, start } from './support.js'

const place = folder()
const closing: (() => unknown)[] = [() => place.remove()]
after(() => Promise.all(closing.map((close) => close())))

/** Answers each line with its number, so that an answer tells which question it is for. */
async function counter(): Promise<string> {
  const { port, close } = await peer((socket) => {
    let count = 0
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.trimEnd().split('\n')) socket.write(`${++count} ${line}\n`)
    })
    socket.on('end', () => socket.end())
  })
  closing.push(close)
  return `tcp://127.0.0.1:${port}`
}

const LINES = ['--framing', 'lines', '--print', 'text', '--quiet']

describe('wirewright send --wait', () => {
  it('takes an answer to each frame before the next one goes, and ends after the last', async () => {
    const result = await run(['send', await counter(), 'a', 'b', 'c', '--wait', ...LINES])
    assert.deepEqual(result, { stdout: '1 a\n2 b\n3 c\n', stderr: '', status: 0 })
  })
  it('sends nothing more once the peer has closed', async () => {
    const heard: string[] = []
    const { port, close } = await peer((socket) => {
      socket.on('data', (part) => {
        heard.push(String(part))
        socket.end('only once\n')
      })
    })
    closing.push(close)
    const { stdout, stderr, status } = await run(['send', `tcp://127.0.0.1:${port}`, 'a', 'b', 'c', '--wait', ...LINES])
    assert.deepEqual({ stdout, status }, { stdout: 'only once\n', status: 7 })
    assert.match(stderr, /the peer closed after 1 of 2 frames/)
    assert.doesNotMatch(heard.join(''), /c/)
  })
  it('takes questions from standard input, line by line', async () => {
    const { stdout, status } = await run(['send', await counter(), '-', '--wait', ...LINES], 'x\ny\n')
    assert.deepEqual({ stdout, status }, { stdout: '1 x\n2 y\n', status: 0 })
  })
  it('is not counted twice', () => {
    refuses(['send', 'tcp://127.0.0.1:1', 'a', '--wait', '--count', '1'], /--wait takes an answer to each frame/)
    refuses(['send', 'tcp://127.0.0.1:1', '--wait'], /nothing is: --count 1 takes one frame from who speaks first/)
  })
})

describe('wirewright send --expect', () => {
  it('compares answers as text and as hexadecimal, in their order', async () => {
    const at = await counter()
    const good = ['--expect', '1 a', '--expect', '0x322062']
    assert.equal((await run(['send', at, 'a', 'b', ...good, ...LINES])).status, 0)
    assert.equal((await run(['send', at, 'a', 'b', '--wait', ...good, ...LINES])).status, 0)
    const { stdout, stderr, status } = await run([
      'send',
      at,
      'a',
      'b',
      '--wait',
      '--expect',
      '1 a',
      '--expect',
      '0x00',
      ...LINES,
    ])
    assert.deepEqual({ stdout, status }, { stdout: '1 a\n2 b\n', status: 6 })
    assert.equal(stderr, 'wirewright: answer 2: 0x322062 came, and 0x00 was expected\n')
  })
  it('compares answers with a pattern', async () => {
    const at = await counter()
    assert.equal((await run(['send', at, 'Zoë', '--expect', '~^1 Z..$', ...LINES])).status, 0)
    const { stderr, status } = await run(['send', at, 'a', '--expect', '~^2', ...LINES])
    assert.deepEqual(
      { stderr, status },
      { stderr: 'wirewright: answer 1: "1 a" came, and ~^2 was expected\n', status: 6 },
    )
  })
  it('says when fewer answers were asked for than expected', async () => {
    const { stderr, status } = await run([
      'send',
      await counter(),
      'a',
      '--wait',
      '--expect',
      '1 a',
      '--expect',
      '2 b',
      ...LINES,
    ])
    assert.equal(status, 6)
    assert.match(stderr, /2 answers were expected, and only 1 asked for/)
    refuses(
      ['send', 'tcp://127.0.0.1:1', 'a', '--count', '1', '--expect', 'a', '--expect', 'b'],
      /--count 1 ends before/,
    )
    refuses(['send', 'tcp://127.0.0.1:1', 'a', '--expect', 'a\\q'], /has a \\ that stands for nothing/)
  })
})

describe('wirewright send --module', () => {
  let square: Running
  let sensors: Running
  let module = ''
  before(async () => {
    module = place.file(
      'sensors.mjs',
      `import { array, exchange, lengthPrefix, record, service, string, u16, u8 } from 'wirewright'
       import { tcp } from 'wirewright/node'
       const Reading = record({ sensor: u16, label: string(u8), hz: array(u16, u8) })
       export default service(exchange('sensors', { framing: lengthPrefix('!H'), request: Reading, reply: Reading }),
         (reading) => ({ ...reading, sensor: reading.sensor + 1 }), { endpoint: tcp({ port: 0 }) })`,
    )
    square = await start(['serve', 'square', '--port', '0'])
    sensors = await start(['serve', module])
    closing.push(
      () => stop(square.child),
      () => stop(sensors.child),
    )
  })
  const send = (port: string, ...args: string[]): ReturnType<typeof run> =>
    run(['send', `tcp://127.0.0.1:${port}`, '--quiet', ...args])

  it('sends a message in words, and decodes the answer', async () => {
    const { stdout, status } = await send(square.port, '--module', 'square', 'request', '12', '--wait', '--json')
    assert.equal(status, 0)
    const { msg, fields } = JSON.parse(stdout)
    assert.deepEqual({ msg, value: fields[0].value }, { msg: 'reply', value: 144 })
    const words = ['request', 'sensor=7', 'label=the roof', 'hz=440', 'hz=441']
    const expected = ['--expect', 'sensor=8', '--expect', 'label=the roof', '--expect', 'hz[1]=441']
    const answer = await send(sensors.port, '--module', module, ...words, ...expected, '--print', 'hex')
    assert.deepEqual(answer, { stdout: '000808746865' + '20726f6f660201b801b9\n', stderr: '', status: 0 })
  })
  it('takes a message as JSON on each line of standard input', async () => {
    const input = '{"sensor":1,"label":"a"}\n{"sensor":2,"label":"b","hz":[3]}\n'
    const args = [
      'send',
      `tcp://127.0.0.1:${sensors.port}`,
      '-',
      '--module',
      module,
      '--wait',
      '--print',
      'hex',
      '--quiet',
    ]
    assert.deepEqual(await run(args, input), { stdout: '0002016100\n00030162010003\n', stderr: '', status: 0 })
  })
  it('says which field is not the expected one', async () => {
    const { stderr, status } = await send(
      sensors.port,
      '--module',
      module,
      'sensor=7',
      'label=x',
      '--expect',
      'sensor=9',
    )
    assert.equal(status, 6)
    assert.equal(stderr, 'wirewright: answer 1: sensor is 8, and 9 was expected\n')
    const none = await send(sensors.port, '--module', module, 'sensor=7', 'label=x', '--expect', 'sensr=9')
    assert.match(none.stderr, /answer 1: there is no field sensr in it, but sensor, label/)
  })
  it('compares the fields of every answer: numbers as numbers, patterns, JSON', async () => {
    const ask = ['--module', module, 'sensor=7', 'label=the roof', 'hz=440', 'hz=441', '--print', 'hex']
    const holds = [
      'sensor=0x08',
      'sensor!=7',
      'sensor>7',
      'sensor<=8',
      'label~^the r',
      'label!=x',
      'hz:=[440,441]',
      'hz[0]<441',
    ]
    const all = await send(sensors.port, ...ask, ...holds.flatMap((text) => ['--expect', text]))
    assert.deepEqual({ stderr: all.stderr, status: all.status }, { stderr: '', status: 0 })
    for (const [text, said] of [
      ['sensor<8', 'sensor is 8, and < 8 was expected'],
      ['sensor!=8', 'sensor is 8, and != 8 was expected'],
      ['label~^r', 'label is "the roof", and ~ ^r was expected'],
      ['label>1', 'label is "the roof", and > 1 was expected'],
      ['hz:=[440]', 'hz is [440,441], and [440] was expected'],
    ]) {
      const { stderr, status } = await send(sensors.port, ...ask, '--expect', text!)
      assert.deepEqual({ stderr, status }, { stderr: `wirewright: answer 1: ${said}\n`, status: 6 })
    }
  })
  it('sums up the length that the framing fills in', async () => {
    const framed = place.file(
      'framed.mjs',
      `import { checksum, crc16Modbus, exchange, lengthPrefix, record, service, string, struct, u16, u8 } from 'wirewright'
       import { tcp } from 'wirewright/node'
       const Framed = record({ kind: u8, at: record({ length: u16 }), label: string(u8), crc: checksum(crc16Modbus, u16) })
       const framing = lengthPrefix('!H', { lengthOffset: 1, counts: 'all' })
       export default service(exchange('framed', { framing, request: Framed, reply: Framed }),
         ({ kind, at, label }) => ({ kind: kind + at.length, at, label }), { endpoint: tcp({ port: 0 }) })`,
    )
    const serving = await start(['serve', framed])
    closing.push(() => stop(serving.child))
    const words = ['kind=1', 'at.length=0', 'label=abc']
    // The answer is as long as the question, and says its length itself.
    const sent = await send(serving.port, '--module', framed, ...words, '--wait', '--print', 'hex')
    assert.deepEqual(sent, { stdout: '0a000903616263d255\n', stderr: '', status: 0 })
    const piped = [
      'send',
      `tcp://127.0.0.1:${serving.port}`,
      '-',
      '--module',
      framed,
      '--wait',
      '--print',
      'hex',
      '--quiet',
    ]
    assert.deepEqual(await run(piped, '{"kind":1,"at":{"length":77},"label":"abc"}\n'), sent)
    const called = await run(['call', framed, '--port', serving.port, ...words])
    assert.match(called.stdout, /^\{"kind":10,"at":\{"length":9\},"label":"abc","crc":53845\}\n$/)
    assert.equal(called.status, 0)
  })
  it('refuses what no answer could be compared with, before it connects', () => {
    const nobody = ['send', 'tcp://127.0.0.1:1', '--module', module, 'sensor=7', 'label=x', '--expect']
    refuses([...nobody, 'sensor>many'], /'many' is no number to compare with; one would be 20\.5/)
    refuses([...nobody, 'hz:=[440'], /that is no JSON; := takes JSON/)
    refuses([...nobody, 'label~('], /--expect …~\(: Invalid regular expression/)
  })
  it('says that it sends nothing when there is nothing to send', async () => {
    const { port, close } = await peer((socket) => socket.end('hello'))
    closing.push(close)
    const { stdout, stderr, status } = await run(['send', `tcp://127.0.0.1:${port}`, '--print', 'text'])
    assert.deepEqual({ stdout, status }, { stdout: 'hello\n', status: 0 })
    assert.match(stderr, /^wirewright: connected to 127\.0\.0\.1:\d+: sending nothing, listening\n$/)
  })
  it('refuses a message that does not fit before it connects', () => {
    const nobody = ['send', 'tcp://127.0.0.1:1', '--module']
    refuses([...nobody, 'square', 'request', 'twelve'], /value 1: 'twelve' is no number/)
    refuses([...nobody, module, 'sensor=70000', 'label=x'], /sensor at byte 0: 70000 does not fit u16/)
    refuses([...nobody, module, 'sensr=7'], /there is no field sensr: the fields are sensor, label, hz/)
    refuses([...nobody, 'square', '--set', 'x=1'], /--set x: the service has no options/)
  })
})
