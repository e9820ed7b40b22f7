/** Codecs that were not made by a combinator: a `Struct`, or anything that implements the interface. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { array, CodecError, DecodeError, fromStruct, record, string, u8, u16, withExecution } from 'wirewright/codec'
import { StructDataError, StructError, struct } from 'wirewright/struct'
import type { Codec, Field } from '#ground/codec'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

const inner = string(u8)
/** Nothing but the interface: a text with its length, by somebody else. */
const foreign: Codec<string> = {
  fixedSize: undefined,
  minSize: 1,
  maxSize: 256,
  encode: (value) => inner.encode(value),
  encodeInto: (value, target, offset) => inner.encodeInto(value, target, offset),
  encodeTo: (value, output) => inner.encodeTo(value, output),
  encodedSize: (value) => inner.encodedSize(value),
  decode: (bytes, start, end) => inner.decode(bytes, start, end),
  decodeFrom: (bytes, start, end) => inner.decodeFrom(bytes, start, end),
  inspect: (bytes, start, end) => inner.inspect(bytes, start, end),
  describe: () => ({ kind: 'foreign' }),
}

/** A codec with parts, by somebody who made it of ours. */
const parts = record({ n: u16, in: record({ s: string(u8) }) })
const foreignRecord: Codec<any> = {
  ...{ fixedSize: undefined, minSize: 3, maxSize: 258 },
  encode: (value) => parts.encode(value),
  encodeInto: (value, target, offset) => parts.encodeInto(value, target, offset),
  encodeTo: (value, output) => parts.encodeTo(value, output),
  encodedSize: (value) => parts.encodedSize(value),
  decode: (bytes, start, end) => parts.decode(bytes, start, end),
  decodeFrom: (bytes, start, end) => parts.decodeFrom(bytes, start, end),
  inspect: (bytes, start, end) => parts.inspect(bytes, start, end),
  describe: () => ({ kind: 'mine' }),
}

function flat(field: Field): Field[] {
  return [field, ...(field.fields ?? []).flatMap(flat)]
}

for (const execution of executions)
  describe(`codecs from elsewhere (${execution})`, () => {
    it('find their end in a stream by themselves, or say that they cannot', () => {
      const withEnd = { ...foreign, boundary: () => inner.boundary() }
      const codec = withExecution(record({ a: u8, list: array(withEnd, u8), z: u8 }), execution)
      const bytes = codec.encode({ a: 1, list: ['one', '', 'three'], z: 2 })
      for (let piece = 1; piece <= bytes.length; piece++) {
        const boundary = codec.boundary()
        let found = -1
        for (let end = piece; found < 0; end += piece) found = boundary.scan(bytes, 0, Math.min(end, bytes.length))
        assert.equal(found, bytes.length)
      }
      const without = withExecution(record({ a: foreign }), execution)
      assert.deepEqual(without.decode(without.encode({ a: 'x' })), { a: 'x' })
      assert.throws(() => without.boundary().scan(bytes, 0, bytes.length), refusal('ENDLESS'))
      const fixed = withExecution(record({ head: struct('!HB'), z: u8 }), execution)
      assert.equal(fixed.boundary().scan(bytes, 0, 3), -4)
    })

    it('have their errors placed, and kept as the cause', () => {
      const codec = withExecution(record({ a: u8, list: array(struct('!HB'), u8) }), execution)
      assert.throws(
        () =>
          codec.encode({
            a: 1,
            list: [
              [1, 2],
              [70000, 2],
            ],
          }),
        (error) =>
          error instanceof CodecError &&
          error.path === 'list[1][0]' &&
          error.offset === 5 &&
          error.code === 'OUT_OF_RANGE' &&
          error.cause instanceof StructError,
      )
      assert.throws(() => codec.decode(Uint8Array.of(1, 2, 0, 0, 0, 0)), damage('TRUNCATED'))
      const alone = withExecution(record({ a: u8, head: struct('!HB') }), execution)
      assert.throws(
        () => alone.decode(Uint8Array.of(1, 2)),
        (error) =>
          error instanceof DecodeError &&
          error.path === 'head[0]' &&
          error.offset === 1 &&
          error.code === 'TRUNCATED' &&
          error.cause instanceof StructDataError,
      )
    })

    it('show their parts within a record, as far as there are bytes', () => {
      const whole = [
        { path: 'h', offset: 1, length: 3, value: [1, 2] },
        { path: 'h[0]', offset: 1, length: 2, value: 1 },
        { path: 'h[1]', offset: 3, length: 1, value: 2 },
      ]
      const list = (codec: Codec<any>, bytes: Uint8Array) =>
        flat(codec.inspect(bytes)).map(({ fields: _, error, ...field }) =>
          error ? { ...field, error: error.code } : field,
        )
      const codec = withExecution(record({ a: u8, h: struct('!HB') }), execution)
      const bytes = Uint8Array.of(9, 0, 1, 2)
      assert.deepEqual(list(codec, bytes).slice(2), whole)
      assert.deepEqual(list(codec, bytes.subarray(0, 3)).slice(2), [
        { path: 'h', offset: 1, length: 2 },
        whole[1],
        { path: 'h[1]', offset: 3, length: 0, error: 'TRUNCATED' },
      ])
      const names = ['x', 'y z'] as const
      for (const part of [struct('!HB', names), fromStruct(struct('!HB'), names)]) {
        const named = withExecution(record({ a: u8, h: part }), execution)
        assert.deepEqual(list(named, bytes).slice(3), [
          { ...whole[1], path: 'h.x' },
          { ...whole[2], path: 'h["y z"]' },
        ])
        assert.throws(() => named.decode(bytes.subarray(0, 3)), damage('TRUNCATED', { path: 'h["y z"]', offset: 3 }))
        const wrong = { a: 1, h: { x: 1, 'y z': 300 } }
        assert.throws(() => named.encode(wrong), refusal('OUT_OF_RANGE', { path: 'h["y z"]', offset: 3 }))
      }
      const within = withExecution(record({ a: u8, b: foreignRecord }), execution)
      assert.deepEqual(
        list(within, Uint8Array.of(1, 0, 5, 1, 97)).map(({ path, offset }) => [path, offset]),
        [
          ['', 0],
          ['a', 0],
          ['b', 1],
          ['b.n', 1],
          ['b.in', 3],
          ['b.in.s', 3],
        ],
      )
      const cut = damage('TRUNCATED', {
        path: 'b.in.s',
        offset: 4,
        message: /^b\.in\.s at byte 4: needs 2 bytes, 1 is left$/,
      })
      assert.throws(() => within.decode(Uint8Array.of(1, 0, 5, 2, 97)), cut)
      assert.throws(
        () => within.encode({ a: 1, b: { n: 70000, in: { s: '' } } }),
        refusal('OUT_OF_RANGE', { path: 'b.n', offset: 1, message: /^b\.n at byte 1: 70000/ }),
      )
    })

    it('have names, where they are given some', () => {
      const named = withExecution(fromStruct(struct('!HB'), ['a', 'b']), execution)
      assert.deepEqual(named.decode(named.encode({ a: 1, b: 2 })), { a: 1, b: 2 })
      for (const wrong of [null, undefined, 5, {}, { a: 1 }, { a: 70000, b: 1 }])
        assert.throws(() => named.encode(wrong as never), CodecError)
    })
  })

describe('codecs from elsewhere', () => {
  it('have names that differ, and none that an object cannot have', () => {
    for (const names of [
      ['a', 'a'],
      ['a', '__proto__'],
      ['constructor', 'b'],
      ['prototype', 'b'],
    ])
      assert.throws(() => fromStruct(struct('!HB'), names), refusal('BAD_DEFINITION'))
  })

  it('have as many names as values, or are refused at once', () => {
    // @ts-expect-error two values
    assert.throws(() => fromStruct(struct('!HB'), ['x']), refusal('BAD_DEFINITION', { message: /1 for 2$/ }))
    assert.throws(() => fromStruct(struct('!HB'), ['x', 'y', 'z'] as string[]), refusal('BAD_DEFINITION'))
    const named = struct('!HB', ['a', 'b'])
    assert.throws(() => fromStruct(named, ['x', 'y']), refusal('BAD_DEFINITION', { message: /2 for an object$/ }))
  })
})
