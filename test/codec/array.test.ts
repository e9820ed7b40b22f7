import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  bytes,
  CodecError,
  DecodeError,
  field,
  header,
  i8,
  i16,
  i64,
  lazy,
  le,
  map,
  record,
  type Schema,
  sized,
  string,
  u8,
  u16,
  u24,
  u32,
  u48,
  u64,
  until,
  varint,
  varint4,
  varint64,
  when,
  withExecution,
  zigzag,
} from 'wirewright/codec'
import { fromHex } from '#floor/bytes'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'
import { isWritten } from './support/wire.js'

const nothing = record({})

for (const execution of executions)
  describe(`array (${execution})`, () => {
    const made = (schema: Schema<any, any, any>) => withExecution(schema, execution)

    it('takes every whole number as its count, in either order', () => {
      for (const number of [u8, i16, u16, u24, u32, u48, u64, i64, varint, varint4, varint64, zigzag] as Schema<any>[])
        for (const count of [number, le(number)]) {
          const bytes = made(array(u16, count)).encode([1, 2, 3])
          assert.deepEqual(bytes, Uint8Array.of(...count.encode(3), 0, 1, 0, 2, 0, 3))
          assert.deepEqual(made(array(u16, count)).decode(bytes), [1, 2, 3])
        }
    })

    it('refuses elements that decoding would not find again, where only the end ends it', () => {
      const free = made(sized(u8, array(array(u8, 0))))
      const place = { message: /element 0 takes no bytes/ }
      assert.throws(() => free.encode([[], []]), refusal('MISMATCH', place))
      assert.deepEqual(free.decode(free.encode([])), [])
      const some = made(record({ n: u8, list: array(when(field('n').eq(1), u8)) }))
      assert.deepEqual(some.encode({ n: 1, list: [5, 6] }), Uint8Array.of(1, 5, 6))
      assert.throws(() => some.encode({ n: 0, list: [undefined] }), refusal('MISMATCH', { path: 'list' }))
    })

    it('has as many elements as is said before it, by a field, by a length in bytes, up to an end, or to the end', () => {
      const cases: [Schema<any, any, any>, unknown, string][] = [
        [array(u16, 2), [1, 2], '0001 0002'],
        [array(u16, u8), [1, 2], '02 0001 0002'],
        [record({ n: u8, x: u8, list: array(u16, field('n')) }), { n: 2, x: 9, list: [1, 2] }, '02 09 0001 0002'],
        [sized(u8, array(u16)), [1, 2], '04 0001 0002'],
        [array(u16, until(0xff)), [1, 2], '0001 0002 ff'],
        [array(u16), [1, 2], '0001 0002'],
      ]
      for (const [schema, value, hex] of cases) {
        const wire = isWritten(made(schema), value, hex)
        assert.throws(() => made(schema).decode(wire.subarray(0, wire.length - 1)), DecodeError, hex)
      }
    })

    it('refuses counts that no bytes could justify, up to the greatest there are', () => {
      const greatest: [Schema<any, any, any>, string][] = [
        [u32, 'ffffffff'],
        [u48, 'ffffffffffff'],
        [u64, 'ffffffffffffffff'],
        [u64, '0020000000000000'], // 2^53
        [u64, '001fffffffffffff'], // 2^53 - 1
        [varint64, 'ffffffffffffffffff01'],
        [i64, '8000000000000000'],
      ]
      for (const [count, hex] of greatest)
        for (const schema of [
          array(u8, count),
          array(u64, count),
          array(string(u8), count),
          array(nothing, count),
          array(array(nothing, 1000), count),
          map(u8, u8, count),
          bytes(count),
          string(count),
          sized(count, array(u8)),
          record({ n: count, list: array(u64, field('n')) }),
        ]) {
          const given = fromHex(`${hex}00`)!
          assert.throws(() => made(schema).decode(given), DecodeError, hex)
          assert.ok(
            made(schema).inspect(given).error ??
              made(schema)
                .inspect(given)
                .fields?.some(({ error }) => error),
          )
          const found = (() => {
            try {
              return made(schema).boundary().scan(given, 0, given.length)
            } catch (error) {
              return error
            }
          })()
          assert.ok(found instanceof DecodeError || (found as number) < -given.length, `${hex}: ${found}`)
        }
    })

    it('gives so many values for nothing and no more, however they are nested', () => {
      const lists = (each: number, count: number) =>
        Uint8Array.from([
          count >> 8,
          count & 255,
          ...Array.from({ length: count }, () => [each >> 8, each & 255]).flat(),
        ])
      const nested = made(array(array(nothing, u16), u16))
      assert.equal(nested.decode(lists(512, 2)).flat().length, 1024)
      assert.throws(() => nested.decode(lists(512, 3)), damage('TOO_MANY'))
      const conditional = record({ n: u8, lists: array(array(when(field('n').eq(1), u8), u16), u16) })
      assert.throws(() => made(conditional).decode(Uint8Array.of(0, ...lists(512, 3))), damage('TOO_MANY'))
      const inRecords = array(record({ a: array(bytes(0), u16), b: array(array(u8, 0), u16) }), until('end'))
      const more = [2, 0, 2, 0].concat([2, 0, 2, 0], [...Buffer.from('end')])
      assert.throws(() => made(inRecords).decode(Uint8Array.from(more)), damage('TOO_MANY'))
      assert.throws(
        () =>
          made(array(when(header('x').eq(1), u8), until(0)))
            .boundary({ header: { x: 2 } })
            .scan(Uint8Array.of(1), 0, 1),
        damage('TOO_MANY'),
      )
      const recursive: Schema<any> = record({
        list: array(nothing, u16),
        next: array(
          lazy(() => recursive),
          u8,
        ),
      })
      assert.throws(() => made(recursive).decode(fromHex('0200 01 0200 01 0200 00')!), damage('TOO_MANY'))
    })

    it('gives as many values as there are bytes, where elements may take none but take some', () => {
      const codec = made(record({ n: u8, list: array(when(field('n').eq(1), u8), u16) }))
      const bytes = Uint8Array.of(1, 0x13, 0x88, ...new Uint8Array(5000).fill(7))
      assert.equal(codec.decode(bytes).list.length, 5000)
      assert.equal(codec.boundary().scan(bytes, 0, bytes.length), bytes.length)
    })

    it('finds its end in a stream whether or not what follows has arrived', () => {
      const codec = made(array(nothing, u16))
      for (const arrived of [2, 2000]) {
        assert.equal(codec.boundary().scan(new Uint8Array(2000).fill(0x04, 0, 1), 0, arrived), 2)
        assert.throws(
          () => codec.boundary().scan(new Uint8Array(2000).fill(0x05, 0, 1), 0, arrived),
          damage('TOO_MANY'),
        )
      }
    })

    it('refuses an element that looks like the end', () => {
      assert.throws(() => made(array(u16, until(0xff))).encode([1, 0xff00]), refusal('MISMATCH'))
      assert.throws(() => made(array(u8, until('ab'))).encode([0x61, 0x62]), CodecError)
    })

    it('refuses more than its count can say, and holes', () => {
      const cases: [Schema<any, any, any>, unknown][] = [
        [array(u16, u8), Array(256).fill(1)],
        [array(string(u8), u8), Array(256).fill('')],
        [array(u8, i8), Array(128).fill(1)],
        [record({ n: u8, list: array(u8, field('n')) }), { list: Array(256).fill(1) }],
        [bytes(u8), new Uint8Array(256)],
        [sized(u8, array(u16)), Array(128).fill(1)],
        [map(u16, u8, u8), new Map(Array.from({ length: 256 }, (_, i) => [i, 1]))],
      ]
      for (const [schema, value] of cases) assert.throws(() => made(schema).encode(value), refusal('OUT_OF_RANGE'))
      const hole = [1, 2, 3]
      delete hole[1]
      assert.throws(() => made(array(u8, 3)).encode(hole), refusal('WRONG_TYPE', { path: '[1]' }))
    })

    it('refuses what is no array', () => {
      for (const schema of [array(u8, u8), array(u8), array(string(u8), u8), array(u8, until(0)), array(u8, 2)])
        for (const value of [undefined, null, {}, { length: 2 }, 'ab', Uint8Array.of(1, 2), new Set([1, 2])])
          assert.throws(() => made(schema).encode(value as never), CodecError)
    })
  })
