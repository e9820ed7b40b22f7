/** `wirewright call`: messages in words and answers on lines, for services that say nothing about how they are called. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { stop } from '../support/python.js'
import { folder, type Running, refuses, run, start } from './support.js'

const place = folder()
const running: Running[] = []
after(async () => {
  await Promise.all(running.map(({ child }) => stop(child)))
  place.remove()
})

const SENSORS = `
import { array, exchange, lengthPrefix, record, service, string, u16, u64, u8 } from 'wirewright'
import { tcp } from 'wirewright/node'
const Reading = record({ sensor: u16, takenAt: u64, label: string(u8), hz: array(u16, u8) })
export default service(exchange('sensors', { framing: lengthPrefix('!H'), request: Reading, reply: Reading }),
  (reading) => reading, { endpoint: tcp({ port: 0 }) })`

const NOTES = `
import { lines, message, protocol, service, string } from 'wirewright'
import { tcp } from 'wirewright/node'
export default service(protocol('notes', { framing: lines(), fromClient: { note: message(string()) } }),
  { note: (text) => console.error('noted ' + text) }, { endpoint: tcp({ port: 0 }) })`

describe('wirewright call', () => {
  let sensors: Running
  let notes: Running
  let module = ''
  before(async () => {
    module = place.file('sensors.mjs', SENSORS)
    sensors = await start(['serve', module])
    notes = await start(['serve', place.file('notes.mjs', NOTES)])
    running.push(sensors, notes)
  })

  it('takes messages of any size as field=value or as JSON, and prints a record as JSON', async () => {
    const said = '{"sensor":7,"takenAt":"12345678901234567890","label":"café","hz":[440,441]}\n'
    const words = ['sensor=7', 'takenAt=12345678901234567890', 'label=café', 'hz=440', 'hz=441']
    const call = ['call', module, '--port', sensors.port]
    assert.deepEqual(await run([...call, ...words]), { stdout: said, stderr: '', status: 0 })
    assert.deepEqual(await run([...call, said.trim()]), { stdout: said, stderr: '', status: 0 })
  })
  it('prints JSON of a documented shape with --json', async () => {
    const { stdout } = await run(['call', module, '--port', sensors.port, '--json', 'sensor=1', 'takenAt=2', 'label=x'])
    const { t, ...rest } = JSON.parse(stdout)
    assert.match(t, /^\d{19}$/)
    assert.deepEqual(rest, { v: 1, msg: 'reply', body: { sensor: 1, takenAt: '2', label: 'x', hz: [] } })
    const square = await start(['serve', 'square', '--port', '0'])
    running.push(square)
    const squared = JSON.parse((await run(['call', 'square', '--json', '3', '--port', square.port])).stdout)
    assert.deepEqual(squared.body, [9])
    const greeter = await start(['serve', 'greeter', '--port', '0'])
    running.push(greeter)
    const lines = (await run(['call', 'greeter', 'Ada', '--json', '--port', greeter.port])).stdout.trimEnd().split('\n')
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)).map(({ t, ...rest }) => rest),
      [
        { v: 1, msg: null, body: 'Welcome!' },
        { v: 1, msg: null, body: 'Hello, Ada!' },
      ],
    )
    const messages = await start(['serve', 'messages', '--reply', '--port', '0'])
    running.push(messages)
    const answer = await run(['call', 'messages', '{"a":[1,"ë"]}', '--json', '--port', messages.port])
    assert.deepEqual(JSON.parse(answer.stdout).body, { a: [1, 'ë'] })
  })
  it('sends a message that has no reply, and leaves', async () => {
    const call = await run(['call', `${place.path}/notes.mjs`, '--port', notes.port, 'remember this'])
    assert.deepEqual(call, { stdout: '', stderr: '', status: 0 })
    await notes.logged('noted remember this')
  })
  it('says in its help what there is to say', async () => {
    const help = async (service: string): Promise<string> => (await run(['call', service, '--help'])).stdout
    assert.match(await help(module), /^Message: sensor=… takenAt=… label=… hz=… {3}\(wirewright help messages\)$/m)
    assert.match(await help('square'), /^Message: … {3}/m)
    for (const own of ['greeter', 'auth']) assert.doesNotMatch(await help(own), /^Message:/m)
  })
  it('looks at its words before it connects', () => {
    const nobody = ['--port', '1']
    refuses(['call', 'messages', 'nonsense', ...nobody], /"nonsense" is not valid JSON/)
    refuses(['call', 'messages', '{"a":1}', 'nonsense', ...nobody], /"nonsense" is not valid JSON/)
    refuses(['call', 'ack', ...nobody], /'request' is one value, and 0 words are given: one is wanted/)
    refuses(['call', 'datagram', 'a', 'b', ...nobody], /'request' is one value, and 2 words are given/)
    refuses(['call', 'record', 'Ada', 'many', ...nobody], /a text and an integer are wanted/)
    refuses(['call', 'record', 'Ada', ...nobody], /a text and an integer are wanted/)
    refuses(['call', 'values', '1', 'ab', ...nobody], /three values are wanted/)
    refuses(['call', 'values', 'one', 'ab', '2.7', ...nobody], /is not an integer|NaN|number/)
    refuses(['call', module, 'sensr=7', ...nobody], /there is no field sensr/)
    refuses(['call', module, 'sensor=7', ...nobody], /takenAt is missing: write takenAt=value/)
  })
})

describe('authentication over plain TCP beyond this machine', () => {
  const secret = (): string[] => [
    '--auth',
    'challenge:sha256',
    '--secret-file',
    place.file('secret', 'sixteen bytes or more'),
  ]
  const MEANT = ['--plaintext', 'whoever is in between may read and take over']

  it('is refused until it is said in words what that means', async () => {
    const refused =
      /lets whoever is in between read and take over: .* with --plaintext 'whoever is in between may read and take over'/
    refuses(['serve', 'square', '--host', '0.0.0.0', '--port', '0', ...secret()], refused)
    refuses(['listen', 'udp://0.0.0.0:0', ...secret()], refused)
    refuses(['send', 'tcp://192.0.2.1:9', 'x', ...secret()], refused)
    refuses(['call', 'square', '3', '--host', '192.0.2.1', ...secret()], refused)
    refuses(
      ['serve', 'square', '--plaintext', 'yes', ...secret()],
      /Allowed choices are whoever is in between may read/,
    )
    const serving = await start(['serve', 'square', '--host', '0.0.0.0', '--port', '0', ...secret(), ...MEANT])
    running.push(serving)
    const called = await run(['call', 'square', '3', '--port', serving.port, ...secret()])
    assert.equal(called.stdout, '9\n')
  })
  it('prints what the library warns of as a line of ours', async () => {
    const old = ['--auth', 'challenge:md5', ...secret().slice(2)]
    const { stderr } = await run(['send', 'tcp://127.0.0.1:1', 'x', ...old])
    const lines = stderr.trimEnd().split('\n').sort()
    assert.equal(lines.length, 2, stderr)
    assert.match(lines[0]!, /^wirewright: cannot connect to /)
    assert.equal(lines[1], 'wirewright: challenge: md5 is there for old programs; use sha256 where both ends can')
  })
})
