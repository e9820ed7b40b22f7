/** What is particular to each framing: the bytes of its definition, what it refuses to read, what it refuses to send. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  chunks,
  cobs,
  delimiter,
  FrameSizeError,
  type Framing,
  FramingError,
  FramingUsageError,
  fixedLength,
  type Grammar,
  lines,
  netstring,
  records,
  selfDelimiting,
  slip,
  varintPrefix,
} from 'wirewright/framing'
import { struct } from 'wirewright/struct'
import { fromHex, Output, toHex } from '#floor/bytes'
import type { Codec } from '#ground/codec'
import { bytes, encode, filler, outcome, pieces, resp } from './support.js'

const wire = (framing: Framing, body: Uint8Array) => toHex(encode(framing, [body]).stream)

/** The bytes in both directions: what is sent, and that it is received, whole and byte by byte. */
function speaks(framing: Framing, vectors: readonly (readonly [body: Uint8Array, frame: string])[]): void {
  for (const [body, frame] of vectors) {
    const expected = frame.replaceAll(' ', '')
    assert.equal(wire(framing, body), expected)
    for (const size of [1, 1000])
      assert.deepEqual(outcome(framing, pieces(fromHex(expected)!, size)), { bodies: [toHex(body)] })
  }
}

/** That the stream ends in this error, whole and byte by byte, after the same frames. */
function refuses(framing: Framing, stream: Uint8Array, code: string, bodies: readonly string[] = []): void {
  for (const size of [1, 2, 1000])
    assert.deepEqual(outcome(framing, pieces(stream, size)), { bodies, error: code }, toHex(stream))
}

/** That a body is not sent and what stood before it is untouched. */
function refusesToSend(framing: Framing, body: Uint8Array, code: string): void {
  const output = new Output(1)
  output.append(bytes('before'))
  const mark = framing.begin(output)
  output.append(body)
  assert.throws(
    () => framing.finish(output, mark),
    (error) => (error instanceof FrameSizeError || error instanceof FramingUsageError) && error.code === code,
  )
  assert.deepEqual(output.copy(), bytes('before'))
}

describe('varintPrefix()', () => {
  it('writes the lengths of protobuf and MQTT', () => {
    // The table of MQTT 5.0 section 1.5.5: the first and last length of one, two and three bytes.
    for (const [length, prefix] of [
      [0, '00'],
      [127, '7f'],
      [128, '8001'],
      [300, 'ac02'],
      [16383, 'ff7f'],
      [16384, '808001'],
      [2097151, 'ffff7f'],
      [2097152, '80808001'],
    ] as const) {
      const body = filler(length)
      speaks(varintPrefix({ maxFrameLength: 2 ** 22 }), length > 3000 ? [] : [[body, prefix + toHex(body)]])
      const { stream } = encode(varintPrefix({ maxFrameLength: 2 ** 22 }), [body])
      assert.equal(toHex(stream.subarray(0, prefix.length / 2)), prefix)
      assert.deepEqual(stream.subarray(prefix.length / 2), body)
    }
  })
  it('refuses a length in more bytes than it needs', () => {
    for (const prefix of ['8000', '808000', 'ff00', '81808000'])
      refuses(varintPrefix(), fromHex(prefix)!, 'FRAME_MALFORMED')
    refuses(varintPrefix(), fromHex('0168 8100')!, 'FRAME_MALFORMED', ['68'])
  })
  it('refuses a length of more bytes than were agreed on, at the last of them', () => {
    const four = varintPrefix({ maxPrefixLength: 4 })
    refuses(four, fromHex('ffffffff')!, 'FRAME_MALFORMED')
    refuses(four, fromHex('ffffff7f')!, 'FRAME_TOO_LONG')
    refuses(varintPrefix(), fromHex('ffffffff7f')!, 'FRAME_TOO_LONG')
    refuses(varintPrefix(), fromHex('ffffffffff')!, 'FRAME_MALFORMED')
    refuses(varintPrefix({ maxPrefixLength: 7 }), fromHex('ffffffffffff7f')!, 'FRAME_TOO_LONG')
    assert.equal(varintPrefix({ maxPrefixLength: 1 }).maxFrameLength, 127)
    assert.equal(varintPrefix({ maxPrefixLength: 4, maxFrameLength: 2 ** 32 }).maxFrameLength, 268_435_455)
  })
  it('puts the right length in the place that a header with any varint keeps for it', () => {
    const mqtt = varintPrefix({ lengthOffset: 1, maxPrefixLength: 4 })
    assert.equal(wire(mqtt, fromHex('30 00')!), '3000')
    assert.equal(wire(mqtt, fromHex('30 00 6869')!), '30026869')
    assert.equal(wire(mqtt, fromHex('30 ffffff7f 6869')!), '30026869')
    const long = filler(200)
    assert.equal(wire(mqtt, Uint8Array.of(0x30, 0, ...long)), `30c801${toHex(long)}`)
    assert.equal(wire(mqtt, Uint8Array.of(0x30, 0x80, 0, ...long)), `30c801${toHex(long)}`)
    refusesToSend(mqtt, fromHex('30')!, 'FRAME_TOO_SHORT')
    refusesToSend(mqtt, fromHex('30 ff')!, 'FRAME_TOO_SHORT')
    refusesToSend(
      varintPrefix({ lengthOffset: 1, maxFrameLength: 131 }),
      Uint8Array.of(1, 0, ...filler(129)),
      'FRAME_TOO_LONG',
    )
    refusesToSend(
      varintPrefix({ lengthOffset: 1, maxPrefixLength: 1 }),
      Uint8Array.of(1, 0, ...filler(128)),
      'FRAME_TOO_LONG',
    )
  })
  it('refuses options that make no sense', () => {
    for (const maxPrefixLength of [0, 8, 1.5]) assert.throws(() => varintPrefix({ maxPrefixLength }), FramingUsageError)
    assert.throws(() => varintPrefix({ lengthOffset: -1 }), FramingUsageError)
  })
})

describe('delimiter()', () => {
  it('ends frames with bytes or with text, which is UTF-8', () => {
    speaks(delimiter(Uint8Array.of(0)), [
      [bytes('hi'), '686900'],
      [bytes(''), '00'],
    ])
    speaks(delimiter('→'), [
      [bytes('hi'), '6869 e28692'],
      [Uint8Array.of(0xe2, 0x86), 'e286 e28692'],
    ])
  })
  it('does not let go of its bytes when the caller changes them', () => {
    const mark = Uint8Array.of(10)
    const framing = delimiter(mark)
    mark[0] = 65
    assert.equal(wire(framing, bytes('A')), '410a')
  })
  it('finds a delimiter that begins like the body ends', () => {
    speaks(delimiter('aab'), [
      [bytes('aa'), '6161 616162'],
      [bytes('a'), '61 616162'],
    ])
    speaks(delimiter('\r\n\r\n'), [[bytes('x\r\n\r'), '780d0a0d 0d0a0d0a']])
  })
  it('does not send a body that the receiver would cut elsewhere', () => {
    refusesToSend(delimiter('\n'), bytes('a\nb'), 'BODY_UNFRAMEABLE')
    refusesToSend(delimiter('||'), bytes('||'), 'BODY_UNFRAMEABLE')
    // Its own first bytes at the end of the body bring the delimiter forward: "ab" + "aba" begins with "aba".
    refusesToSend(delimiter('aba'), bytes('ab'), 'BODY_UNFRAMEABLE')
    refusesToSend(delimiter('||'), bytes('a|'), 'BODY_UNFRAMEABLE')
    assert.throws(() => encode(lines(), [bytes('one\ntwo')]), /the body holds the delimiter "\\x0a" at byte 3/)
  })
  it('says no sooner and no later than it can that a frame is too long', () => {
    const framing = delimiter('\r\n', { maxFrameLength: 2 })
    const count = (stream: Uint8Array) => {
      const decoder = framing.decoder()
      for (let i = 0; i < stream.length; i++) {
        decoder.write(stream.subarray(i, i + 1))
        try {
          while (decoder.read());
        } catch {
          return i + 1
        }
      }
      return 0
    }
    assert.equal(count(bytes('abcd\r\n')), 4)
    assert.equal(count(bytes('ab\r\r\n')), 4)
    assert.equal(count(bytes('ab\r\n')), 0)
  })
  it('needs a delimiter', () => {
    assert.throws(() => delimiter(''), FramingUsageError)
    assert.throws(() => delimiter('\ud800'), FramingUsageError)
  })
})

describe('lines()', () => {
  it('end with what was stated, and with nothing else', () => {
    assert.deepEqual(outcome(lines(), [bytes('a\r\nb\n')]).bodies, ['610d', '62'])
    assert.deepEqual(outcome(lines({ ending: 'crlf' }), [bytes('a\nb\r\n')]).bodies, ['610a62'])
    assert.throws(() => lines({ ending: 'cr' as 'lf' }), /ending is "cr", and must be one of 'lf', 'crlf'/)
  })
  it('need an end of the line at the end of the stream', () =>
    refuses(lines(), bytes('a\nb'), 'FRAME_TRUNCATED', ['61']))
})

describe('fixedLength() and records()', () => {
  it('send bodies of that length alone', () => {
    speaks(fixedLength(2), [[bytes('hi'), '6869']])
    refusesToSend(fixedLength(2), bytes('h'), 'FRAME_TOO_SHORT')
    refusesToSend(fixedLength(2), bytes(''), 'FRAME_TOO_SHORT')
    refusesToSend(fixedLength(2), bytes('hid'), 'FRAME_TOO_LONG')
    for (const length of [0, -1, 1.5, Number.NaN]) assert.throws(() => fixedLength(length), FramingUsageError)
  })
  it('take their length from a codec whose values are all of one size', () => {
    const values = struct('@I2sf')
    const framing = records(values)
    assert.equal(framing.maxFrameLength, 12)
    const sent = values.pack(1, bytes('ab'), 2.7)
    assert.deepEqual(outcome(framing, pieces(sent, 5)), { bodies: [toHex(sent)] })
  })
  it('refuse a codec whose values are not', () => {
    const codec = (fixedSize: number | undefined, maxSize: number) =>
      ({ fixedSize, minSize: 4, maxSize }) as unknown as Codec<number>
    assert.throws(() => records(codec(undefined, 12)), /takes 4 to 12 bytes/)
    assert.throws(() => records(codec(0, 0)), /has no bytes/)
  })
})

describe('netstring()', () => {
  it('speaks the examples of its definition', () =>
    speaks(netstring(), [
      [bytes('hello world!'), '31 32 3a 68 65 6c 6c 6f 20 77 6f 72 6c 64 21 2c'],
      [bytes(''), '30 3a 2c'],
    ]))
  it('refuses what is none', () => {
    for (const stream of ['a', ':', '-1:a,', '+1:a,', ' 1:a,', '01:a,', '00:,', '1a:', '2:hi;', '2:hi\n', '1:hi,'])
      refuses(netstring(), bytes(stream), 'FRAME_MALFORMED')
    refuses(netstring(), bytes('2:hi,x'), 'FRAME_MALFORMED', ['6869'])
  })
  it('refuses a length as soon as its digits exceed the limit', () => {
    const decoder = netstring({ maxFrameLength: 99 }).decoder()
    decoder.write(bytes('10'))
    assert.equal(decoder.read(), false)
    decoder.write(bytes('0'))
    assert.throws(() => decoder.read(), { code: 'FRAME_TOO_LONG' })
    refuses(netstring(), bytes('9'.repeat(400)), 'FRAME_TOO_LONG')
  })
})

describe('cobs()', () => {
  const from = (first: number, last: number) => Uint8Array.from({ length: last - first + 1 }, (_, i) => first + i)
  const hex = (first: number, last: number) => toHex(from(first, last))
  it('speaks the examples of the literature', () =>
    speaks(cobs(), [
      [Uint8Array.of(), '01 00'],
      [Uint8Array.of(0), '01 01 00'],
      [Uint8Array.of(0, 0), '01 01 01 00'],
      [Uint8Array.of(0, 0x11, 0), '01 02 11 01 00'],
      [Uint8Array.of(0x11, 0x22, 0, 0x33), '03 11 22 02 33 00'],
      [Uint8Array.of(0x11, 0x22, 0x33, 0x44), '05 11 22 33 44 00'],
      [Uint8Array.of(0x11, 0, 0, 0), '02 11 01 01 01 00'],
      [from(1, 254), `ff ${hex(1, 254)} 00`],
      [Uint8Array.of(0, ...from(1, 254)), `01 ff ${hex(1, 254)} 00`],
      [from(1, 255), `ff ${hex(1, 254)} 02 ff 00`],
      [Uint8Array.of(...from(2, 255), 0), `ff ${hex(2, 255)} 01 01 00`],
      [Uint8Array.of(...from(3, 255), 0, 1), `fe ${hex(3, 255)} 02 01 00`],
    ]))
  it('sends at most one byte in 254 more than the body has, and two', () => {
    for (const length of [0, 1, 253, 254, 255, 508, 509, 10_000]) {
      const { stream } = encode(cobs(), [filler(length)])
      assert.ok(stream.length <= length + Math.ceil(length / 254) + 2, `${stream.length} for ${length}`)
      assert.equal(stream.indexOf(0), stream.length - 1)
    }
  })
  it('passes over zeros between frames', () => {
    for (const size of [1, 2, 100])
      assert.deepEqual(outcome(cobs(), pieces(fromHex('0000 0268 00 00 0100 00')!, size)), { bodies: ['68', ''] })
  })
  it('refuses a code that points behind its frame', () => {
    refuses(cobs(), fromHex('03 11 00')!, 'FRAME_MALFORMED')
    refuses(cobs(), fromHex('0268 00 ff 11 00')!, 'FRAME_MALFORMED', ['68'])
  })
})

describe('slip()', () => {
  it('speaks RFC 1055', () => {
    speaks(slip(), [
      [bytes('hi'), 'c0 6869 c0'],
      [Uint8Array.of(0xc0), 'c0 dbdc c0'],
      [Uint8Array.of(0xdb), 'c0 dbdd c0'],
      [Uint8Array.of(0xdb, 0xdc, 0xc0, 0xdd), 'c0 dbdddcdbdcdd c0'],
    ])
    speaks(slip({ leadingEnd: false }), [
      [bytes('hi'), '6869 c0'],
      [Uint8Array.of(0xdb, 0xc0), 'dbdd dbdc c0'],
    ])
  })
  it('passes over empty frames, and sends none', () => {
    for (const size of [1, 3, 100])
      assert.deepEqual(outcome(slip(), pieces(fromHex('c0c0c0 68 c0c0 69 c0 c0')!, size)), { bodies: ['68', '69'] })
    refusesToSend(slip(), bytes(''), 'FRAME_TOO_SHORT')
    refusesToSend(slip({ leadingEnd: false }), bytes(''), 'FRAME_TOO_SHORT')
  })
  it('holds nothing while nothing but ENDs arrives', () => {
    const decoder = slip().decoder()
    for (let i = 0; i < 100; i++) {
      decoder.write(new Uint8Array(1000).fill(0xc0))
      assert.equal(decoder.read(), false)
      assert.deepEqual([decoder.held, decoder.reserved], [0, 0])
    }
    decoder.finish()
  })
  it('counts bodies, not escapes, against the limit, and waits for no more than the escapes can need', () => {
    const limited = slip({ maxFrameLength: 4, leadingEnd: false })
    speaks(limited, [[Uint8Array.of(0xc0, 0xc0, 0xdb, 0xdb), 'dbdc dbdc dbdd dbdd c0']])
    refuses(limited, fromHex('dbdc dbdc dbdd dbdd 61 c0')!, 'FRAME_TOO_LONG')
    refuses(limited, filler(9), 'FRAME_TOO_LONG')
    refuses(limited, filler(8), 'FRAME_TRUNCATED')
  })
  it('refuses an escape of anything else, and one at the end of its frame', () => {
    refuses(slip(), fromHex('68 db 68 c0')!, 'FRAME_MALFORMED')
    refuses(slip(), fromHex('68 c0 68 db c0')!, 'FRAME_MALFORMED', ['68'])
  })
})

describe('selfDelimiting()', () => {
  const framing = selfDelimiting(resp)
  it('finds the end of nested values, however they are cut', () => {
    const value = '*3\r\n$3\r\nSET\r\n*2\r\n:1\r\n$-1\r\n$5\r\na\r\nbc\r\n'
    for (const size of [1, 2, 3, 5, 7, 100])
      assert.deepEqual(outcome(framing, pieces(bytes(`${value}+OK\r\n`), size)).bodies, [
        toHex(bytes(value)),
        toHex(bytes('+OK\r\n')),
      ])
  })
  it('looks at every byte a bounded number of times', () => {
    const message = bytes(`*2000\r\n${'$1\r\nx\r\n'.repeat(2000)}`)
    let looked = 0
    const counting: Grammar = {
      boundary() {
        const scanner = resp.boundary()
        return {
          scan(bytes, start, end) {
            const counted = new Proxy(bytes, {
              get(target, name) {
                if (typeof name === 'string' && /^\d+$/.test(name)) looked++
                const value = Reflect.get(target, name, target)
                return typeof value === 'function' ? value.bind(target) : value
              },
            })
            return scanner.scan(counted, start, end)
          },
        }
      },
    }
    assert.equal(outcome(selfDelimiting(counting), pieces(message, 1)).bodies.length, 1)
    assert.ok(looked <= 4 * message.length, `${looked} looks at ${message.length} bytes`)
  })
  it('refuses what is no message, with the grammar’s own error as the cause', () => {
    refuses(framing, bytes('+OK\r\n?\r\n'), 'FRAME_MALFORMED', [toHex(bytes('+OK\r\n'))])
    class Strange extends FramingError {}
    const strange = selfDelimiting({
      boundary: () => ({
        scan() {
          throw new Strange('FRAME_MALFORMED', 'strange')
        },
      }),
    })
    const decoder = strange.decoder()
    decoder.write(bytes('x'))
    assert.throws(() => decoder.read(), Strange)
  })
  it('refuses a message as soon as it must be too long', () => {
    const limited = selfDelimiting(resp, { maxFrameLength: 20 })
    const decoder = limited.decoder()
    decoder.write(bytes('$1000\r\n'))
    assert.throws(() => decoder.read(), /a message of 1009 bytes exceeds maxFrameLength \(20\)/)
    const nested = limited.decoder()
    nested.write(bytes('*2\r\n$1000\r\n'))
    assert.throws(() => nested.read(), /a message of at least 1013 bytes exceeds maxFrameLength \(20\)/)
  })
  it('sends one whole message at a time', () => {
    speaks(framing, [[bytes('+OK\r\n'), '2b4f4b0d0a']])
    for (const body of ['', '+OK', '$5\r\nhi\r\n', '+OK\r\n+OK\r\n', '?\r\n'])
      refusesToSend(framing, bytes(body), 'BODY_UNFRAMEABLE')
  })
  it('does not hang on a scanner that gets nowhere', () => {
    for (const answer of [0, -1, Number.NaN]) {
      const decoder = selfDelimiting({ boundary: () => ({ scan: () => answer }) }).decoder()
      decoder.write(bytes('x'))
      assert.throws(() => decoder.read(), FramingUsageError)
    }
  })
})

describe('chunks()', () => {
  it('takes what came for a message: here two are taken for one, and one for two', () => {
    const seen = (...sent: string[]) => outcome(chunks(), sent.map(bytes)).bodies
    assert.deepEqual(
      seen('Hello', 'World'),
      ['Hello', 'World'].map((text) => toHex(bytes(text))),
    )
    assert.deepEqual(seen('HelloWorld'), [toHex(bytes('HelloWorld'))])
    assert.deepEqual(
      seen('Hel', 'loWorld'),
      ['Hel', 'loWorld'].map((text) => toHex(bytes(text))),
    )
  })
  it('gives a longer one in pieces, as recv(n) does', () => {
    assert.deepEqual(outcome(chunks({ maxFrameLength: 4 }), [bytes('HelloWorld')]).bodies, [
      '48656c6c',
      '6f576f72',
      '6c64',
    ])
    refusesToSend(chunks({ maxFrameLength: 4 }), bytes('Hello'), 'FRAME_TOO_LONG')
  })
  it('has no end inside a frame, and copies nothing', () => {
    const decoder = chunks().decoder()
    const chunk = bytes('Hello')
    decoder.write(chunk)
    assert.ok(decoder.read())
    assert.equal(decoder.bytes, chunk)
    assert.equal(decoder.read(), false)
    decoder.finish()
  })
})
