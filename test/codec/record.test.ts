import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  CodecError,
  field,
  le,
  option,
  record,
  type Schema,
  string,
  u8,
  u16,
  u32,
  varint,
  withExecution,
} from 'wirewright/codec'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

for (const execution of executions)
  describe(`record (${execution})`, () => {
    const made = <S extends Schema<any, any, any>>(codec: S) => withExecution(codec, execution)

    it('takes hundreds of fields, fixed or not, nested or not', () => {
      const kinds = [u8, le(u32), string(u8), array(u16, varint), option(u16), record({ a: u8, b: string(4) })]
      const values = (i: number) =>
        [i & 255, i * 1000, `text ${i}`, [i, i + 1], i % 4 ? i : undefined, { a: 1, b: 'abc' }][i % 6]
      for (const count of [200, 1000]) {
        const codec = made(
          record(Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, kinds[i % 6]!]))),
        )
        const value = Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, values(i)]))
        const bytes = codec.encode(value)
        assert.deepEqual(codec.decode(bytes), value)
        assert.deepEqual(Object.keys(codec.decode(bytes)), Object.keys(value))
        assert.equal(codec.boundary().scan(bytes, 0, bytes.length), bytes.length)
        const fields = codec.inspect(bytes).fields!
        assert.equal(fields.length, count)
        let at = 0
        for (const { offset, length } of fields) {
          assert.equal(offset, at)
          at += length
        }
        assert.equal(at, bytes.length)
        assert.throws(
          () => codec.encode({ ...value, f198: 256 }),
          refusal('OUT_OF_RANGE', { path: 'f198', message: /256 does not fit u8/ }),
        )
        assert.throws(
          () => codec.decode(bytes, 0, bytes.length - 1),
          damage('TRUNCATED', { message: new RegExp(`^f${count - 1}[ .[]`) }),
        )
      }
    })

    it('takes deep nesting, of which each level is its own', () => {
      let codec: Schema<any> = record({ end: u8 })
      let value: unknown = { end: 7 }
      for (let i = 0; i < 100; i++) {
        codec = record({ n: u8, inner: codec, list: array(u8, field('n')) })
        value = { n: i % 3, inner: value, list: Array.from({ length: i % 3 }, () => i) }
      }
      const run = made(codec)
      assert.deepEqual(run.decode(run.encode(value)), value)
    })

    it('looks at the nearest record that has the field', () => {
      const inner = record({ n: u8, list: array(u8, field('n')) })
      const codec = made(record({ n: u8, inner, list: array(u8, field('n')) }))
      const bytes = codec.encode({ inner: { list: [1, 2] }, list: [3] })
      assert.deepEqual([...bytes], [1, 2, 1, 2, 3])
      assert.deepEqual(codec.decode(bytes), { n: 1, inner: { n: 2, list: [1, 2] }, list: [3] })
    })

    it('has nothing of what an object inherits', () => {
      const codec = made(record({ toString: u8, hasOwnProperty: string(u8), valueOf: option(u8) }))
      const value = { toString: 1, hasOwnProperty: 'x', valueOf: undefined }
      assert.deepEqual(codec.decode(codec.encode(value as never)), value)
      assert.throws(() => codec.encode({ hasOwnProperty: 'x' } as never), CodecError)
    })

    it('takes objects without a prototype, and refuses what is no object', () => {
      const codec = made(record({ a: u8 }))
      assert.deepEqual([...codec.encode(Object.assign(Object.create(null), { a: 5 }))], [5])
      for (const wrong of [null, undefined, 5, 'a', true, 5n, Symbol('a')])
        assert.throws(() => codec.encode(wrong as never), CodecError)
    })
  })
