import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CodecError, type Schema, varint, varint4, varint64, withExecution, zigzag, zigzag64 } from 'wirewright/codec'
import { fromHex, toHex } from '#floor/bytes'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

/** Each with its least and greatest value as they are written, and the first beyond them in each direction. */
const limits: [string, Schema<any, any, any>, [unknown, string][], unknown[]][] = [
  [
    'varint',
    varint,
    [
      [0, '00'],
      [127, '7f'],
      [128, '8001'],
      [2 ** 31, '8080808008'],
      [2 ** 32 - 1, 'ffffffff0f'],
    ],
    [-1, 2 ** 32],
  ],
  [
    'varint4',
    varint4,
    [
      [0, '00'],
      [16384, '808001'],
      [2 ** 28 - 1, 'ffffff7f'],
    ],
    [-1, 2 ** 28],
  ],
  [
    'varint64',
    varint64,
    [
      [0n, '00'],
      [2n ** 63n, '80808080808080808001'],
      [2n ** 64n - 1n, 'ffffffffffffffffff01'],
    ],
    [-1n, 2n ** 64n, 2 ** 53],
  ],
  [
    'zigzag',
    zigzag,
    [
      [0, '00'],
      [-1, '01'],
      [1, '02'],
      [2 ** 31 - 1, 'feffffff0f'],
      [-(2 ** 31), 'ffffffff0f'],
    ],
    [2 ** 31, -(2 ** 31) - 1],
  ],
  [
    'zigzag64',
    zigzag64,
    [
      [0n, '00'],
      [2n ** 63n - 1n, 'feffffffffffffffff01'],
      [-(2n ** 63n), 'ffffffffffffffffff01'],
    ],
    [2n ** 63n, -(2n ** 63n) - 1n],
  ],
]

for (const execution of executions)
  describe(`varints (${execution})`, () => {
    for (const [name, schema, within, beyond] of limits) {
      const codec = withExecution(schema, execution)

      it(`${name} takes what lies within its limits and nothing beyond`, () => {
        for (const [value, hex] of within) {
          assert.equal(toHex(codec.encode(value)), hex)
          assert.equal(codec.decode(fromHex(hex)!), value)
        }
        for (const value of [...beyond, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null])
          assert.throws(() => codec.encode(value), CodecError, String(value))
      })

      it(`${name} has no bytes that say more than it holds`, () => {
        const most = codec.maxSize
        // One more than the greatest, all bits that the last byte has, and a byte too many.
        const greatest = fromHex(within.at(-1)![1])!
        const above = Uint8Array.from(greatest, (byte, i) => (i < most - 1 ? 0x80 : byte + 1))
        const full = Uint8Array.from(greatest, (_, i) => (i < most - 1 ? 0xff : 0x7f))
        const long = Uint8Array.of(...greatest.fill(0x80), 0)
        for (const bytes of name === 'varint4' ? [above, long] : [above, full, long])
          assert.throws(() => codec.decode(bytes), damage('BAD_VALUE'), toHex(bytes))
      })

      // MQTT 5.0 section 1.5.5: "MUST use the minimum number of bytes necessary". Protobuf has no such rule.
      it(`${name} reads a longer form than it writes, up to its most bytes, but for MQTT`, () => {
        const zero = new Uint8Array(codec.maxSize).fill(0x80)
        zero[zero.length - 1] = 0
        if (name !== 'varint4') assert.equal(Number(codec.decode(zero)), 0)
        else assert.throws(() => codec.decode(zero), damage('BAD_VALUE', { message: /0 in 4 bytes is longer/ }))
      })
    }

    it('numbers and bigints that are the same number are the same bytes', () => {
      const [big, zigzags] = [varint64, zigzag64].map((schema) => withExecution(schema, execution))
      for (const n of [0, -0, 300, Number.MAX_SAFE_INTEGER]) assert.deepEqual(big!.encode(n), big!.encode(BigInt(n)))
      for (const n of [-300, Number.MIN_SAFE_INTEGER]) assert.deepEqual(zigzags!.encode(n), zigzags!.encode(BigInt(n)))
      for (const [schema, value] of [
        [varint, 1n],
        [varint64, '1'],
        [zigzag, '1'],
        [zigzag, 2n ** 64n],
      ] as const) {
        const wrong = refusal(schema === zigzag ? 'OUT_OF_RANGE' : 'WRONG_TYPE')
        assert.throws(() => withExecution(schema as Schema<any>, execution).encode(value), wrong)
      }
    })
  })
