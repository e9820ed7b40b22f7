/** Framings as data and as text: out, and back again. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  checkFit,
  datagram,
  delimiter,
  FRAMING_KINDS,
  type Framing,
  FramingUsageError,
  fixedLength,
  framingFrom,
  type Grammar,
  lengthPrefix,
  lines,
  netstring,
  parseFraming,
  records,
  selfDelimiting,
  showFraming,
  showProgress,
  varintPrefix,
} from 'wirewright/framing'
import { struct } from 'wirewright/struct'
import type { Codec, Description } from '#ground/codec'
import { bytes, encode, filler, outcome, resp, SAMPLES } from './support.js'

const parts = {
  codec: ({ kind, format }: Description) =>
    (kind === 'resp' ? resp : struct(format as string)) as unknown as Codec<any> | Grammar,
  own: { stx: () => SAMPLES.find(({ name }) => name === 'one of our own')!.make() },
}

describe('a description', () => {
  for (const { name, make, bodies } of SAMPLES)
    it(`makes the same framing again, by way of JSON: ${name}`, () => {
      const framing = make()
      const again = framingFrom(JSON.parse(JSON.stringify(framing.describe())), parts)
      assert.deepEqual(again.describe(), framing.describe())
      assert.deepEqual(
        [again.kind, again.over, again.maxFrameLength],
        [framing.kind, framing.over, framing.maxFrameLength],
      )
      const { stream } = encode(framing, bodies)
      assert.deepEqual(encode(again, bodies).stream, stream)
      assert.deepEqual(outcome(again, [stream]), outcome(framing, [stream]))
    })

  it('has a kind for every framing that there is', () => {
    const seen = new Set([...SAMPLES.map(({ make }) => make().kind), datagram().kind, 'chunks'])
    assert.deepEqual(
      FRAMING_KINDS.filter((kind) => !seen.has(kind)),
      [],
    )
  })

  const wrong: [Description, RegExp][] = [
    [{ kind: 'stx' }, /there is no framing "stx"; there are lengthPrefix, /],
    [{ kind: 'toString' }, /there is no framing "toString"/],
    [{ kind: 'lengthPrefix' }, /lengthPrefix needs its format, as in lengthPrefix\('!I'\)/],
    [
      { kind: 'lengthPrefix', format: '!I', lengthIncludesHeader: true },
      /lengthPrefix has no option "lengthIncludesHeader"; it has format, lengthOffset, counts/,
    ],
    [{ kind: 'delimiter', delimiter: 'xyz' }, /delimiter: "xyz" is not hexadecimal/],
    [
      { kind: 'fixedLength', length: 'ten' },
      /fixedLength: length is ten, and must be a whole number of bytes, 1 or more/,
    ],
    [{ kind: 'records', codec: { kind: 'struct', format: 'B' } }, /records is made of a codec: give \{ codec \}/],
    [{ kind: 'lines', ending: 'cr' }, /lines: ending is "cr"/],
    [{ kind: 'slip', maxFrameLength: '10' }, /slip: maxFrameLength is 10, and must be/],
  ]
  for (const [description, message] of wrong)
    it(`is refused when it describes no framing: ${JSON.stringify(description)}`, () => {
      assert.throws(
        () => framingFrom(description),
        (error) => error instanceof FramingUsageError && message.test(error.message),
      )
    })
})

describe('showFraming()', () => {
  it('writes kinds of one’s own as well, whatever they are called', () => {
    assert.equal(showFraming({ kind: 'stx', maxFrameLength: 9 }), 'stx({ maxFrameLength: 9 })')
    assert.equal(showFraming({ kind: 'toString' }), 'toString()')
  })
})

describe('parseFraming()', () => {
  const same: [text: string, framing: Framing][] = [
    ['lengthPrefix(!H)', lengthPrefix('!H')],
    ["lengthPrefix('!H')", lengthPrefix('!H')],
    ['  lengthPrefix( "<I" )  ', lengthPrefix('<I')],
    ["lengthPrefix('!I', { counts: 'all' })", lengthPrefix('!I', { counts: 'all' })],
    [
      'lengthPrefix(!I, counts=from-itself, lengthOffset=1)',
      lengthPrefix('!I', { lengthOffset: 1, counts: 'from-itself' }),
    ],
    [
      'lengthPrefix(u24, lengthAdjustment: -2, maxFrameLength: 65_536)',
      lengthPrefix('u24', { lengthAdjustment: -2, maxFrameLength: 65536 }),
    ],
    ['lengthPrefix(format: !I, strip: 0)', lengthPrefix('!I', { strip: 0 })],
    ['varintPrefix', varintPrefix()],
    ['varintPrefix({ maxPrefixLength: 4 })', varintPrefix({ maxPrefixLength: 4 })],
    ['delimiter(0x00)', delimiter(Uint8Array.of(0))],
    ['delimiter(0x0D0A)', delimiter('\r\n')],
    ['delimiter("\\r\\n")', delimiter('\r\n')],
    ["delimiter('\\xff\\0\\t\\\\,)')", delimiter(Uint8Array.of(0xff, 0, 9, 0x5c, 0x2c, 0x29))],
    ['delimiter(→, maxFrameLength: 9)', delimiter('→', { maxFrameLength: 9 })],
    ['lines', lines()],
    ['lines()', lines()],
    ['lines(ending: crlf)', lines({ ending: 'crlf' })],
    ['fixedLength(12)', fixedLength(12)],
    ['netstring', netstring()],
    ['cobs', framingFrom({ kind: 'cobs' })],
    ['slip(leadingEnd: false)', framingFrom({ kind: 'slip', leadingEnd: false })],
    ['chunks(maxFrameLength: 1024)', framingFrom({ kind: 'chunks', maxFrameLength: 1024 })],
    ['datagram', datagram()],
  ]
  for (const [text, framing] of same)
    it(`reads ${text}`, () => {
      assert.deepEqual(parseFraming(text).describe(), framing.describe())
      assert.deepEqual(parseFraming(showFraming(framing.describe())).describe(), framing.describe())
    })

  it('reads what showFraming() writes, for every framing that needs no codec', () => {
    for (const { make } of SAMPLES) {
      const description = make().describe()
      if (['records', 'selfDelimiting', 'stx'].includes(description.kind)) continue
      for (const described of [
        description,
        description.kind === 'fixedLength' ? description : make({ maxFrameLength: 77 }).describe(),
      ])
        assert.deepEqual(parseFraming(showFraming(described)).describe(), described, showFraming(described))
    }
  })

  const wrong: [text: string, message: RegExp][] = [
    ['', /'' is no framing; write it as lines, lengthPrefix\(!I\) or delimiter\(0x0d0a\)/],
    ['!H', /'!H' is no framing/],
    ['lines(', /'lines\(' is no framing/],
    ['lengthprefix(!H)', /there is no framing 'lengthprefix', did you mean 'lengthPrefix'\?/],
    ['line', /there is no framing 'line', did you mean 'lines'\?/],
    ['json', /there is no framing 'json' \(there are lengthPrefix, varintPrefix, /],
    ['records(!I)', /records is made of a codec, which only a program can give it/],
    ['lengthPrefix', /lengthPrefix needs its format/],
    ['lengthPrefix(!i)', /a length is one unsigned integer/],
    ['lengthPrefix(!I, all)', /lengthPrefix: 'all' stands alone; write option: value/],
    ['lengthPrefix(!I, count: all)', /lengthPrefix has no option "count"; it has format, lengthOffset, counts/],
    ['lengthPrefix(!I, counts: all, counts: after)', /lengthPrefix: counts is given twice/],
    ['lengthPrefix(!I,, counts: all)', /lengthPrefix: cannot read ', counts: all'/],
    ['lengthPrefix("!I)', /lengthPrefix: cannot read '"!I'/],
    ['lines(crlf)', /lines: 'crlf' stands alone; write option: value/],
    ['delimiter()', /delimiter needs its delimiter, as in delimiter\(0x0d0a\)/],
    ['delimiter("")', /a delimiter has at least one byte/],
    ['delimiter(0x0)', /"0" is not hexadecimal/],
    ['fixedLength(many)', /fixedLength: length is many/],
    ['lines(maxFrameLength: 1e6)', /maxFrameLength is 1e6, and must be a whole number/],
    ['lines\x1b[2J', /'lines\\x1b\[2J' is no framing/],
  ]
  for (const [text, message] of wrong)
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseFraming(text), message)
    })
})

describe('checkFit()', () => {
  const three = (framing: Framing) => encode(framing, [filler(2), filler(0), filler(300)]).stream
  it('finds whole frames', () => {
    assert.deepEqual(checkFit(lengthPrefix('!H'), three(lengthPrefix('!H'))), {
      fits: true,
      frames: 3,
      held: 0,
      error: undefined,
      instead: [],
    })
  })
  it('finds the other byte order, a length that counts itself, and both', () => {
    const instead = (assumed: Framing, spoken: Framing) => checkFit(assumed, three(spoken)).instead
    assert.deepEqual(instead(lengthPrefix('!H'), lengthPrefix('<H')), ["lengthPrefix('<H')"])
    assert.deepEqual(instead(lengthPrefix('!I'), lengthPrefix('!I', { counts: 'all' })), [
      "lengthPrefix('!I', { counts: 'all' })",
    ])
    assert.deepEqual(instead(lengthPrefix('!I', { counts: 'all' }), lengthPrefix('<I')), ["lengthPrefix('<I')"])
    assert.deepEqual(instead(lengthPrefix('<I'), lengthPrefix('!I', { counts: 'all' })), [
      "lengthPrefix('!I', { counts: 'all' })",
    ])
  })
  it('says how far it came, and why no further', () => {
    const whole = three(lengthPrefix('!H'))
    const { fits, frames, held, error, instead } = checkFit(lengthPrefix('!H'), whole.subarray(0, whole.length - 1))
    assert.deepEqual([fits, frames, held, error?.code, instead], [false, 2, 301, 'FRAME_TRUNCATED', []])
    assert.match(error!.message, /the stream ended 301 bytes into a frame of 302, 1 short/)
    const broken = checkFit(netstring(), bytes('2:hi,1:xx'))
    assert.deepEqual([broken.frames, broken.held, broken.error?.code, broken.instead], [1, 4, 'FRAME_MALFORMED', []])
  })
  it('reads datagrams and grammars, too', () => {
    assert.equal(checkFit(datagram(), filler(10)).frames, 1)
    assert.equal(checkFit(selfDelimiting(resp), bytes('+OK\r\n+OK\r\n')).frames, 2)
    assert.equal(checkFit(records(struct('!H')), filler(6)).frames, 3)
  })
})

describe('showProgress()', () => {
  it('says what is held and what is missing', () => {
    const decoder = lengthPrefix('!I').decoder()
    assert.equal(showProgress(decoder), '')
    for (const [chunk, expected] of [
      ['\0', "1 byte held, the frame's length is not known yet"],
      ['\0\0\x1c', '4 bytes held, the frame needs 28 more'],
      ['a', '5 bytes held, the frame needs 27 more'],
    ] as const) {
      decoder.write(bytes(chunk))
      decoder.read()
      assert.equal(showProgress(decoder), expected)
    }
  })
})
