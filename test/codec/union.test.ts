import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  bool,
  CodecError,
  enumeration,
  field,
  option,
  record,
  type Schema,
  sized,
  string,
  u8,
  u16,
  u32,
  union,
  withExecution,
} from 'wirewright/codec'
import { Output, toHex } from '#floor/bytes'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

const Shape = union(u8, { circle: [1, record({ r: u16 })], square: [2, record({ side: u16 })], none: [3, record({})] })

for (const execution of executions)
  describe(`union (${execution})`, () => {
    it('keeps its tag when the output has to grow behind it', () => {
      const values: [Schema<any, any, any>, unknown][] = [
        [Shape, { type: 'square', value: { side: 0x0304 } }],
        [union(string(1), { a: ['a', u8], b: ['b', bool] }), { type: 'a', value: 7 }],
        [union(u16, { a: [0x0102, Shape] }), { type: 'a', value: { type: 'circle', value: { r: 5 } } }],
        [
          record({ x: u16, shape: Shape, y: option(u32), z: sized(u16, Shape) }),
          { x: 1, shape: { type: 'circle', value: { r: 5 } }, y: 9, z: { type: 'none', value: {} } },
        ],
        [
          array(record({ a: u8, b: Shape, c: u8 }), u8),
          [
            { a: 1, b: { type: 'square', value: { side: 4 } }, c: 2 },
            { a: 1, b: { type: 'circle', value: { r: 4 } }, c: 2 },
          ],
        ],
      ]
      for (const [schema, value] of values) {
        const codec = withExecution(schema, execution)
        const expected = withExecution(schema, 'interpret').encode(value)
        for (let room = 0; room <= expected.length; room++) {
          const output = new Output(room + 3)
          output.append(Uint8Array.of(9, 9, 9))
          codec.encodeTo(value, output)
          assert.equal(toHex(output.copy(3)), toHex(expected), `room for ${room}`)
        }
      }
    })

    it('is inspected as it is decoded: by the name of the variant, or by the tag that has none', () => {
      const codec = withExecution(union(u8, { a: [1, u16] }, { otherwise: u8 }), execution)
      const partsOf = (...bytes: number[]) =>
        codec.inspect(Uint8Array.from(bytes)).fields?.map(({ path, value }) => [path, value])
      assert.deepEqual(partsOf(1, 0, 5), [
        ['type', 'a'],
        ['value', 5],
      ])
      assert.deepEqual(partsOf(9, 5), [
        ['tag', 9],
        ['value', 5],
      ])
      const unknown = withExecution(union(u8, { a: [1, u16] }), execution).inspect(Uint8Array.of(9, 5))
      assert.deepEqual([unknown.fields?.[0]?.path, unknown.error?.code], ['type', 'BAD_VALUE'])
    })

    it('has the tag of its variant, and no other', () => {
      const codec = withExecution(Shape, execution)
      assert.equal(toHex(codec.encode({ type: 'none', value: {} })), '03')
      for (const wrong of [
        null,
        undefined,
        5,
        {},
        { type: 'line' },
        { type: 'circle' },
        { type: 'otherwise', tag: 1, value: {} },
      ])
        assert.throws(() => codec.encode(wrong as never), CodecError)
      assert.throws(() => codec.decode(Uint8Array.of(4)), damage('BAD_VALUE', { offset: 0 }))
    })

    it('takes its tag from a field before it, which it implies, under a name as well', () => {
      const kind = enumeration(u8, { small: 1, large: 2 })
      const codec = withExecution(
        record({ kind, n: u8, body: union(field('kind'), { s: ['small', u8], l: ['large', u32] }) }),
        execution,
      )
      assert.equal(toHex(codec.encode({ n: 7, body: { type: 'l', value: 1 } })), '020700000001')
      assert.deepEqual(codec.decode(Uint8Array.of(1, 7, 9)), { kind: 'small', n: 7, body: { type: 's', value: 9 } })
      assert.throws(
        () => codec.encode({ kind: 'small', n: 7, body: { type: 'l', value: 1 } }),
        refusal('MISMATCH', { path: 'body' }),
      )
    })

    it('keeps what it has no variant for, but not under a tag that has one', () => {
      const codec = withExecution(union(u8, { a: [1, u8] }, { otherwise: string() }), execution)
      const unknown = { type: 'otherwise', tag: 9, value: 'xy' } as const
      assert.deepEqual(codec.decode(codec.encode(unknown)), unknown)
      assert.throws(() => codec.encode({ ...unknown, tag: 1 }), refusal('MISMATCH'))
    })
  })
