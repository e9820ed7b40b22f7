/** The table of numbers: text and closures do the same, and both agree with DataView where that knows the number. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { generate, type Scalar, type ScalarName, scalar } from '#floor/bytes'

const NAMES: readonly ScalarName[] = [
  ...(['u8', 'i8', 'u16', 'i16', 'u24', 'i24', 'u32', 'i32', 'u48', 'i48', 'u64', 'i64'] as const),
  ...(['f16', 'f32', 'f64', 'bool'] as const),
]
const ALL = NAMES.flatMap((name) => [scalar(name, false), scalar(name, true)]) as Scalar[]
const title = (s: Scalar) => `${s.name} ${s.littleEndian ? 'little' : 'big'}-endian`

type Reader = (b: Uint8Array, at: number) => unknown
type Writer = (b: Uint8Array, at: number, v: unknown) => void
const generatedRead = (s: Scalar, plus: number) =>
  generate(`return (b, at) => [${s.readSource('b', 'at', plus)}][0]`) as Reader
const generatedWrite = (s: Scalar, plus: number) =>
  generate(`return (b, at, v) => { ${s.writeSource('b', 'at', plus, 'v')} }`) as Writer
const generatedFits = (s: Scalar) => generate(`return (v) => (${s.fitsSource('v')})`) as (v: unknown) => boolean

/** What DataView, or plain arithmetic where there is no method, says about the number. */
function expected(s: Scalar, bytes: Uint8Array, at: number): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  if (s.name === 'f32') return view.getFloat32(at, s.littleEndian)
  if (s.name === 'f64') return view.getFloat64(at, s.littleEndian)
  if (s.name === 'bool') return bytes[at] !== 0
  const digits = [...bytes.subarray(at, at + s.size)]
  if (s.littleEndian) digits.reverse()
  const unsigned = digits.reduce((sum, digit) => sum * 256n + BigInt(digit), 0n)
  if (s.name === 'f16') return half(Number(unsigned))
  const value = s.name[0] === 'i' ? BigInt.asIntN(8 * s.size, unsigned) : unsigned
  return s.size === 8 ? value : Number(value)
}
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024))
}

const edges = fc.constantFrom(0, 1, 127, 128, 254, 255)
const someBytes = fc.uint8Array({ minLength: 16, maxLength: 16 })
const edgyBytes = fc.array(edges, { minLength: 16, maxLength: 16 }).map((list) => Uint8Array.from(list))
const runs = { seed: 17, numRuns: 300 }

for (const s of ALL)
  describe(title(s), () => {
    const [read, readMore, write, writeMore, fits] = [
      ...[generatedRead(s, 0), generatedRead(s, 3), generatedWrite(s, 0), generatedWrite(s, 3), generatedFits(s)],
    ] as [Reader, Reader, Writer, Writer, (v: unknown) => boolean]

    it('reads what the definition of the number says, by closure and by generated code', () => {
      fc.assert(
        fc.property(fc.oneof(someBytes, edgyBytes), fc.nat(5), (bytes, at) => {
          const wanted = expected(s, bytes, at + 3)
          assert.deepEqual(s.read(bytes, at + 3), wanted)
          assert.deepEqual(read(bytes, at + 3), wanted)
          assert.deepEqual(readMore(bytes, at), wanted)
        }),
        runs,
      )
    })

    it('writes back what it read, and touches nothing else', () => {
      fc.assert(
        fc.property(fc.oneof(someBytes, edgyBytes), fc.nat(5), (bytes, at) => {
          if (s.name === 'bool') bytes[at + 3] = bytes[at + 3]! & 1
          const value = s.read(bytes, at + 3)
          if (Number.isNaN(value)) return
          assert.ok(s.fits(value) && fits(value))
          for (const by of [
            s.write,
            write,
            (b: Uint8Array, o: number, v: unknown) => writeMore(b, o - 3, v),
          ] as Writer[]) {
            const target = Uint8Array.from(bytes)
            target.fill(0x5a, at + 3, at + 3 + s.size)
            by(target, at + 3, value)
            assert.deepEqual(target, bytes)
          }
        }),
        runs,
      )
    })

    it('fits the same values by closure and by generated code', () => {
      const { min, max } = s
      const around = [min, max].flatMap((v) =>
        typeof v === 'bigint'
          ? [v - 1n, v, v + 1n]
          : [
              v - 1,
              v,
              v + 1,
              v * (1 + 2 ** -52),
              v * (1 - 2 ** -52),
              BigInt(Math.trunc(v === Infinity || v === -Infinity ? 0 : v)),
            ],
      )
      const odd = [
        0,
        -0,
        0.5,
        1e300,
        NaN,
        Infinity,
        -Infinity,
        0n,
        '1',
        '',
        true,
        false,
        null,
        undefined,
        {},
        [],
        [1],
        () => 1,
        Symbol('s'),
      ]
      for (const value of [...around, ...odd])
        assert.equal(fits(value), s.fits(value), `${typeof value} ${String(value)}`)
    })
  })

describe('ranges', () => {
  it('admit exactly the integers of the width', () => {
    for (const s of ALL.filter(({ name }) => name[0] === 'u' || name[0] === 'i')) {
      const one = s.size === 8 ? 1n : 1
      const [lo, hi] = [s.min as number, s.max as number]
      assert.deepEqual([s.fits(lo), s.fits(hi)], [true, true], title(s))
      assert.deepEqual([s.fits(lo - (one as number)), s.fits(hi + (one as number))], [false, false], title(s))
    }
  })
  it('stop where a float would round to infinity, and admit infinity itself', () => {
    const f32 = scalar('f32', true)
    assert.equal(f32.fits(3.4028235677973362e38), true)
    assert.equal(Math.fround(3.4028235677973362e38), 3.4028234663852886e38)
    assert.equal(f32.fits(3.4028235677973366e38), false)
    const f16 = scalar('f16', true)
    assert.deepEqual(
      [65519.999, 65520, Infinity, -Infinity, NaN].map((v) => f16.fits(v)),
      [true, false, true, true, true],
    )
  })
})

describe('64 bits', () => {
  it('take numbers as well as bigints', () => {
    const closure = scalar('i64', false)
    const code = generatedWrite(closure as Scalar, 0)
    for (const value of [0, 1, -1, 2 ** 32, -(2 ** 32), 2 ** 53 - 1, -(2 ** 53) + 1, 2 ** 62, -(2 ** 63)]) {
      const [a, b] = [new Uint8Array(8), new Uint8Array(8)]
      closure.write(a, 0, value)
      code(b, 0, value)
      assert.deepEqual(a, b)
      assert.equal(closure.read(a, 0), BigInt(value))
    }
  })
})

describe('half precision', () => {
  const f16 = scalar('f16', false)
  const bitsOf = (value: number) => {
    const bytes = new Uint8Array(2)
    f16.write(bytes, 0, value)
    return (bytes[0]! << 8) | bytes[1]!
  }
  it('is rounded once, half to even, from the double itself', () => {
    const cases: [number, number][] = [
      [0x1ffdffffff * 2 ** -26, 0x67ff], // by way of a float: 0x6800
      [2 ** -25, 0],
      [2 ** -25 * (1 + 2 ** -52), 1],
      [2 ** -24, 1],
      [3 * 2 ** -25, 2],
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [65519.99, 0x7bff],
      [2 ** -14 - 2 ** -26, 0x0400],
      [-0, 0x8000],
      [5e-324, 0],
    ]
    for (const [value, bits] of cases) assert.equal(bitsOf(value), bits, String(value))
  })
  it('keeps every one of its 65 536 values, NaN as the quiet one of its sign', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = f16.read(Uint8Array.of(bits >> 8, bits & 255), 0)
      if (Number.isNaN(value)) assert.equal(bitsOf(value) & 0x7fff, 0x7e00)
      else assert.equal(bitsOf(value), bits)
    }
  })
  it('gives the nearest value, the even one when two are as near, for random doubles', () => {
    const doubles = fc.double({ min: -65519, max: 65519, noNaN: true })
    fc.assert(
      fc.property(doubles, (value) => {
        const bits = bitsOf(value)
        const distance = Math.abs(half(bits) - value)
        for (const near of [bits - 1, bits + 1]) {
          if ((near & 0x7fff) >= 0x7c00 || near < 0 || near >> 15 !== bits >> 15) continue
          const other = Math.abs(half(near) - value)
          assert.ok(distance < other || (distance === other && bits % 2 === 0))
        }
      }),
      { seed: 5, numRuns: 2000 },
    )
  })
})
