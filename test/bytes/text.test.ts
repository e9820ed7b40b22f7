/** The character encodings against Node's own: TextDecoder in its fatal mode, and Buffer. */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { describe, it } from 'node:test'
import { TextDecoder } from 'node:util'
import fc from 'fast-check'
import { malformedUtf8At, type TextEncodingName, textEncodings } from '#floor/bytes'

const runs = { seed: 0x7e47, numRuns: 400 }
const NAMES: TextEncodingName[] = ['utf8', 'ascii', 'latin1', 'utf16be', 'utf16le']
const WEB_LABEL: Partial<Record<TextEncodingName, string>> = { utf8: 'utf-8', utf16be: 'utf-16be', utf16le: 'utf-16le' }

/** What Node makes of `bytes`: the text, or undefined. */
function reference(name: TextEncodingName, bytes: Uint8Array): string | undefined {
  const label = WEB_LABEL[name]
  if (!label) return name === 'ascii' && bytes.some((b) => b > 0x7f) ? undefined : Buffer.from(bytes).toString('latin1')
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function referenceBytes(name: TextEncodingName, text: string): Uint8Array {
  if (name === 'utf16be') return Uint8Array.from(Buffer.from(text, 'utf16le').swap16())
  return Uint8Array.from(Buffer.from(text, name))
}

/** Decodes in the midst of other bytes, so that a wrong bound shows. */
function decode(name: TextEncodingName, bytes: Uint8Array): string | undefined {
  const padded = new Uint8Array(bytes.length + 7).fill(0xbf)
  padded.set(bytes, 3)
  const text = textEncodings[name].decode(padded, 3, 3 + bytes.length)
  const malformedAt = textEncodings[name].malformedAt(padded, 3, 3 + bytes.length)
  assert.equal(malformedAt === -1, text !== undefined, 'malformedAt() and decode() agree')
  return text
}

function encode(name: TextEncodingName, text: string): Uint8Array | undefined {
  const { bytesPerUnit, length, encodeInto } = textEncodings[name]
  const size = length(text)
  const room = new Uint8Array(3 + bytesPerUnit * text.length + 2).fill(0xaa)
  const end = encodeInto(text, room, 3)
  if (size === -1) {
    assert.equal(end, -1, 'length() and encodeInto() agree')
    return undefined
  }
  assert.equal(end, 3 + size, 'length() and encodeInto() agree')
  assert.deepEqual([...room.subarray(0, 3), ...room.subarray(end)], Array(room.length - size).fill(0xaa))
  const exact = new Uint8Array(size)
  assert.equal(encodeInto(text, exact, 0), size)
  assert.deepEqual(exact, room.slice(3, end), 'room for length(text) bytes is enough')
  return exact
}

const alphabets: Record<string, fc.Arbitrary<string>> = {
  ASCII: fc.string({ unit: 'binary-ascii', maxLength: 40 }),
  'Latin-1': fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((n) => String.fromCharCode(n)), maxLength: 40 }),
  'any character': fc.string({ unit: 'binary', maxLength: 40 }),
  'any code units': fc
    .array(
      fc.oneof(
        fc.integer({ min: 0, max: 0x7f }),
        fc.integer({ min: 0, max: 0xffff }),
        fc.integer({ min: 0xd800, max: 0xdfff }),
      ),
      { maxLength: 40 },
    )
    .map((units) => String.fromCharCode(...units)),
}

const malformedUtf8: [string, number[], number][] = [
  ['a continuation byte alone', [0x61, 0x80], 1],
  ['an overlong slash in two bytes', [0xc0, 0xaf], 0],
  ['an overlong U+007F', [0xc1, 0xbf], 0],
  ['an overlong U+07FF in three bytes', [0xe0, 0x9f, 0xbf], 0],
  ['an overlong U+FFFF in four bytes', [0xf0, 0x8f, 0xbf, 0xbf], 0],
  ['an overlong form in five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80], 0],
  ['the first surrogate', [0xed, 0xa0, 0x80], 0],
  ['the last surrogate', [0x61, 0xed, 0xbf, 0xbf], 1],
  ['a surrogate pair, as CESU-8 has it', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], 0],
  ['two bytes cut after one', [0x61, 0x62, 0xc3], 2],
  ['three bytes cut after two', [0xe2, 0x82], 0],
  ['four bytes cut after three', [0xf0, 0x9f, 0x98], 0],
  ['a character cut short by the next', [0xe2, 0x82, 0x61], 0],
  ['a fourth byte that continues nothing', [0xf0, 0x9f, 0x98, 0x20], 0],
  ['U+110000', [0xf4, 0x90, 0x80, 0x80], 0],
  ['a first byte beyond U+10FFFF', [0xf5, 0x80, 0x80, 0x80], 0],
  ['fe', [0xfe], 0],
  ['ff', [0xff], 0],
]

describe('UTF-8', () => {
  for (const [what, bytes, at] of malformedUtf8)
    it(`refuses ${what}, and says where`, () => {
      for (const before of ['', 'twenty characters of', 'zwölf Zeichen €€€😀']) {
        const lead = new TextEncoder().encode(before)
        const all = Uint8Array.from([...lead, ...bytes])
        assert.equal(decode('utf8', all), undefined)
        assert.equal(malformedUtf8At(all, 0, all.length), lead.length + at)
        const followed = Uint8Array.from([...all, ...lead])
        assert.equal(decode('utf8', followed), undefined)
        assert.equal(malformedUtf8At(followed, 0, followed.length), lead.length + at)
      }
    })
  it('agrees with TextDecoder on every sequence of two bytes, and on every first, second and third byte at the edges', () => {
    const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]
    const check = (...bytes: number[]) =>
      assert.equal(decode('utf8', Uint8Array.from(bytes)), reference('utf8', Uint8Array.from(bytes)), bytes.join())
    for (let a = 0; a < 256; a++) for (let b = 0; b < 256; b++) check(a, b)
    for (let a = 0xc0; a < 256; a++)
      for (const b of edges) for (const c of edges) for (const d of [0x7f, 0x80, 0xbf, 0xc0]) check(a, b, c, d)
  })
  it('keeps U+FFFD where the sender wrote it, and a byte order mark', () => {
    for (const text of ['\ufffd', 'a\ufffdb', '\ufeffa', `\ufeff${'long'.repeat(9)}\ufffd`]) {
      assert.equal(decode('utf8', encode('utf8', text)!), text)
    }
  })
  it('keeps the edges of every length', () => {
    for (const point of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff])
      for (const text of [String.fromCodePoint(point), `${String.fromCodePoint(point)}${'-'.repeat(30)}`]) {
        assert.deepEqual(encode('utf8', text), referenceBytes('utf8', text))
        assert.equal(decode('utf8', referenceBytes('utf8', text)), text)
      }
  })
})

for (const name of NAMES)
  describe(`The encoding ${name}`, () => {
    it('decodes any bytes as Node does, or refuses them as Node does', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
          assert.equal(decode(name, bytes), reference(name, bytes))
        }),
        runs,
      )
    })
    it('refuses bytes with one flipped as Node does', () => {
      fc.assert(
        fc.property(alphabets['any character']!, fc.nat(), fc.nat(255), (text, where, byte) => {
          const bytes = referenceBytes(name, text)
          bytes[where % (bytes.length + 1)] = byte
          assert.equal(decode(name, bytes), reference(name, bytes))
        }),
        runs,
      )
    })
    for (const [what, texts] of Object.entries(alphabets))
      it(`encodes ${what} as Node does, refuses what does not fit, and reads back what it wrote`, () => {
        fc.assert(
          fc.property(texts, (text) => {
            const bytes = encode(name, text)
            const expected = referenceBytes(name, text)
            if (reference(name, expected) === text) assert.deepEqual(bytes, expected)
            else assert.equal(bytes, undefined)
            if (bytes) assert.equal(decode(name, bytes), text)
          }),
          runs,
        )
      })
    it('takes texts longer than any one call allows', () => {
      for (const unit of name === 'ascii' ? ['a'] : name === 'latin1' ? ['a', 'ÿ'] : ['a', 'ÿ', '€', '😀']) {
        const text = unit.repeat(200_000)
        const bytes = encode(name, text)
        assert.ok(bytes && Buffer.from(bytes).equals(referenceBytes(name, text)))
        assert.ok(decode(name, bytes) === text)
      }
    })
  })

describe('UTF-16', () => {
  const malformed: [string, number[], number][] = [
    ['half a unit', [0x00, 0x61, 0x00], 2],
    ['a high surrogate at the end', [0x00, 0x61, 0xd8, 0x3d], 2],
    ['a high surrogate before a letter', [0xd8, 0x3d, 0x00, 0x61], 0],
    ['a low surrogate alone', [0xde, 0x00, 0x00, 0x61], 0],
    ['a pair the wrong way round', [0xde, 0x00, 0xd8, 0x3d], 0],
  ]
  for (const [what, bytes, at] of malformed)
    it(`refuses ${what}, and says where`, () => {
      const swapped = bytes.map((_, i) => bytes[i ^ 1] ?? bytes[i]!)
      for (const [name, data] of [['utf16be', bytes] as const, ['utf16le', swapped] as const]) {
        assert.equal(decode(name, Uint8Array.from(data)), undefined)
        assert.equal(textEncodings[name].malformedAt(Uint8Array.from(data), 0, data.length), at)
      }
    })
})
