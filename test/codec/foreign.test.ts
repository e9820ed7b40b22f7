/** Codecs that were not made by a combinator: a `Struct`, or anything that implements the interface. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { array, CodecError, DecodeError, fromStruct, record, string, u8, withExecution } from 'wirewright/codec'
import { StructDataError, StructError, struct } from 'wirewright/struct'
import type { Codec } from '#ground/codec'
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
          error.path === 'list[1]' &&
          error.offset === 5 &&
          error.cause instanceof StructError,
      )
      assert.throws(() => codec.decode(Uint8Array.of(1, 2, 0, 0, 0, 0)), damage('TRUNCATED'))
      const alone = withExecution(record({ a: u8, head: struct('!HB') }), execution)
      assert.throws(
        () => alone.decode(Uint8Array.of(1, 2)),
        (error) =>
          error instanceof DecodeError &&
          error.path === 'head' &&
          error.offset === 1 &&
          error.cause instanceof StructDataError,
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
})
