import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  be,
  CodecError,
  f16,
  f32,
  f64,
  i8,
  i16,
  i24,
  i32,
  i48,
  i64,
  le,
  record,
  type Schema,
  u8,
  u16,
  u24,
  u32,
  u48,
  u64,
  withExecution,
} from 'wirewright/codec'
import { fromHex, toHex } from '#floor/bytes'
import { refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

const integers: [string, Schema<any, any, any>, number, boolean][] = [
  ['u8', u8, 8, false],
  ['i8', i8, 8, true],
  ['u16', u16, 16, false],
  ['i16', i16, 16, true],
  ['u24', u24, 24, false],
  ['i24', i24, 24, true],
  ['u32', u32, 32, false],
  ['i32', i32, 32, true],
  ['u48', u48, 48, false],
  ['i48', i48, 48, true],
  ['u64', u64, 64, false],
  ['i64', i64, 64, true],
]

/** The bytes of an integer by its definition, big-endian. */
function bytesOf(value: bigint, bits: number): Uint8Array {
  const whole = BigInt.asUintN(bits, value)
  return Uint8Array.from({ length: bits / 8 }, (_, i) => Number((whole >> BigInt(bits - 8 - 8 * i)) & 0xffn))
}

for (const execution of executions)
  describe(`numbers (${execution})`, () => {
    for (const [name, schema, bits, signed] of integers) {
      const [big, little] = [be(schema), le(schema)].map((each) => withExecution(each, execution)) as [any, any]
      // Within a record code is generated otherwise than alone, and closures work on what is known to be there.
      const inside = withExecution(record({ x: schema, y: le(schema) }), execution)
      const low = signed ? -(2n ** BigInt(bits - 1)) : 0n
      const high = low + 2n ** BigInt(bits) - 1n

      it(`${name} is written by its definition at every power of two and beside it, in both orders`, () => {
        for (let power = 0; power < bits; power++)
          for (const sign of [1n, -1n])
            for (const beside of [-1n, 0n, 1n]) {
              const exact = sign * 2n ** BigInt(power) + beside
              if (exact < low || exact > high) continue
              const value = bits === 64 ? exact : Number(exact)
              const expected = bytesOf(exact, bits)
              const reversed = Uint8Array.from(expected).reverse()
              assert.deepEqual([big.encode(value), little.encode(value)], [expected, reversed], `${exact}`)
              assert.deepEqual([big.decode(expected), little.decode(reversed)], [value, value])
              const both = Uint8Array.of(...expected, ...reversed)
              assert.deepEqual(inside.encode({ x: value, y: value }), both)
              assert.deepEqual(inside.decode(both), { x: value, y: value })
            }
      })

      it(`${name} refuses what lies beyond it, and what is no whole number`, () => {
        const beyond =
          bits === 64
            ? [low - 1n, high + 1n, 2n ** 100n, 2 ** 53, -(2 ** 53)]
            : [Number(low) - 1, Number(high) + 1, 2 ** 53, 1n]
        const none = [
          0.5,
          Number.NaN,
          Number.POSITIVE_INFINITY,
          '1',
          '',
          true,
          null,
          undefined,
          {},
          [],
          [1],
          new Date(1),
          Symbol('1'),
          () => 1,
        ]
        for (const value of [...beyond, ...none])
          for (const attempt of [
            () => big.encode(value),
            () => little.encode(value),
            () => inside.encode({ x: value, y: value } as never),
          ])
            assert.throws(attempt, CodecError, String(value))
      })

      it(`${name} takes minus zero as zero`, () => {
        assert.deepEqual(big.encode(-0), bytesOf(0n, bits))
        assert.ok(Object.is(big.decode(big.encode(-0)), bits === 64 ? 0n : 0))
      })
    }

    it('64 bits take numbers as long as they are exact, and give bigints', () => {
      for (const [codec, values] of [
        [withExecution(u64, execution), [0, 1, Number.MAX_SAFE_INTEGER]],
        [withExecution(i64, execution), [-1, Number.MIN_SAFE_INTEGER]],
      ] as const)
        for (const value of values) {
          assert.deepEqual(codec.encode(value), codec.encode(BigInt(value)))
          assert.equal(codec.decode(codec.encode(value)), BigInt(value))
        }
    })

    const floats: [string, Schema<number, number, any>, string, string, string][] = [
      // Its greatest number, the least above zero, and a NaN with a payload.
      ['f16', f16, '7bff', '0001', 'fd55'],
      ['f32', f32, '7f7fffff', '00000001', 'ffd55555'],
      ['f64', f64, '7fefffffffffffff', '0000000000000001', 'fff5555555555555'],
    ]
    for (const [name, schema, greatest, least, payload] of floats)
      it(`${name} keeps every bit but those of a NaN, whose payload means nothing here`, () => {
        const codec = withExecution(schema, execution)
        const zero = '00'.repeat(codec.minSize)
        const negative = `80${zero.slice(2)}`
        for (const hex of [greatest, least, zero, negative])
          assert.equal(toHex(codec.encode(codec.decode(fromHex(hex)!))), hex)
        assert.ok(Object.is(codec.decode(fromHex(negative)!), -0))
        assert.ok(Number.isNaN(codec.decode(fromHex(payload)!)))
        assert.ok(Number.isNaN(codec.decode(codec.encode(codec.decode(fromHex(payload)!)))))
        for (const infinite of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
          assert.equal(codec.decode(codec.encode(infinite)), infinite)
        for (const none of ['1', 1n, null, undefined, true, {}, new Number(1)])
          assert.throws(() => codec.encode(none as never), CodecError)
      })

    it('floats round to even, and refuse what would become infinite by it', () => {
      const half = withExecution(f16, execution)
      const single = withExecution(f32, execution)
      assert.equal(half.decode(half.encode(2049)), 2048)
      assert.equal(half.decode(half.encode(2051)), 2052)
      assert.equal(half.decode(half.encode(2 ** -25)), 0)
      assert.equal(half.decode(half.encode(65519.99)), 65504)
      assert.throws(() => half.encode(65520), CodecError)
      assert.equal(single.decode(single.encode(16777217)), 16777216)
      assert.throws(() => single.encode(3.4028235677973366e38), CodecError)
      assert.equal(single.decode(single.encode(3.4028235677973362e38)), 3.4028234663852886e38)
    })
  })

/** Many numbers at once go through a DataView where code is generated, and through closures for raw bytes where it is not. */
const LONG = 700

for (const execution of executions)
  describe(`long lists of numbers (${execution})`, () => {
    for (const [name, schema, bits, signed] of [
      ...integers,
      ['f16', f16, 16, true],
      ['f32', f32, 32, true],
      ['f64', f64, 64, true],
    ] as typeof integers)
      it(`of ${name} are the same as many short ones, wherever in a buffer they are`, () => {
        const float = name.startsWith('f')
        const value = (i: number): number | bigint => {
          if (float) return (i % 50) / 4 - (i % 7)
          const exact = BigInt.asUintN(bits, BigInt(i) * 0x9e3779b97f4a7c15n)
          const given = signed ? BigInt.asIntN(bits, exact) : exact
          return bits === 64 ? given : Number(given)
        }
        const values = Array.from({ length: LONG }, (_, i) => value(i))
        for (const one of [schema, le(schema)]) {
          const single = withExecution(one, 'interpret')
          const expected = Buffer.concat(values.map((each) => single.encode(each)))
          const row = record({ a: one, b: be(schema) })
          for (const [list, given, wire] of [
            [array(one, LONG), values, expected],
            [array(one), values, expected],
            [array(one, u16), values, Buffer.concat([Buffer.of(LONG >> 8, LONG & 255), expected])],
            [
              array(row, u16),
              values.map((each) => ({ a: each, b: each })),
              Buffer.concat([
                Buffer.of(LONG >> 8, LONG & 255),
                ...values.flatMap((each) => [single.encode(each), withExecution(be(schema), 'interpret').encode(each)]),
              ]),
            ],
          ] as [Schema<any, any, any>, unknown[], Buffer][]) {
            const codec = withExecution(list, execution)
            assert.ok(wire.equals(codec.encode(given)))
            assert.deepEqual(codec.decode(wire), given)
            // A Buffer is mostly a part of something larger, and begins anywhere in it.
            const larger = Buffer.alloc(wire.length + 20, 0xa5).subarray(7)
            assert.equal(codec.encodeInto(given, larger, 5), wire.length)
            assert.ok(larger.subarray(5, 5 + wire.length).equals(wire))
            assert.ok(larger.subarray(5 + wire.length).every((byte) => byte === 0xa5))
            assert.deepEqual(codec.decode(larger, 5, 5 + wire.length), given)
            for (const where of [0, 300, LONG - 1])
              for (const odd of ['x', null]) {
                const wrong = [...given.slice(0, where), odd, ...given.slice(where + 1)]
                assert.throws(() => codec.encode(wrong), refusal('WRONG_TYPE', { path: `[${where}]` }))
              }
          }
        }
      })
  })
