import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bits, le, type Schema, u8, u24, u32, u48, u64, withExecution } from 'wirewright/codec'
import { executions } from './support/proves.js'
import { isWritten } from './support/wire.js'

// What is written by hand here shows the order of the bits: each hexadecimal digit belongs to one part.
const wire: [string, Schema<any, any, any>, Record<string, number>, string][] = [
  ['a part of 32 bits in the low half of 64', bits(u64, { a: 32, b: 32 }), { a: 1, b: 2 }, '00000001 00000002'],
  [
    'a part of 32 bits in the low end of 48',
    bits(u48, { a: 16, b: 32 }),
    { a: 0xabcd, b: 0x80000000 },
    'abcd 80000000',
  ],
  [
    'a part across the boundary of 32 bits',
    bits(u64, { a: 20, b: 24, c: 20 }),
    { a: 0xabcde, b: 0x123456, c: 0xfedcb },
    'abcde123456fedcb',
  ],
  [
    'the same from the other end',
    bits(u64, { a: 20, b: 24, c: 20 }, { first: 'lsb' }),
    { a: 0xabcde, b: 0x123456, c: 0xfedcb },
    'fedcb123456abcde',
  ],
  [
    'the same, little-endian',
    bits(le(u64), { a: 20, b: 24, c: 20 }),
    { a: 0xabcde, b: 0x123456, c: 0xfedcb },
    'cbed6f4523e1cdab',
  ],
  ['53 bits, as many as a number has', bits(u64, { a: 11, b: 53 }), { a: 0x7ff, b: 2 ** 53 - 1 }, 'ffffffffffffffff'],
  ['bits one by one', bits(u8, { a: 1, b: 1, c: 1, d: 1, e: 4 }), { a: 1, b: 0, c: 1, d: 0, e: 5 }, 'a5'],
  ['a part across three bytes', bits(u24, { a: 4, b: 16, c: 4 }), { a: 1, b: 0x2345, c: 6 }, '123456'],
  ['the whole of 32 bits', bits(u32, { all: 32 }), { all: 0xfedcba98 }, 'fedcba98'],
]

for (const execution of executions)
  describe(`bits (${execution})`, () => {
    for (const [what, schema, value, hex] of wire)
      it(`puts ${what} where it belongs`, () => {
        const codec = withExecution(schema, execution)
        const bytes = isWritten(codec, value, hex)
        const parts = codec.inspect(bytes).fields!.map(({ path, value }) => [path, value])
        assert.deepEqual(parts, Object.entries(value))
      })
  })
