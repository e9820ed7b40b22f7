import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bytes, CodecError, f64, map, record, string, u8, u16, u64, until, withExecution } from 'wirewright/codec'
import { toHex } from '#floor/bytes'
import { damage } from './support/matchers.js'
import { executions } from './support/proves.js'

const twice = damage('BAD_VALUE', { message: /the key .* occurs twice$/ })

for (const execution of executions)
  describe(`map (${execution})`, () => {
    it('writes its entries in their order, however it is counted', () => {
      const entries = new Map([
        [2, 1],
        [1, 2],
      ])
      for (const [codec, hex] of [
        [map(u8, u16, u8), '02020001010002'],
        [map(u8, u16, 2), '020001010002'],
        [map(u8, u16), '020001010002'],
        [map(u8, u16, until(0xff)), '020001010002ff'],
      ] as const) {
        const run = withExecution(codec, execution)
        assert.equal(toHex(run.encode(entries)), hex)
        assert.deepEqual([...run.decode(run.encode(entries))], [...entries])
      }
    })

    it('refuses a key that occurs twice', () => {
      assert.throws(
        () => withExecution(map(string(u8), u8, u8), execution).decode(Uint8Array.of(2, 1, 97, 1, 1, 97, 2)),
        twice,
      )
      const inner = withExecution(record({ n: u8, m: map(string(u8), u8, u8) }), execution)
      assert.throws(
        () => inner.decode(Uint8Array.of(9, 3, 1, 97, 1, 1, 98, 2, 1, 97, 3)),
        damage('BAD_VALUE', { path: 'm[2].key', offset: 8, message: /the key "a" occurs twice$/ }),
      )
      const zeros = withExecution(map(f64, u8, u8), execution)
      assert.throws(() => zeros.decode(Uint8Array.of(2, ...f64.encode(0), 1, ...f64.encode(-0), 2)), twice)
      const big = withExecution(map(u64, u8, u8), execution)
      assert.throws(() => big.decode(Uint8Array.of(2, ...u64.encode(7n), 1, ...u64.encode(7n), 2)), twice)
    })

    it('refuses keys of bytes that are the same, though no two arrays are', () => {
      const codec = withExecution(map(bytes(2), u8, u8), execution)
      assert.deepEqual(codec.decode(Uint8Array.of(2, 1, 2, 9, 1, 3, 9)).size, 2)
      assert.throws(() => codec.decode(Uint8Array.of(2, 1, 2, 9, 1, 2, 9)), twice)
      const same = new Map([
        [Uint8Array.of(1, 2), 1],
        [Uint8Array.of(1, 2), 2],
      ])
      assert.throws(() => codec.encode(same), CodecError)
    })

    it('takes a map, and nothing that looks like one', () => {
      const codec = withExecution(map(string(u8), u8, u8), execution)
      for (const wrong of [{}, [['a', 1]], new Set(['a']), null, undefined, new Map([[1, 1]])])
        assert.throws(() => codec.encode(wrong as never), CodecError)
    })
  })
