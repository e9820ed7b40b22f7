/** 64-bit numbers are bigints when decoded; a definition may still say 1 where it means 1n, and the other way round. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CodecError,
  DecodeError,
  enumeration,
  field,
  fromDescription,
  le,
  record,
  type Schema,
  u8,
  u32,
  u48,
  u64,
  union,
  varint64,
  when,
  withExecution,
} from 'wirewright/codec'
import { executions } from './support/proves.js'
import { isWritten } from './support/wire.js'

const cases: [string, Schema<any, any, any>, unknown, string][] = [
  ['names', enumeration(u64, { on: 1, max: 2n ** 64n - 1n }), 'on', '0000000000000001'],
  ['names for the greatest', enumeration(u64, { on: 1, max: 2n ** 64n - 1n }), 'max', 'ffffffffffffffff'],
  ['tags', union(u64, { a: [1, u8], b: [2n, u8] }), { type: 'a', value: 3 }, '0000000000000001 03'],
  [
    'tags of a field',
    record({ kind: varint64, body: union(field('kind'), { a: [1, u8], b: [2n, u8] }) }),
    { kind: 1n, body: { type: 'a', value: 3 } },
    '01 03',
  ],
  ['equal', record({ n: u64, a: when(field('n').eq(1), u8) }), { n: 1n, a: 3 }, '0000000000000001 03'],
  ['equal, and not', record({ n: u64, a: when(field('n').eq(1), u8) }), { n: 2n, a: undefined }, '0000000000000002'],
  ['different', record({ n: u64, a: when(field('n').ne(1), u8) }), { n: 1n, a: undefined }, '0000000000000001'],
  ['greater', record({ n: u64, a: when(field('n').gt(1), u8) }), { n: 2n, a: 3 }, '0000000000000002 03'],
  ['bits', record({ n: le(u64), a: when(field('n').has(2), u8) }), { n: 3n, a: 3 }, '0300000000000000 03'],
  [
    'bits of 64',
    record({ n: u64, a: when(field('n').has(1), u8) }),
    { n: 2n ** 63n, a: undefined },
    '8000000000000000',
  ],
  ['bit 31', record({ n: u32, a: when(field('n').has(0x80000000), u8) }), { n: 0x80000001, a: 3 }, '80000001 03'],
  ['bit 40', record({ n: u48, a: when(field('n').has(2 ** 40), u8) }), { n: 2 ** 40, a: 3 }, '010000000000 03'],
  ['equal to a bigint', record({ n: u8, a: when(field('n').eq(1n), u8) }), { n: 1, a: 3 }, '01 03'],
]

for (const execution of executions)
  describe(`bigints and numbers (${execution})`, () => {
    for (const [what, schema, value, hex] of cases)
      it(`are the same in definitions: ${what}`, () => {
        for (const codec of [schema, fromDescription(JSON.parse(JSON.stringify(schema.describe())))].map((each) =>
          withExecution(each, execution),
        )) {
          const bytes = isWritten(codec, value, hex)
          assert.equal(codec.boundary().scan(bytes, 0, bytes.length), bytes.length)
        }
      })

    it('are not mixed up with texts that look like them', () => {
      const codec = withExecution(record({ n: u64, a: when(field('n').eq('1'), u8) }), execution)
      assert.deepEqual(codec.decode(codec.encode({ n: 1n })), { n: 1n, a: undefined })
    })

    it('choose for encoding what they choose for decoding: a number where bytes give a bigint', () => {
      const codec = withExecution(record({ n: u64, a: when(field('n').has(1), u8) }), execution)
      assert.deepEqual(codec.decode(codec.encode({ n: 1, a: 5 })), { n: 1n, a: 5 })
      assert.throws(() => codec.encode({ n: 2, a: 5 }), CodecError)
      assert.throws(() => codec.decode(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1)), DecodeError)
    })
  })

describe('definitions', () => {
  it('have no two variants, or names, for 1 and 1n', () => {
    assert.throws(() => union(u64, { a: [1, u8], b: [1n, u8] }), /same tag/)
    assert.throws(() => enumeration(u64, { a: 1, b: 1n }), /same value/)
  })
})
