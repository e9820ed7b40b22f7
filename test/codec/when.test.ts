import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  bytes,
  checksum,
  constant,
  DecodeError,
  field,
  option,
  record,
  type Schema,
  sized,
  string,
  sum8,
  transform,
  u8,
  union,
  varint,
  when,
  withExecution,
} from 'wirewright/codec'
import { fromHex, toHex } from '#floor/bytes'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

const some = when(field('n').gt(0), u8)
const mismatch = refusal('MISMATCH')

/** Records in which the number that the condition asks about is implied by something behind the conditional field. */
const implied: [string, Schema<any, any, any>, object, string, object][] = [
  ['a count', record({ n: u8, a: some, b: array(u8, field('n')) }), { a: 5, b: [1] }, '01 05 01', { b: [] }],
  [
    'a count before a checksum',
    record({ n: u8, a: some, b: array(u8, field('n')), sum: checksum(sum8, u8) }),
    { a: 5, b: [1] },
    '01 05 01 07',
    { b: [] },
  ],
  [
    'a length',
    record({ n: varint, a: some, b: bytes(field('n')) }),
    { a: 5, b: Uint8Array.of(1) },
    '01 05 01',
    { b: new Uint8Array(0) },
  ],
  ['a length of text', record({ n: u8, a: some, b: string(field('n')) }), { a: 5, b: 'x' }, '01 05 78', { b: '' }],
  ['a size', record({ n: u8, a: some, b: sized(field('n'), array(u8)) }), { a: 5, b: [1] }, '01 05 01', { b: [] }],
  [
    'a tag',
    record({ n: u8, a: some, b: union(field('n'), { x: [0, u8], y: [1, u8] }) }),
    { a: 5, b: { type: 'y', value: 2 } },
    '01 05 02',
    { b: { type: 'x', value: 2 } },
  ],
  [
    'a count of a record around it',
    record({ n: u8, in: record({ a: some }), b: array(u8, field('n')) }),
    { in: { a: 5 }, b: [1] },
    '01 05 01',
    { in: {}, b: [] },
  ],
]

for (const execution of executions)
  describe(`when (${execution})`, () => {
    for (const [what, schema, value, hex, without] of implied) {
      const codec = withExecution(schema, execution)
      it(`holds for what is implied further on as for what is given: ${what}`, () => {
        assert.equal(toHex(codec.encode(value)), hex.replaceAll(' ', ''))
        const again = codec.decode(fromHex(hex)!)
        assert.equal(toHex(codec.encode(again)), hex.replaceAll(' ', ''))
        assert.equal(codec.decode(codec.encode(without)).a, undefined)
      })
      it(`refuses what is there against its condition, or missing: ${what}`, () => {
        const { a, in: inner, ...rest } = value as any
        const { in: _, ...nothing } = without as any
        assert.throws(() => codec.encode(inner ? { in: {}, ...rest } : rest), mismatch)
        assert.throws(() => codec.encode(inner ? { in: { a: 5 }, ...nothing } : { a: 5, ...nothing }), mismatch)
      })
    }

    it('may itself be what implies the number it asks about', () => {
      const codec = withExecution(record({ n: u8, a: when(field('n').gt(0), array(u8, field('n'))) }), execution)
      assert.equal(toHex(codec.encode({ a: [7] })), '0107')
      assert.throws(() => codec.encode({ a: [] }), mismatch)
      assert.throws(() => codec.encode({}), refusal('UNRESOLVED'))
      assert.equal(toHex(codec.encode({ n: 0 })), '00')
    })

    it('writes a constant that is left out where it must be there', () => {
      const codec = withExecution(record({ n: u8, a: when(field('n').eq(1), constant(u8, 9)) }), execution)
      assert.equal(toHex(codec.encode({ n: 1 })), '0109')
      assert.equal(toHex(codec.encode({ n: 2 })), '02')
      assert.throws(() => codec.encode({ n: 2, a: 9 }), mismatch)
    })

    it('is not left out where that is implied only further on, even if what it holds may be', () => {
      const of = (inner: Schema<any, any, any>) =>
        withExecution(record({ n: u8, a: when(field('n').gt(0), inner), b: array(u8, field('n')) }), execution)
      for (const inner of [option(u8), constant(u8, 9)]) {
        assert.throws(() => of(inner).encode({ b: [1] }), mismatch)
        assert.equal(of(inner).encode({ n: 1, b: [1] }).length, 3)
      }
    })

    it('refuses to depend on what is absent, in both directions', () => {
      const codec = withExecution(record({ a: option(u8), b: when(field('a').gt(3), u8) }), execution)
      assert.throws(() => codec.decode(Uint8Array.of(0)), damage('BAD_VALUE'))
      assert.throws(() => codec.encode({}), mismatch)
      assert.deepEqual(codec.decode(codec.encode({ a: 3 })), { a: 3, b: undefined })
      const nothing = transform(u8, { decode: (n) => (n ? n : null), encode: (n: number | null) => n ?? 0 })
      const other = withExecution(record({ a: nothing, b: when(field('a').ne(1), u8) }), execution)
      assert.throws(() => other.decode(Uint8Array.of(0, 5)), DecodeError)
      assert.throws(() => other.encode({ a: null, b: 5 }), mismatch)
      assert.deepEqual(other.decode(Uint8Array.of(2, 5)), { a: 2, b: 5 })
    })
  })
