import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  at,
  bytes,
  CodecError,
  cstring,
  DecodeError,
  field,
  header,
  i16,
  lazy,
  le,
  option,
  record,
  rest,
  type Schema,
  sized,
  string,
  u8,
  u16,
  u32,
  u64,
  varint,
  withExecution,
} from 'wirewright/codec'
import { fromHex, toHex } from '#floor/bytes'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'
import { isWritten } from './support/wire.js'

const wire: [string, Schema<any, any, any>, unknown, string][] = [
  ['behind the rest', record({ name: at(u8, cstring()), size: u8 }), { name: 'a', size: 9 }, '02 09 6100'],
  ['one after the other', record({ a: at(u8, u8), b: at(le(u16), u16) }), { a: 1, b: 2 }, '03 0400 01 0002'],
  ['one within another', record({ a: at(u8, record({ b: at(u8, u8), c: u8 })) }), { a: { b: 1, c: 2 } }, '01 03 02 01'],
  ['at a place that is said', record({ a: u8, b: at(4, u8) }), { a: 1, b: 2 }, '01 000000 02'],
  ['where a field says', record({ where: u8, x: at(field('where'), u16) }), { where: 3, x: 7 }, '03 0000 0007'],
  ['in a list', array(at(u8, string(u8)), u8), ['a', 'bc'], '02 03 05 0161 026263'],
  [
    'in a size',
    record({ s: sized(u8, record({ a: at(u8, u8), b: u8 })), z: u8 }),
    { s: { a: 1, b: 2 }, z: 3 },
    '02 04 02 03 01',
  ],
]

for (const execution of executions)
  describe(`at (${execution})`, () => {
    for (const [what, schema, value, hex] of wire)
      it(`finds and puts a value ${what}, counted from the start of the message`, () => {
        const codec = withExecution(schema, execution)
        const expected = isWritten(codec, value, hex)
        const moved = Uint8Array.of(1, 2, 3, ...expected, 9)
        assert.deepEqual(codec.decodeFrom(moved, 3), { value, bytesRead: expected.length })
        const target = new Uint8Array(moved.length)
        assert.equal(codec.encodeInto(value, target, 3), expected.length)
        assert.equal(toHex(target.subarray(3, -1)), toHex(expected))
        for (let cut = 0; cut < expected.length; cut++)
          assert.throws(() => codec.decode(expected, 0, cut), DecodeError, `cut to ${cut}`)
      })

    it('follows a place that the context knows', () => {
      const codec = withExecution(record({ a: u8, b: at(header('where'), u8) }), execution)
      const context = { header: { where: 2 } }
      assert.equal(toHex(codec.encode({ a: 1, b: 5 }, context)), '010005')
      assert.deepEqual(codec.decode(fromHex('010005')!, 0, 3, context), { a: 1, b: 5 })
    })

    it('refuses places outside of the message, however far', () => {
      const far: [Schema<any, any, any>, string][] = [
        [u8, 'ff'],
        [u32, 'ffffffff'],
        [u64, 'ffffffffffffffff'],
        [u64, '0020000000000000'],
        [i16, 'ffff'],
      ]
      for (const [offset, hex] of far)
        assert.throws(
          () => withExecution(record({ x: at(offset, u8) }), execution).decode(fromHex(hex)!),
          damage('BAD_LENGTH', { path: 'x' }),
          hex,
        )
      // Just behind the message there is room for nothing, and for no more.
      const nothing = withExecution(record({ x: at(u8, rest()) }), execution)
      assert.deepEqual(nothing.decode(Uint8Array.of(1)), { x: new Uint8Array(0) })
      assert.throws(() => withExecution(record({ x: at(u8, u8) }), execution).decode(Uint8Array.of(1)), DecodeError)
    })

    it('refuses to write where the message still goes on', () => {
      const codec = withExecution(record({ a: u32, b: at(2, u8) }), execution)
      assert.throws(() => codec.encode({ a: 1, b: 2 }), refusal('MISMATCH', { path: 'b' }))
    })

    it('leads in no circle', () => {
      const Loop: Schema<any> = record({
        next: at(
          u8,
          lazy(() => Loop),
        ),
      })
      for (const bytes of [Uint8Array.of(0), Uint8Array.of(1, 0)])
        assert.throws(() => withExecution(Loop, execution).decode(bytes), damage('TOO_DEEP'))
      const Chain: Schema<any> = record({
        next: option(
          at(
            u8,
            lazy(() => Chain),
          ),
        ),
      })
      assert.deepEqual(withExecution(Chain, execution).decode(Uint8Array.of(1, 2, 0)), { next: { next: undefined } })
    })

    it('does not multiply a message by pointing into it again and again', () => {
      const codec = withExecution(array(at(u16, bytes(1000)), u16), execution)
      const count = 400
      const message = new Uint8Array(2 + 2 * count + 1000)
      message.set([count >> 8, count & 255])
      assert.throws(() => codec.decode(message), damage('TOO_MANY'))
      message.set([0, 100])
      assert.throws(() => codec.decode(message), damage('TRAILING_BYTES'), 'a hundred of them are no harm')
    })

    it('needs an offset of fixed size, and has no end that a stream could be searched for', () => {
      assert.throws(() => at(varint, u8), refusal('BAD_DEFINITION'))
      assert.throws(() => withExecution(at(u8, u8), execution).boundary().scan(Uint8Array.of(1, 1), 0, 2), CodecError)
    })
  })
