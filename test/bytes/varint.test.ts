import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as bytes from '#floor/bytes'

const { isMinimalVarint, readBigVarint, readVarint, varintLength, writeBigVarint, writeVarint } = bytes
const runs = { seed: 0x7a1, numRuns: 1000 }

/** Straight from the definition: seven bits at a time. */
function reference(value: bigint): number[] {
  return value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...reference(value >> 7n)]
}
const written = (value: number | bigint): number[] => {
  const room = new Uint8Array(16).fill(0xaa)
  const end = typeof value === 'number' ? writeVarint(value, room, 2) : writeBigVarint(value, room, 2)
  assert.ok(room.subarray(0, 2).every((b) => b === 0xaa) && room.subarray(end).every((b) => b === 0xaa))
  return [...room.subarray(2, end)]
}
const read = (data: number[]): [number, bigint] => {
  const padded = Uint8Array.from([0xff, ...data, 0xff])
  const length = varintLength(padded, 1, padded.length, 10)
  return [readVarint(padded, 1, length), readBigVarint(padded, 1, length)]
}
/** The edges of every length, to 64 bits. */
const edges = Array.from({ length: 65 }, (_, bit) => [-1n, 0n, 1n].map((d) => (1n << BigInt(bit)) + d))
  .flat()
  .filter((n) => n < 1n << 64n)

describe('varint', () => {
  it("writes and reads the examples of protobuf's and MQTT's specifications", () => {
    assert.deepEqual(written(150), [0x96, 0x01])
    assert.deepEqual(written(300), [0xac, 0x02])
    assert.deepEqual(written(-1n & 0xffff_ffff_ffff_ffffn), [...Array(9).fill(0xff), 0x01])
    const mqtt: [number, number[], number[]][] = [
      [1, [0x00], [0x7f]],
      [2, [0x80, 0x01], [0xff, 0x7f]],
      [3, [0x80, 0x80, 0x01], [0xff, 0xff, 0x7f]],
      [4, [0x80, 0x80, 0x80, 0x01], [0xff, 0xff, 0xff, 0x7f]],
    ]
    for (const [size, least, most] of mqtt) {
      assert.deepEqual(written(size === 1 ? 0 : 128 ** (size - 1)), least)
      assert.deepEqual(written(128 ** size - 1), most)
      assert.equal(varintLength(Uint8Array.from(most), 0, size, bytes.MQTT_VARINT_BYTES), size)
    }
  })
  it('writes the shortest form of every length, as number and as bigint, and reads it back', () => {
    for (const value of edges) {
      const expected = reference(value)
      assert.deepEqual(written(value), expected)
      assert.equal(bytes.bigVarintSize(value), expected.length)
      const [asNumber, asBigInt] = read(expected)
      assert.equal(asBigInt, value)
      if (value <= BigInt(Number.MAX_SAFE_INTEGER)) {
        assert.deepEqual(written(Number(value)), expected)
        assert.equal(bytes.varintSize(Number(value)), expected.length)
        assert.equal(asNumber, Number(value))
      } else assert.ok(asNumber > Number.MAX_SAFE_INTEGER)
    }
  })
  it('reads back any number and any 64-bit bigint', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.bigInt(0n, (1n << 64n) - 1n), (small, big) => {
        assert.deepEqual(written(small), reference(BigInt(small)))
        assert.deepEqual(read(written(small)), [small, BigInt(small)])
        assert.deepEqual(written(big), reference(big))
        assert.equal(read(written(big))[1], big)
        assert.equal(bytes.bigVarintSize(big), reference(big).length)
      }),
      runs,
    )
  })
  it('yields nothing until the last byte arrives', () => {
    const whole = Uint8Array.from([9, 0xff, 0xff, 0xff, 0x7f, 9])
    for (let end = 1; end < 5; end++) assert.equal(varintLength(whole, 1, end, 4), 0)
    assert.equal(varintLength(whole, 1, 5, 4), 4)
    assert.equal(varintLength(whole, 1, 6, 4), 4)
  })
  it('tells one that is too long from one that is not yet whole, as soon as it can', () => {
    const endless = new Uint8Array(12).fill(0x80)
    for (const limit of [bytes.MQTT_VARINT_BYTES, bytes.VARINT32_BYTES, bytes.VARINT64_BYTES]) {
      assert.equal(varintLength(endless, 0, limit - 1, limit), 0)
      assert.equal(varintLength(endless, 0, limit, limit), -1)
      assert.equal(varintLength(endless, 0, 12, limit), -1)
    }
  })
  it('tells forms that are longer than they need be', () => {
    const minimal = (...data: number[]) => isMinimalVarint(Uint8Array.from(data), 0, data.length)
    assert.ok(minimal(0))
    assert.ok(minimal(0x80, 0x01))
    assert.ok(!minimal(0x80, 0x00))
    assert.ok(!minimal(0xff, 0x80, 0x00))
    assert.deepEqual(read([0x85, 0x80, 0x00]), [5, 5n])
  })
  it('keeps what ten bytes say beyond 64 bits, for the reader to refuse', () => {
    assert.equal(read([...Array(9).fill(0xff), 0x02])[1], (1n << 64n) + (1n << 63n) - 1n)
    assert.equal(read([...Array(9).fill(0xff), 0x7f])[1], (1n << 70n) - 1n)
  })
})

describe('zigzag', () => {
  it("gives the values of protobuf's table", () => {
    for (const [value, expected] of [
      [0, 0],
      [-1, 1],
      [1, 2],
      [-2, 3],
      [0x7fffffff, 0xfffffffe],
      [-0x80000000, 0xffffffff],
    ] as const) {
      assert.equal(bytes.zigzag32(value), expected)
      assert.equal(bytes.unzigzag32(expected), value)
      assert.equal(bytes.zigzag64(BigInt(value)), BigInt(expected))
      assert.equal(bytes.unzigzag64(BigInt(expected)), BigInt(value))
    }
    assert.equal(bytes.zigzag64(-(1n << 63n)), (1n << 64n) - 1n)
  })
  it('gives every value back, and a range without holes', () => {
    fc.assert(
      fc.property(fc.integer(), fc.bigInt(-(1n << 63n), (1n << 63n) - 1n), (small, big) => {
        assert.equal(bytes.unzigzag32(bytes.zigzag32(small)), small)
        assert.equal(bytes.unzigzag64(bytes.zigzag64(big)), big)
        assert.equal(bytes.zigzag64(BigInt(small)), BigInt(bytes.zigzag32(small)))
        assert.ok(bytes.zigzag64(big) >= 0n && bytes.zigzag64(big) < 1n << 64n)
      }),
      runs,
    )
  })
})
