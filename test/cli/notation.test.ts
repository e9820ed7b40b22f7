/** Bytes in every notation, and dumps as the tools themselves print them. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { hexdump, xxd } from '#ground/cli/hex-dump'
import { type Notation, readBytes } from '#ground/cli/notation'

const ALL = Uint8Array.from({ length: 256 }, (_, i) => i)
const text = (given: string): Uint8Array => new Uint8Array(Buffer.from(given))
const reads = (given: string, notation: Notation, hex: string): void => {
  const read = readBytes(text(given))
  assert.equal(read.notation, notation, JSON.stringify(given))
  assert.equal(Buffer.from(read.bytes).toString('hex'), hex)
}

function missing(tool: string): string | false {
  return spawnSync(tool, ['--version']).error ? `${tool} is not installed (apt-get install xxd bsdextrautils)` : false
}

/** Lengths around every line, and repetition, which `hexdump` leaves out. */
const SAMPLES: readonly Uint8Array[] = [
  ...[1, 2, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33].map((length) => ALL.subarray(30, 30 + length)),
  ALL,
  new Uint8Array(16),
  new Uint8Array(48),
  new Uint8Array(50),
  Uint8Array.from({ length: 200 }, (_, i) => (i > 40 && i < 130 ? 7 : i)),
  Buffer.concat([new Uint8Array(64), ALL, new Uint8Array(64)]),
]

describe('bytes are read', () => {
  it('as hexadecimal, however it is spaced', () => {
    for (const given of [
      '0007feFF',
      '00 07 fe ff\n',
      '00:07:fe:ff',
      '0x00,0x07, 0xfe, 0xFF',
      '{0x00, 0x07, 0xfe, 0xff}',
      '00-07-fe-ff',
    ])
      reads(given, 'hex', '0007feff')
  })
  it('as base64, with or without its padding', () => {
    reads('AAf+/w==', 'base64', '0007feff')
    reads('AAf-_w', 'base64', '0007feff')
    reads('SGVs\nbG8=\n', 'base64', '48656c6c6f')
    for (const line of ['220 mail ready\r\n', 'HELO a\r\nQUIT it\r\n', 'USER\nanonymous\n'])
      assert.equal(readBytes(text(line)).notation, 'raw', line)
  })
  it('as text with escapes, in quotes or not', () => {
    for (const given of ['\\x00\\x07ab\\n\\\\', "b'\\x00\\x07ab\\n\\\\'", '"\\x00\\x07ab\\n\\\\"\n'])
      reads(given, 'escapes', '000761620a5c')
  })
  it('as they are, when nothing else fits', () => {
    assert.equal(readBytes(ALL).notation, 'raw')
    assert.deepEqual(readBytes(ALL).bytes, ALL)
    reads('plain text, no more', 'raw', Buffer.from('plain text, no more').toString('hex'))
  })
  it('in the notation they are said to be in, or not at all', () => {
    assert.equal(Buffer.from(readBytes(text('deadbeef'), 'base64').bytes).toString('hex'), '75e69d6de79f')
    assert.equal(readBytes(text('deadbeef'), 'raw').bytes.length, 8)
    assert.throws(() => readBytes(text('xyz'), 'hex'), /the input is not hexadecimal/)
    assert.throws(() => readBytes(ALL, 'xxd'), /not the output of xxd: it is not even text/)
    assert.throws(() => readBytes(text('abcde'), 'base64'), /not base64/)
  })
  for (const [name, dump] of [
    ['xxd', xxd],
    ['hexdump', hexdump],
  ] as const)
    it(`as ${name} prints them, repeated lines included, one dump behind the other`, () => {
      for (const bytes of SAMPLES) {
        const read = readBytes(text(dump(bytes)))
        assert.equal(read.notation, name)
        assert.deepEqual(read.bytes, new Uint8Array(bytes))
      }
      assert.deepEqual(readBytes(text(dump(ALL) + dump(ALL))).bytes, new Uint8Array([...ALL, ...ALL]))
    })
  it('from xxd -a and other widths', () => {
    reads('00000000: 41 42 43 44  ABCD\n00000004: 45        E\n', 'xxd', '4142434445')
    reads(
      '00000000: 0000 0000 0000 0000 0000 0000 0000 0000  ................\n*\n00000020: 01  .\n',
      'xxd',
      `${'00'.repeat(32)}01`,
    )
    reads('00000000: 6162 6364  abcd\n', 'xxd', '61626364')
  })
  it('and never from a dump of another kind, as if it were one of these', () => {
    for (const other of ['00000000: 00000111 01100001  .a\n', '00000000: 64636261  abcd\n'])
      assert.throws(() => readBytes(text(other)), /the text beside them differ, in the line of offset 00000000/)
    for (const words of ['0000000 6568 6c6c 006f\n0000005\n', '0000000 064150 066154 000157\n*\n0000005\n'])
      assert.throws(() => readBytes(text(words)), /a dump of words.*: write it with hexdump -C, or xxd/)
  })
})

describe('dumps', () => {
  it('agree with xxd', { skip: missing('xxd') }, () => {
    for (const bytes of SAMPLES)
      assert.equal(xxd(bytes), spawnSync('xxd', [], { input: bytes, encoding: 'utf8' }).stdout)
  })
  it('agree with hexdump -C', { skip: missing('hexdump') }, () => {
    for (const bytes of SAMPLES)
      assert.equal(hexdump(bytes), spawnSync('hexdump', ['-C'], { input: bytes, encoding: 'utf8' }).stdout)
  })
  it('hold nothing that a terminal obeys', () => {
    for (const dump of [xxd(ALL), hexdump(ALL)]) assert.match(dump, /^[\x20-\x7e\n]*$/)
  })
})
