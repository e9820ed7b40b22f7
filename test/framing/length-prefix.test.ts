/** What lengthPrefix() can say, what it makes of hostile lengths, and what it says about them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  FrameSizeError,
  type Framing,
  FramingError,
  FramingUsageError,
  type LengthPrefixOptions,
  lengthPrefix,
  showFraming,
} from 'wirewright/framing'
import { StructError } from 'wirewright/struct'
import { fromHex, Output, toHex } from '#floor/bytes'
import { bytes, encode, filler, outcome, pieces } from './support.js'

const fromText = (text: string) => fromHex(text)!

function failure(framing: Framing, stream: Uint8Array): FramingError {
  const decoder = framing.decoder()
  try {
    decoder.write(stream)
    while (decoder.read());
    decoder.finish()
  } catch (error) {
    assert.ok(error instanceof FramingError, String(error))
    return error
  }
  assert.fail('the stream was accepted')
}

describe('the layouts of Netty’s LengthFieldBasedFrameDecoder', () => {
  // The seven of its documentation; the content is "HELLO, WORLD" there, "hi" here.
  const layouts: [what: string, format: string, options: LengthPrefixOptions, frame: string, body: string][] = [
    ['a length of two bytes, kept', '!H', { strip: 0 }, '0002 6869', '0002 6869'],
    ['a length of two bytes, stripped', '!H', {}, '0002 6869', '6869'],
    ['a length that counts the whole frame', '!H', { counts: 'all', strip: 0 }, '0004 6869', '0004 6869'],
    ['three bytes of length behind another header', 'u24', { lengthOffset: 2 }, 'cafe 000002 6869', 'cafe 000002 6869'],
    [
      'three bytes of length before another header',
      'u24',
      { lengthAdjustment: 2, strip: 0 },
      '000002 cafe 6869',
      '000002 cafe 6869',
    ],
    [
      'a length between two headers, the first and the length stripped',
      '!H',
      { lengthOffset: 1, lengthAdjustment: 1, strip: 3 },
      'ca 0002 fe 6869',
      'fe 6869',
    ],
    [
      'the same, the length counting the whole frame',
      '!H',
      { lengthOffset: 1, counts: 'all', strip: 3 },
      'ca 0006 fe 6869',
      'fe 6869',
    ],
  ]
  for (const [what, format, options, frame, body] of layouts) {
    const framing = lengthPrefix(format, options)
    const wire = fromText(frame)
    const expected = body.replaceAll(' ', '')
    it(`reads ${what}`, () => {
      const stream = Uint8Array.of(...wire, ...wire)
      for (const size of [1, 2, 3, stream.length])
        assert.deepEqual(outcome(framing, pieces(stream, size)), { bodies: [expected, expected] })
    })
    it(
      options.strip === 3
        ? `refuses to send where the header is not known: ${what}`
        : `writes ${what}, whatever stands in the place of the length`,
      () => {
        const sent = fromText(body)
        if (options.strip === 3) assert.throws(() => encode(framing, [sent]), { code: 'BODY_UNFRAMEABLE' })
        else {
          if (options.lengthOffset === 2) sent.fill(0xee, 2, 5)
          else if (options.strip === 0) sent.fill(0xee, 0, format === 'u24' ? 3 : 2)
          assert.equal(toHex(encode(framing, [sent]).stream), toHex(wire))
        }
      },
    )
  }
})

describe('a length of every width and order', () => {
  const widths: [format: string, size: number, little: boolean][] = [
    ['B', 1, false],
    ['!H', 2, false],
    ['<H', 2, true],
    ['u24', 3, false],
    ['u24le', 3, true],
    ['!I', 4, false],
    ['<I', 4, true],
    ['u48', 6, false],
    ['u48le', 6, true],
    ['!Q', 8, false],
    ['<Q', 8, true],
  ]
  const LIMIT = 300n
  const boundaries = [7n, 8n, 15n, 16n, 24n, 31n, 32n, 48n, 53n, 63n, 64n].flatMap((bits) => [
    2n ** bits - 1n,
    2n ** bits,
    2n ** bits + 1n,
  ])
  const values = [0n, 1n, 2n, 3n, 4n, 5n, 8n, LIMIT - 1n, LIMIT, LIMIT + 1n, LIMIT + 4n, ...boundaries]
  const field = (value: bigint, size: number, little: boolean) => {
    const digits = fromHex(value.toString(16).padStart(2 * size, '0'))!
    return little ? digits.reverse() : digits
  }

  it('accepts exactly the lengths within the limit, and says the others to the last digit', () => {
    let tried = 0
    for (const [format, size, little] of widths)
      for (const counts of ['after', 'all'] as const)
        for (const lengthAdjustment of [0, -2, 7])
          for (const value of values.filter((value) => value < 2n ** BigInt(8 * size))) {
            tried++
            const framing = lengthPrefix(format, { counts, lengthAdjustment, maxFrameLength: Number(LIMIT) })
            const whole = value + BigInt(lengthAdjustment + (counts === 'after' ? size : 0))
            const body = whole - BigInt(size)
            const expected = body < 0n ? 'FRAME_MALFORMED' : body > LIMIT ? 'FRAME_TOO_LONG' : undefined
            const head = field(value, size, little)
            for (const cut of [1, size]) {
              const decoder = framing.decoder()
              let error: unknown
              try {
                for (const piece of pieces(head, cut)) {
                  decoder.write(piece)
                  while (decoder.read()) assert.equal(body, 0n)
                }
              } catch (thrown) {
                error = thrown
              }
              const what = `${format}, ${counts}, ${lengthAdjustment}: ${value}`
              assert.equal((error as FramingError | undefined)?.code, expected, what)
              if (error) {
                assert.match((error as Error).message, new RegExp(`declared length ${value}\\b`), what)
                assert.equal(BigInt((error as FramingError).facts.declared!), value)
              } else
                assert.deepEqual([decoder.held, decoder.expected], body === 0n ? [0, undefined] : [size, Number(whole)])
              assert.ok(decoder.reserved <= 4096)
            }
          }
    assert.ok(tried > 1000, `${tried} tried`)
  })

  it('writes what it reads, at the greatest length of each width that fits in memory', () => {
    for (const [format, size, little] of widths)
      for (const length of [0, 1, 127, 128, 255, 256, 65535, 65536].filter((n) => n < 2 ** (8 * size))) {
        const { stream } = encode(lengthPrefix(format), [filler(length)])
        assert.equal(
          toHex(stream.subarray(0, size)),
          toHex(field(BigInt(length), size, little)),
          `${format}: ${length}`,
        )
      }
  })

  it('reserves nothing for an announced length, however often', () => {
    const decoders = Array.from({ length: 1000 }, () => {
      const decoder = lengthPrefix('!I').decoder()
      decoder.write(Uint8Array.of(0, 0x10, 0, 0, 1))
      assert.equal(decoder.read(), false)
      return decoder
    })
    assert.ok(Math.max(...decoders.map((decoder) => decoder.reserved)) <= 4096)
    assert.deepEqual([decoders[0]!.held, decoders[0]!.expected], [5, 4 + 2 ** 20])
  })

  it('says no more than the length can', () => {
    assert.equal(lengthPrefix('B').maxFrameLength, 255)
    assert.equal(lengthPrefix('B', { counts: 'all' }).maxFrameLength, 254)
    assert.equal(lengthPrefix('B', { strip: 0 }).maxFrameLength, 256)
    assert.equal(lengthPrefix('!H', { maxFrameLength: 2 ** 20 }).maxFrameLength, 65535)
    assert.equal(
      lengthPrefix('!Q', { maxFrameLength: Number.MAX_SAFE_INTEGER }).maxFrameLength,
      Number.MAX_SAFE_INTEGER,
    )
    assert.throws(() => encode(lengthPrefix('B'), [filler(256)]), FrameSizeError)
  })
})

describe('sending', () => {
  it('leaves the output as it was when the body does not fit', () => {
    const cases: [Framing, number, string][] = [
      [lengthPrefix('!H', { maxFrameLength: 10 }), 11, 'FRAME_TOO_LONG'],
      [lengthPrefix('B', { lengthAdjustment: 2 }), 1, 'FRAME_TOO_SHORT'],
      [lengthPrefix('!I', { lengthOffset: 1 }), 4, 'FRAME_TOO_SHORT'],
    ]
    for (const [framing, length, code] of cases) {
      const output = new Output(4)
      output.append(bytes('before'))
      const mark = framing.begin(output)
      output.append(filler(length))
      assert.throws(
        () => framing.finish(output, mark),
        (error) => error instanceof FrameSizeError && error.code === code,
      )
      assert.deepEqual(output.copy(), bytes('before'))
    }
  })
})

describe('what is said about a length that does not fit', () => {
  const cases: [what: string, framing: Framing, stream: string, expected: string][] = [
    [
      'the other byte order',
      lengthPrefix('!I'),
      '01000000 ff',
      `declared length 16777216 exceeds maxFrameLength (1048576); read little-endian it is 1: did you mean lengthPrefix('<I')?; the frame begins "\\x01\\x00\\x00\\x00\\xff"`,
    ],
    [
      'the other byte order of three bytes',
      lengthPrefix('u24le', { maxFrameLength: 1000 }),
      '000001 ff',
      `declared length 65536 exceeds maxFrameLength (1000); read big-endian it is 1: did you mean lengthPrefix('u24')?; the frame begins "\\x00\\x00\\x01\\xff"`,
    ],
    [
      'the other byte order of a native length, by its size, with the other options kept',
      lengthPrefix('@N', { counts: 'all', maxFrameLength: 1000 }),
      '000000000000000a',
      `declared length 720575940379279360, which makes a body of 720575940379279352, exceeds maxFrameLength (1000); read big-endian it is 10: did you mean lengthPrefix('!Q', { counts: 'all' })?; the frame begins "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x0a"`,
    ],
    [
      'a length that counts itself',
      lengthPrefix('B', { maxFrameLength: 100 }),
      '65',
      `declared length 101 exceeds maxFrameLength (100); counting itself, it makes a frame of 101 bytes: did you mean lengthPrefix('B', { counts: 'all' })?; the frame begins "e"`,
    ],
    [
      'a length that does not count itself after all',
      lengthPrefix('!I', { counts: 'all' }),
      '00000002 6869',
      `declared length 2 makes a frame of 2 bytes, shorter than the 4 of its header; counting only what follows it, it makes a frame of 6 bytes: did you mean lengthPrefix('!I')?; the frame begins "\\x00\\x00\\x00\\x02hi"`,
    ],
    [
      'nothing when nothing would fit',
      lengthPrefix('!H', { maxFrameLength: 10 }),
      'fffe',
      'declared length 65534 exceeds maxFrameLength (10); the frame begins "\\xff\\xfe"',
    ],
    [
      'the first sixteen bytes and no more',
      lengthPrefix('B', { maxFrameLength: 10 }),
      'ff000102030405060708090a0b0c0d0e0f10',
      'declared length 255 exceeds maxFrameLength (10); the frame begins "\\xff\\x00\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\\x09\\x0a\\x0b\\x0c\\x0d\\x0e"',
    ],
    [
      'who else may be speaking',
      lengthPrefix('!I'),
      toHex(bytes('GET / HTTP/1.1\r\n')),
      'declared length 1195725856 exceeds maxFrameLength (1048576); these look like the first bytes of an HTTP request; the frame begins "GET / HTTP/1.1\\x0d\\x0a"',
    ],
    [
      'how much is missing at the end of the stream',
      lengthPrefix('!I'),
      '0000001c 68',
      'the stream ended 5 bytes into a frame of 32, 27 short; the frame begins "\\x00\\x00\\x00\\x1ch"',
    ],
    [
      'that the frame would be whole with a length that counts itself',
      lengthPrefix('!I'),
      '00000006 6869',
      "the stream ended 6 bytes into a frame of 10, 4 short; with a length that counts itself the frame would end here: did you mean lengthPrefix('!I', { counts: 'all' })?; the frame begins \"\\x00\\x00\\x00\\x06hi\"",
    ],
    [
      'that the frame would be whole in the other byte order',
      lengthPrefix('!H'),
      '0200 6869',
      'the stream ended 4 bytes into a frame of 514, 510 short; with the length read little-endian the frame would end here: did you mean lengthPrefix(\'<H\')?; the frame begins "\\x02\\x00hi"',
    ],
    [
      'that not even the length has arrived',
      lengthPrefix('!I'),
      '000000',
      'the stream ended 3 bytes into a frame; the frame begins "\\x00\\x00\\x00"',
    ],
  ]
  for (const [what, framing, stream, expected] of cases)
    it(`tells ${what}`, () => assert.equal(failure(framing, fromText(stream)).message, expected))

  it('is there for a program, too', () => {
    const { facts } = failure(lengthPrefix('<Q', { maxFrameLength: 10 }), fromText('ffffffffffffffff 00'))
    assert.deepEqual(facts, { declared: 2n ** 64n - 1n, limit: 10, held: 9, first: fromText('ffffffffffffffff 00') })
    const { facts: cut } = failure(lengthPrefix('B'), fromText('03 68'))
    assert.deepEqual(cut, { held: 2, expected: 4, first: fromText('03 68') })
  })
})

describe('options that contradict each other', () => {
  const invalid: [string, LengthPrefixOptions, RegExp][] = [
    ['!I', { maxFrameLength: -1 }, /maxFrameLength is -1, and must be a whole number of bytes/],
    ['!I', { maxFrameLength: Number.POSITIVE_INFINITY }, /maxFrameLength is Infinity/],
    ['!I', { maxFrameLength: 1.5 }, /maxFrameLength is 1.5/],
    ['!I', { lengthOffset: -1 }, /lengthOffset is -1/],
    ['!I', { lengthAdjustment: 0.5 }, /lengthAdjustment is 0.5/],
    ['!I', { counts: 'body' as 'all' }, /counts is "body", and must be one of 'after', 'from-itself', 'all'/],
    [
      'B',
      { lengthAdjustment: -300 },
      /no length that 'B' can say, with lengthAdjustment -300, makes a frame of 1 bytes/,
    ],
    ['B', { strip: 1000 }, /no length that 'B' can say/],
  ]
  for (const [format, options, message] of invalid)
    it(`are refused: ${showFraming({ kind: 'lengthPrefix', format, ...options })}`, () => {
      assert.throws(
        () => lengthPrefix(format, options),
        (error) =>
          error instanceof FramingUsageError && error.code === 'FRAMING_INVALID' && message.test(error.message),
      )
    })
  it('and formats that are no unsigned integer, too', () => {
    for (const format of ['', '!i', '2H', '!f', 'HH', 'u25', 'u24be', 'x'])
      assert.throws(() => lengthPrefix(format), StructError)
    assert.throws(() => lengthPrefix(4 as unknown as string), FramingUsageError)
  })
})
