import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  be,
  bytes,
  CodecError,
  constant,
  DecodeError,
  f32,
  f64,
  fromDescription,
  le,
  record,
  type Schema,
  string,
  u8,
  u16,
  u64,
  withExecution,
} from 'wirewright/codec'
import { fromHex, toHex } from '#floor/bytes'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

const values: [string, Schema<any, any, any>, string][] = [
  ['a number', constant(u16, 0xcafe), 'cafe'],
  ['a bigint', constant(u64, 1n), '0000000000000001'],
  ['a number for a bigint', constant(u64, 1), '0000000000000001'],
  ['bytes', constant(bytes(2), Uint8Array.of(1, 2)), '0102'],
  ['text', constant(string(4), 'RIFF'), '52494646'],
  ['no number at all', constant(f32, Number.NaN), '7fc00000'],
  ['infinity', constant(f64, Number.NEGATIVE_INFINITY), 'fff0000000000000'],
  ['minus zero', constant(f64, -0), '8000000000000000'],
  ['a record', constant(record({ a: u8, b: array(u8, 2) }), { a: 1, b: [2, 3] }), '010203'],
]

for (const execution of executions)
  describe(`constant (${execution})`, () => {
    for (const [what, schema, hex] of values)
      it(`is ${what}, written where it is left out, and again from its description`, () => {
        const described = fromDescription(JSON.parse(JSON.stringify(schema.describe())))
        const [value] = [schema, described].map((each) => {
          const codec = withExecution(record({ before: u8, magic: each }), execution)
          const wire = fromHex(`07${hex}`)!
          assert.equal(toHex(codec.encode({ before: 7 })), toHex(wire))
          const decoded = codec.decode(wire)
          assert.equal(toHex(codec.encode(decoded)), toHex(wire))
          wire[wire.length - 1]! ^= 1
          assert.throws(() => codec.decode(wire), damage('BAD_VALUE', { offset: 1 }))
          return decoded.magic
        })
        assert.deepEqual(withExecution(schema, execution).decode(fromHex(hex)!), value)
      })

    it('follows the byte order around it', () => {
      const codec = withExecution(
        record({ a: le(record({ x: constant(u16, 1), y: be(constant(u16, 1)) })), z: constant(le(u16), 1) }),
        execution,
      )
      assert.equal(toHex(codec.encode({ a: {} })), '010000010100')
    })

    it('belongs to each message by itself: what is done to one changes no other', () => {
      const ours = Uint8Array.of(1, 2)
      const list = [[1], [2]]
      const codec = withExecution(
        record({ magic: constant(bytes(2), ours), list: constant(array(array(u8, 1), 2), list) }),
        execution,
      )
      ours[0] = 9
      list[0]![0] = 9
      const first = codec.decode(Uint8Array.of(1, 2, 1, 2))
      assert.deepEqual(first, { magic: Uint8Array.of(1, 2), list: [[1], [2]] })
      first.magic[0] = 9
      ;(first.list as number[][])[1]!.push(9)
      const second = codec.decode(Uint8Array.of(1, 2, 1, 2))
      assert.deepEqual(second, { magic: Uint8Array.of(1, 2), list: [[1], [2]] })
      assert.equal(toHex(codec.encode(second)), '01020102')
    })

    it('may be given in another form of the same bytes, and in no other', () => {
      const codec = withExecution(constant(bytes(2), Uint8Array.of(0x50, 0x4b)), execution)
      assert.equal(toHex(codec.encode('PK' as never)), '504b')
      for (const other of ['PX', 'P', null, 5, {}, Uint8Array.of(0x50)])
        assert.throws(() => codec.encode(other as never), refusal('MISMATCH'))
    })

    it('ends where its bytes do, even if its codec would go on to the end', () => {
      const codec = withExecution(record({ magic: constant(string(), 'PK'), version: u8 }), execution)
      assert.equal(toHex(codec.encode({ version: 3 })), '504b03')
      assert.deepEqual(codec.decode(fromHex('504b03')!), { magic: 'PK', version: 3 })
      assert.equal(codec.boundary().scan(fromHex('504b03ff')!, 0, 4), 3)
    })

    it('may say a number of elements, which then is always the same', () => {
      const codec = withExecution(array(u8, constant(u8, 3)), execution)
      assert.equal(toHex(codec.encode([1, 2, 3])), '03010203')
      assert.throws(() => codec.encode([1, 2]), CodecError)
      assert.throws(() => codec.decode(Uint8Array.of(2, 1, 2)), DecodeError)
    })
  })
