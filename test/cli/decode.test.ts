/** `wirewright decode`: bytes in, fields out. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { folder, refuses, run, wirewright } from './support.js'

const FRAME = '0007010002000000ff'
const GUESS = ['--framing', 'lengthPrefix(!H)', '--format', '!BHI', '--names', 'kind,id,count']

describe('wirewright decode', () => {
  it('prints a table of fields, with offsets in the input', () => {
    assert.deepEqual(wirewright('decode', ...GUESS, FRAME), {
      stdout: `frame 1, 7 bytes
offset  length  bytes        field      value
     0       2  00 07        (framing)
     2       1  01           kind       1
     3       2  00 02        id         2
     5       4  00 00 00 ff  count      255

`,
      stderr: '',
      status: 0,
    })
  })

  it('prints JSON of a stable shape', () => {
    const { stdout } = wirewright(
      'decode',
      '--format',
      '<q4sd?',
      '--names',
      'big,tag,ratio,on',
      '--json',
      '--input',
      'hex',
      'ffffffffffffff7f 6100ff1b 000000000000f87f 01',
    )
    assert.deepEqual(JSON.parse(stdout), {
      v: 1,
      offset: 0,
      msg: null,
      len: 21,
      hex: 'ffffffffffffff7f6100ff1b000000000000f87f01',
      fields: [
        { path: 'big', offset: 0, length: 8, value: '9223372036854775807' },
        { path: 'tag', offset: 8, length: 4, value: '6100ff1b' },
        { path: 'ratio', offset: 12, length: 8, value: 'NaN' },
        { path: 'on', offset: 20, length: 1, value: true },
      ],
    })
  })

  it('annotates every byte', () => {
    const { stdout } = wirewright(
      'decode',
      ...GUESS.slice(0, 2),
      '--format',
      '!Bxh',
      '--annotate',
      '000401aafffe',
      '000402bb0001',
    )
    assert.equal(
      stdout,
      `00000000  00 04                                            (framing)
00000002  01                                               [0] = 1
00000003  aa                                               (padding)
00000004  ff fe                                            [1] = -2
00000006  00 04                                            (framing)
00000008  02                                               [0] = 2
00000009  bb                                               (padding)
0000000a  00 01                                            [1] = 1
`,
    )
  })

  it('takes the definitions of a module, for either side', () => {
    const { stdout } = wirewright('decode', '--module', 'square', '--json', '0000000400003039')
    assert.equal(JSON.parse(stdout).msg, 'request')
    assert.equal(JSON.parse(stdout).fields[0].value, 12345)
    const reply = wirewright('decode', '--module', 'square', '--from', 'server', '--json', '0000000409156cb1')
    assert.equal(JSON.parse(reply.stdout).msg, 'reply')
    assert.equal(JSON.parse(reply.stdout).fields[0].value, 152399025)
  })

  it('says what the bytes between fields are for: padding, the count of a list, its end', () => {
    const { file, remove } = folder()
    const module = file(
      'lists.mjs',
      `import { array, exchange, fixedLength, padding, record, rest, service, u8, u16, until } from 'wirewright'
       import { tcp } from 'wirewright/node'
       const request = record({ counted: array(u16, u8), gap: padding(2), ended: array(u8, until(0)), one: u8 })
       export default service(exchange('lists', { framing: fixedLength(11), request, reply: rest() }), () => '', { endpoint: tcp({ port: 0 }) })`,
    )
    const { stdout } = wirewright('decode', '--module', module, '02 0001 0002 0000 07 08 00 09')
    assert.deepEqual(stdout.split('\n').slice(2, -2), [
      '     0       1  02     counted (count)',
      '     1       2  00 01  counted[0]       1',
      '     3       2  00 02  counted[1]       2',
      '     5       2  00 00  gap',
      '     7       1  07     ended[0]         7',
      '     8       1  08     ended[1]         8',
      '     9       1  00     ended (end)',
      '    10       1  09     one              9',
    ])
    remove()
  })

  it('takes any message of a module, by its name and side, with the options of the service', () => {
    const { path, file, remove } = folder()
    const module = file(
      'meter.mjs',
      `import { choice, configurable, lengthPrefix, message, protocol, service, string, u8 } from 'wirewright'
       import { tcp } from 'wirewright/node'
       export default configurable({ lengthFormat: choice('the length', ['!H', '!B']) }, ({ lengthFormat }) =>
         service(protocol('meter', { framing: lengthPrefix(lengthFormat), fromClient: { ask: message(u8) }, fromServer: { tell: message(string()) } }),
           { ask: () => {} }, { endpoint: tcp({ port: 0 }) }))`,
    )
    const decode = (...args: string[]): unknown =>
      JSON.parse(wirewright('decode', '--module', module, '--json', ...args).stdout).fields[0]
    const field = { path: 'ask', offset: 2, length: 1, value: 0x61 }
    assert.deepEqual(decode('000161'), field)
    assert.deepEqual(decode('--message', 'ask', '000161'), field)
    assert.deepEqual(decode('--message', 'tell', '000161'), { ...field, path: 'tell', value: 'a' })
    assert.deepEqual(decode('--from', 'server', '000161'), { ...field, path: 'tell', value: 'a' })
    assert.deepEqual(decode('--set', 'lengthFormat=!B', '0161'), { ...field, offset: 1 })
    assert.deepEqual(decode('--set', 'length-format=!B', '0161'), { ...field, offset: 1 })
    const with_ = (...args: string[]): string[] => ['decode', '--module', module, ...args, '00']
    refuses(with_('--message', 'ack'), /--message 'ack': 'meter' has ask from the client and tell from the server/)
    refuses(with_('--message', 'tell', '--from', 'client'), /--message 'tell' --from client: 'meter' has/)
    refuses(with_('--set', 'port=1'), /--set port: the service has the options lengthFormat/)
    refuses(with_('--set', 'lengthFormat'), /--set lengthFormat: write --set lengthFormat=<!H\|!B>/)
    refuses(with_('--set', 'lengthFormat=!Q'), /'!Q' is none of !H, !B/)
    refuses(['decode', '--message', 'x', '00'], /--message goes with --module/)
    assert.ok(path)
    remove()
  })

  it('shows the fields of records, bits and nested lists, and the damage where it lies', async () => {
    const { path, file, remove } = folder()
    const module = file(
      'station.mjs',
      `import { exchange, lengthPrefix, service, struct } from 'wirewright'
       import { array, bits, record, string, u16, u8 } from 'wirewright/codec'
       import { tcp } from 'wirewright/node'
       const reading = record({ flags: bits(u8, { urgent: 1, kind: 7 }), name: string(u8), samples: array(record({ hz: u16 }), u8) })
       export default service(exchange('station', { framing: lengthPrefix('!H'), request: reading, reply: struct('!B') }),
         () => [0], { endpoint: tcp({ port: 0 }) })`,
    )
    const body = '85 02 6869 02 0001 0002'.replaceAll(' ', '')
    const whole = await run(['decode', '--module', module, '--json', `0009${body}`])
    assert.equal(whole.stderr, '')
    const { fields } = JSON.parse(whole.stdout) as {
      fields: { path: string; value: unknown; offset: number; bits?: object }[]
    }
    const byPath = Object.fromEntries(fields.map((field) => [field.path, field]))
    assert.deepEqual(byPath['flags.kind']!.value, 5)
    assert.deepEqual(byPath['flags.urgent']!.bits, { first: 0, count: 1 })
    assert.equal(byPath['samples[1].hz']!.value, 2)
    assert.equal(byPath['samples[1].hz']!.offset, 9)
    const damaged = await run(['decode', '--module', module, `0006${body.slice(0, 12)}`])
    assert.equal(damaged.status, 5)
    assert.match(damaged.stderr, /^wirewright: frame 1 at byte 0: .*samples/)
    assert.match(damaged.stdout, /"hi"/)
    assert.ok(path)
    remove()
  })

  it('reads standard input and files, and says which notation it took them for', async () => {
    const { file, remove } = folder()
    const dump = file('dump.txt', '00000000  00 02 68 69                                       |..hi|\n00000004\n')
    const raw = file('raw.bin', Buffer.from('00026869', 'hex'))
    for (const args of [
      ['--file', dump],
      ['--file', raw],
    ]) {
      const { stdout, stderr } = wirewright('decode', '--framing', 'lengthPrefix(!H)', '--print', 'text', ...args)
      assert.equal(stdout, 'hi\n')
      assert.equal(stderr, args[1] === dump ? 'wirewright: read as the output of hexdump -C\n' : '')
    }
    const piped = await run(['decode', '--print', 'xxd', '-'], Buffer.from([0, 1, 0xff]))
    assert.match(piped.stdout, /^00000000: 0001 ff +\.\.\.\n$/)
    remove()
  })

  it('says which framings would fit, and who else may be speaking', async () => {
    const guess = await run(['decode', '000161', '00026263'])
    assert.match(guess.stdout, /^00000000 {2}00 01 61 00 02 62 63/)
    assert.match(guess.stderr, /--framing 'lengthPrefix\(!H\)' would fit: 2 frames/)
    const magic = await run(['decode', '5aa5 0900 01 61 62 63 64', '5aa5 0600 02 65'])
    assert.match(magic.stderr, /--framing 'lengthPrefix\(<H, lengthOffset: 2, counts: all\)' would fit: 2 frames/)
    const torn = await run(['decode', '000b01000741a400006553f100', '000b010008c08800006553f101', '000b01'])
    assert.equal(torn.stderr, "wirewright: --framing 'lengthPrefix(!H)' would fit: 2 frames, and 3 bytes of another\n")
    const zeros = await run(['decode', '--input', 'hex', '00'.repeat(9)])
    assert.doesNotMatch(zeros.stderr, /of another/)
    assert.match(zeros.stderr, /perhaps by chance/)
    const http = await run(['decode', '-'], 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    assert.match(http.stderr, /the first bytes of an HTTP request/)
  })

  it('calls a fit that says little what it is, and says it last', () => {
    const guesses = (...args: string[]): string[] =>
      wirewright('decode', ...args)
        .stderr.trimEnd()
        .split('\n')
        .filter(Boolean)
        .map((line) => line.replace(/^wirewright: --framing '(.*)' would fit: \d+ frames?(.*)$/, '$1$2'))
    const byChance = ', perhaps by chance'
    // Bytes that end in a zero, or with something that counts the few that follow it.
    assert.deepEqual(guesses('0102030400'), [`delimiter(0x00)${byChance}`])
    assert.deepEqual(guesses('0b0c0d0e0f0a'), [`lines${byChance}`])
    assert.deepEqual(guesses('0568656c6c6f'), [`lengthPrefix(!B)${byChance}`])
    // The better one first.
    assert.deepEqual(guesses('000468006500'), ['lengthPrefix(!H)', `delimiter(0x00)${byChance}`])
    assert.deepEqual(guesses('--input', 'raw', 'Zoë says hi\n'), ['lines'])
    assert.deepEqual(guesses(Buffer.from('red\0green\0blue\0').toString('hex')), ['delimiter(0x00)'])
    for (const only of guesses('--input', 'hex', '00'.repeat(9))) assert.match(only, /perhaps by chance$/)
  })
  it('finds nothing in bytes that say nothing', () => {
    const { path, file, remove } = folder()
    let state = 1
    const noise = Uint8Array.from({ length: 200_000 }, () => {
      state = (state * 48271) % 2147483647
      return state >> 8
    })
    const { stderr } = wirewright('decode', '--print', 'hex', '--input', 'raw', '--file', file('noise', noise))
    assert.equal(stderr.replace(/^.*perhaps by chance\n/gm, ''), '', path)
    remove()
  })
  it('says what would fit instead of a guess that does not', () => {
    const cases: [string[], RegExp][] = [
      [['--framing', 'lengthPrefix(!H)', '02006869'], /lengthPrefix\('<H'\) would fit/],
      [['--framing', 'lengthPrefix(!H)', '00046869'], /lengthPrefix\('!H', \{ counts: 'all' \}\) would fit/],
      [
        ['--framing', 'lengthPrefix(!I)', '00000020 11'],
        /after 0 whole frames: 5 bytes held, the frame needs 31 more$/m,
      ],
      [
        ['--framing', 'lengthPrefix(!H)', '0001 61 0003 61'],
        /after 1 whole frame: 3 bytes held, the frame needs 2 more/,
      ],
      [['--framing', 'lengthPrefix(!I)', 'ff000000'], /declared length .* exceeds/],
      [['--format', '!BH', '0100'], /takes 3 bytes, there are 2/],
      [['--format', '!BH', '01000000'], /takes 3 bytes, there are 4; @BH would fit/],
      [['--format', 'BH', '010000'], /takes 4 bytes, there are 3; <BH or !BH would fit/],
    ]
    for (const [args, expected] of cases) {
      const { stderr, status } = wirewright('decode', ...args)
      assert.match(stderr, expected)
      assert.equal(status, 5)
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
    }
  })

  it('refuses a wrong command line, with what would be right', () => {
    refuses(['decode'], /no bytes given: write them/)
    refuses(['decode', 'zz!'], /in no notation that is known: write hexadecimal .* --input raw/)
    refuses(['decode', '--framing', 'lengthPrefx(!H)', '00'], /no framing 'lengthPrefx'/)
    refuses(['decode', '--format', '!Z', '00'], /bad char in struct format/)
    refuses(['decode', '--names', 'a', '00'], /--names goes with --format/)
    refuses(['decode', '--from', 'client', '00'], /--from goes with --module/)
    refuses(['decode', '--module', 'square', '--from', 'peer', '00'], /--from 'peer': write client or server/)
    refuses(['decode', '--module', 'square', '--format', '!H', '00'], /one or the other/)
    refuses(['decode', '--print', 'table', '00'], /needs to know what a frame holds: add --format/)
    refuses(['decode', '--json', '--annotate', '00'], /--print json and annotate: one of them/)
    refuses(['decode', '--file', 'nowhere.bin'], /--file: there is no file 'nowhere.bin'/)
    refuses(['decode', '--file', 'src'], /--file: 'src' is a directory, and a file is wanted/)
    refuses(['decode', '--input', 'base32', '00'], /Allowed choices are hex, base64, xxd/)
  })
})
