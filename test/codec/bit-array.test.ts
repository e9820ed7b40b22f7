import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { asked, bitArray, record, type Schema, u8, u32, u64, varint, withExecution } from 'wirewright/codec'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'
import { isWritten } from './support/wire.js'

for (const execution of executions)
  describe(`bitArray (${execution})`, () => {
    const made = <S extends Schema<any, any, any>>(codec: S) => withExecution(codec, execution)

    it('fills bytes from the lowest bit, or from the highest', () => {
      const nine = [true, false, false, false, false, true, true, false, true]
      isWritten(made(bitArray(9)), nine, '61 01')
      isWritten(made(bitArray(9, { first: 'msb' })), nine, '86 80')
      isWritten(made(bitArray(varint)), nine, '09 61 01')
      isWritten(made(bitArray(0)), [], '')
      isWritten(made(bitArray(asked('n'))), nine, '61 01', { asked: { n: 9 } })
    })

    it('shows each bit where it lies, as far as there are bytes', () => {
      const bits = (first: 'lsb' | 'msb', bytes: number[]) =>
        made(record({ a: u8, b: bitArray(10, { first }) }))
          .inspect(Uint8Array.from(bytes))
          .fields![1]!.fields!.map(({ path, offset, bits, value }) => [path, offset, bits?.first, bits?.count, value])
      const all = bits('lsb', [9, 4, 2])
      assert.equal(all.length, 10)
      assert.deepEqual(all[2], ['b[2]', 1, 5, 1, true])
      assert.deepEqual(all[9], ['b[9]', 2, 6, 1, true])
      assert.deepEqual(bits('lsb', [9, 4]), all.slice(0, 8))
      assert.deepEqual(bits('msb', [9, 4, 0x40])[5], ['b[5]', 1, 5, 1, true])
      assert.deepEqual(bits('msb', [9, 4, 0x40])[9], ['b[9]', 2, 1, 1, true])
    })

    it('refuses bits that are set behind the last', () => {
      assert.throws(() => made(bitArray(9)).decode(Uint8Array.of(0, 2)), damage('BAD_VALUE', { offset: 1 }))
      assert.throws(
        () => made(bitArray(9, { first: 'msb' })).decode(Uint8Array.of(0, 0x40)),
        damage('BAD_VALUE', { offset: 1 }),
      )
    })

    it('refuses counts that no bytes could justify', () => {
      for (const [count, bytes] of [
        [u32, [0xff, 0xff, 0xff, 0xff, 1]],
        [u64, [0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]],
      ] as const)
        assert.throws(() => made(bitArray(count)).decode(Uint8Array.from(bytes)), damage('TRUNCATED'))
    })

    it('takes booleans only, as many as there must be, and no holes', () => {
      const three = made(record({ bits: bitArray(3) }))
      const hole = [true, false, true]
      delete hole[1]
      for (const wrong of [
        hole,
        [true, 1, true],
        [true, undefined, true],
        [true, null, true],
        'abc',
        null,
        { length: 3 },
      ])
        assert.throws(() => three.encode({ bits: wrong as never }), refusal('WRONG_TYPE', { path: 'bits' }))
      assert.throws(() => three.encode({ bits: [true] }), refusal('WRONG_LENGTH'))
      assert.throws(() => made(bitArray(u8)).encode(Array(256).fill(true)), refusal('OUT_OF_RANGE'))
    })
  })

describe('bitArray', () => {
  it('needs a number of bits, as bytes do not say how full the last one is', () => {
    assert.throws(() => bitArray(undefined as never), refusal('BAD_DEFINITION'))
  })
})
