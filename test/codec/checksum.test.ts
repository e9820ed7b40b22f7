import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  adler32,
  array,
  at,
  bytes,
  CodecError,
  checksum,
  crc16Modbus,
  crc32,
  cstring,
  DecodeError,
  field,
  le,
  record,
  type Schema,
  sized,
  string,
  sum8,
  u8,
  u16,
  u32,
  u64,
  varint,
  withExecution,
  xor8,
} from 'wirewright/codec'
import { fromHex, toHex } from '#floor/bytes'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

/** The sum of the bytes as 64 bits: what a function of the user's own may give. */
const sum64 = (data: Uint8Array): bigint => data.reduce((sum, byte) => sum + BigInt(byte), 0n)

const wire: [string, Schema<any, any, any>, object, string][] = [
  ['all that is before it', record({ a: u8, b: u16, sum: checksum(sum8, u8) }), { a: 1, b: 0x0203 }, '01 0203 06'],
  [
    'a range before it',
    record({ a: u8, b: u8, c: u8, sum: checksum(xor8, u8, { from: 'b', to: 'b' }) }),
    { a: 1, b: 2, c: 4 },
    '01 02 04 02',
  ],
  [
    'what is behind it',
    record({ sum: checksum(sum8, u8, { from: 'a', to: 'b' }), a: u8, b: string(u8) }),
    { a: 1, b: 'a' },
    '63 01 0161',
  ],
  [
    'itself as zeros',
    record({ a: u8, sum: checksum(sum8, u8, { from: 'a', to: 'b' }), b: u8 }),
    { a: 1, b: 2 },
    '01 03 02',
  ],
  [
    'a length that others imply',
    record({ n: varint, body: bytes(field('n')), sum: checksum(sum8, u8) }),
    { body: 'a' },
    '01 61 62',
  ],
  [
    'a checksum behind it',
    record({ a: checksum(sum8, u8, { from: 'b', to: 'c' }), b: u8, c: checksum(sum8, u8, { from: 'b', to: 'b' }) }),
    { b: 5 },
    '0a 05 05',
  ],
  [
    'checksums that cover checksums',
    record({
      a: checksum(sum8, u8, { from: 'b', to: 'x' }),
      b: checksum(sum8, u8, { from: 'c', to: 'x' }),
      c: checksum(xor8, u8, { from: 'x', to: 'x' }),
      x: u8,
    }),
    { x: 1 },
    '04 02 01 01',
  ],
  [
    'one within it',
    record({ in: record({ x: u8, sum: checksum(sum8, u8) }), all: checksum(sum8, u8) }),
    { in: { x: 4 } },
    '04 04 08',
  ],
  [
    'an offset that is known last',
    record({ o: at(u8, cstring()), sum: checksum(sum8, u8) }),
    { o: 'ab' },
    '02 02 616200',
  ],
  [
    'an offset within it, behind a checksum of its own',
    record({ in: record({ o: at(u8, u8), sum: checksum(sum8, u8) }), all: checksum(sum8, u8) }),
    { in: { o: 9 } },
    '03 03 06 09',
  ],
  [
    'with a function, in 64 bits',
    record({ a: bytes(3), sum: checksum(sum64, u64) }),
    { a: Uint8Array.of(255, 255, 2) },
    'ffff02 0000000000000200',
  ],
  [
    'within a list, each its own',
    array(record({ a: u8, sum: checksum(xor8, u8) }), u8),
    [{ a: 1 }, { a: 2 }],
    '02 0101 0202',
  ],
]

for (const execution of executions)
  describe(`checksum (${execution})`, () => {
    for (const [what, schema, value, hex] of wire) {
      const codec = withExecution(schema, execution)
      it(`covers ${what}`, () => {
        const encoded = fromHex(hex.replaceAll(' ', ''))!
        assert.equal(toHex(codec.encode(value)), toHex(encoded))
        const decoded = codec.decode(encoded)
        assert.equal(toHex(codec.encode(decoded)), toHex(encoded), 'given, it is compared')
        const into = new Uint8Array(encoded.length + 3)
        assert.equal(codec.encodeInto(value, into, 3), encoded.length)
        assert.equal(toHex(into.subarray(3)), toHex(encoded), 'also where the message does not begin at 0')
      })
    }

    it('is checked: any bit of what it covers, or of itself, that turns over is damage', () => {
      for (const algorithm of [crc32, crc16Modbus, adler32, xor8, sum8] as const) {
        const number = le(
          algorithm.algorithm.width === 8 ? u8 : algorithm.algorithm.width === 16 ? u16 : (u32 as Schema<number>),
        )
        const codec = withExecution(
          record({ before: u8, a: u8, b: bytes(u8), sum: checksum(algorithm, number, { from: 'a' }) }),
          execution,
        )
        const good = codec.encode({ before: 0, a: 1, b: 'hello' })
        for (let bit = 8; bit < good.length * 8; bit++) {
          const bad = Uint8Array.from(good)
          bad[bit >> 3]! ^= 1 << (bit & 7)
          // The length, when it is damaged, makes other damage of it.
          const expected = bit >> 3 === 2 ? /BAD_CHECKSUM|TRUNCATED|TRAILING_BYTES/ : /BAD_CHECKSUM/
          assert.throws(
            () => codec.decode(bad),
            (error) => error instanceof DecodeError && expected.test(error.code),
            `${algorithm.algorithm.name}, bit ${bit}`,
          )
        }
        good[0] = 99
        assert.equal(codec.decode(good).before, 99, 'outside of the range')
      }
    })

    it('refuses one that is given and wrong, saying where', () => {
      const codec = withExecution(record({ in: sized(u8, record({ x: u8, sum: checksum(sum8, u8) })) }), execution)
      assert.throws(() => codec.encode({ in: { x: 4, sum: 5 } }), refusal('MISMATCH', { path: 'in.sum', offset: 2 }))
    })

    it('says where a function has thrown', () => {
      const angry = () => {
        throw new RangeError('no')
      }
      const inner = record({ x: u8, sum: checksum(angry, u8) })
      for (const [codec, value, path] of [
        [inner, { x: 4 }, 'sum'],
        [record({ in: inner }), { in: { x: 4 } }, 'in.sum'],
      ] as const) {
        const made = withExecution(codec as Schema<any>, execution)
        const place = { path, offset: 1, message: /at byte 1: no$/ }
        assert.throws(() => made.encode(value), refusal('REFUSED', place))
        assert.throws(() => made.decode(Uint8Array.of(4, 0)), damage('REFUSED', place))
      }
    })

    it('gives a function bytes of its own', () => {
      const careless = (bytes: Uint8Array) => {
        const sum = bytes[0]!
        bytes.fill(0xff)
        return sum
      }
      const codec = withExecution(record({ x: u8, sum: checksum(careless, u8), y: u8 }), execution)
      const bytes = codec.encode({ x: 4, y: 5 })
      assert.deepEqual(bytes, Uint8Array.of(4, 4, 5))
      assert.deepEqual(codec.decode(bytes), { x: 4, sum: 4, y: 5 })
      assert.deepEqual(bytes, Uint8Array.of(4, 4, 5))
      const ahead = record({ sum: checksum(careless, u8, { from: 'y', to: 'z' }), y: u8, z: u8 })
      assert.deepEqual(ahead.encode({ y: 4, z: 5 }), Uint8Array.of(4, 4, 5))
    })

    it('refuses a sum of a function that does not fit', () => {
      for (const wrong of [-1, 1.5, 256, Number.NaN, 'x', undefined]) {
        const codec = withExecution(record({ x: u8, sum: checksum(() => wrong as never, u8) }), execution)
        assert.throws(() => codec.encode({ x: 4 }), CodecError, String(wrong))
        assert.throws(() => codec.decode(Uint8Array.of(4, 0)), DecodeError, String(wrong))
      }
    })
  })

describe('checksum', () => {
  it('needs a number of fixed size, and no two can cover each other', () => {
    for (const define of [
      () => checksum(crc32, varint),
      () => record({ a: checksum(sum8, u8, { from: 'a', to: 'b' }), b: checksum(sum8, u8, { from: 'a', to: 'b' }) }),
      () => record({ x: u8, a: checksum(sum8, u8, { from: 'nowhere' }) }),
      () => record({ x: u8, y: u8, a: checksum(sum8, u8, { from: 'y', to: 'x' }) }),
    ])
      assert.throws(define, refusal('BAD_DEFINITION'), String(define))
  })
})
