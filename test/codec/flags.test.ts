import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CodecError,
  flags,
  i8,
  le,
  record,
  type Schema,
  u8,
  u16,
  u32,
  u48,
  varint,
  withExecution,
} from 'wirewright/codec'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

for (const execution of executions)
  describe(`flags (${execution})`, () => {
    it('refuses bits without a name, also where they are beyond the 32nd', () => {
      const damaged = damage('BAD_VALUE')
      assert.throws(() => withExecution(flags(u8, { a: 1 }), execution).decode(Uint8Array.of(3)), damaged)
      const wide = withExecution(flags(u48, { a: 1 }), execution)
      assert.deepEqual(wide.decode(Uint8Array.of(0, 0, 0, 0, 0, 1)), { a: true })
      assert.throws(() => wide.decode(Uint8Array.of(1, 0, 0, 0, 0, 1)), damaged)
    })

    it('knows the 32nd bit', () => {
      const codec = withExecution(flags(u32, { top: 0x80000000, low: 1 }), execution)
      const bytes = Uint8Array.of(0x80, 0, 0, 1)
      assert.deepEqual(codec.decode(bytes), { top: true, low: true })
      assert.deepEqual(codec.encode({ top: true, low: true }), bytes)
    })

    it('shows each bit where it lies, in either byte order, and those that are known of a number that means nothing', () => {
      const codec = withExecution(record({ a: u8, f: flags(u16, { low: 1, top: 0x8000, ninth: 0x100 }) }), execution)
      const places = (schema: Schema<any, any, any>, bytes: Uint8Array) =>
        schema
          .inspect(bytes)
          .fields![1]!.fields!.map(({ path, offset, bits, value }) => [path, offset, bits?.first, value])
      const set = Uint8Array.of(9, 0x80, 0x01)
      assert.deepEqual(places(codec, set), [
        ['f.top', 1, 0, true],
        ['f.ninth', 1, 7, false],
        ['f.low', 2, 7, true],
      ])
      assert.deepEqual(places(withExecution(le(codec), execution), set), [
        ['f.low', 1, 7, false],
        ['f.top', 2, 0, false],
        ['f.ninth', 2, 7, true],
      ])
      assert.deepEqual(codec.inspect(set).fields![1]!.fields![2]!.bits, { first: 7, count: 1 })
      assert.deepEqual(places(codec, Uint8Array.of(9, 0xc0, 0)), [
        ['f.top', 1, 0, true],
        ['f.ninth', 1, 7, false],
        ['f.low', 2, 7, false],
      ])
      // A number without a place for each bit.
      assert.deepEqual(
        places(withExecution(record({ a: u8, f: flags(varint, { b: 2 }) }), execution), Uint8Array.of(9, 2)),
        [['f.b', 1, undefined, true]],
      )
    })

    it('takes each flag as a boolean and nothing else', () => {
      const codec = withExecution(flags(u8, { a: 1, b: 2 }), execution)
      for (const value of [{ a: true }, { a: 1, b: 0 }, null, undefined, 3, []])
        assert.throws(() => codec.encode(value as never), CodecError)
    })
  })

describe('flags', () => {
  it('are one bit each, of at most 32, and none is called __proto__', () => {
    const masks: Record<string, number>[] = [{ a: 3 }, { a: 0 }, { a: -1 }, { a: 2 ** 32 }, { a: 1.5 }, { a: 1, b: 1 }]
    assert.throws(
      () => flags(le(u8), { a: 1, b: 0x100 }),
      refusal('BAD_DEFINITION', { message: /b: 256 is more than 255/ }),
    )
    assert.throws(() => flags(i8, { sign: 0x80 }), refusal('BAD_DEFINITION'))
    for (const wrong of [...masks, { ['__proto__']: 1 }])
      assert.throws(() => flags(u48, wrong), refusal('BAD_DEFINITION'), JSON.stringify(Object.entries(wrong)))
  })
})
