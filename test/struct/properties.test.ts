/** What holds for every format and every value. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Struct, StructDataError, StructError } from 'wirewright/struct'
import { Output } from '#floor/bytes'
import { EXECUTIONS } from './support/executions.js'

const INTEGERS: Record<string, [bits: number, signed: boolean]> = {
  ...{ b: [8, true], B: [8, false], h: [16, true], H: [16, false], i: [32, true], I: [32, false] },
  ...{ q: [64, true], Q: [64, false] },
}

/** One item of a format with values that survive the journey unchanged. */
const integer = fc.constantFrom(...Object.keys(INTEGERS)).chain((code) => {
  const [bits, signed] = INTEGERS[code]!
  const min = signed ? -(2n ** BigInt(bits - 1)) : 0n
  const value = fc.bigInt({ min, max: min + 2n ** BigInt(bits) - 1n })
  const values = fc.array(value, { maxLength: 4 })
  return values.map((list) => ({
    text: `${list.length}${code}`,
    values: (bits === 64 ? list : list.map(Number)) as unknown[],
  }))
})
const float = fc
  .oneof(
    fc.record({ text: fc.constant('d'), value: fc.double({ noNaN: true }) }),
    fc.record({ text: fc.constant('f'), value: fc.float({ noNaN: true }) }),
    fc.record({ text: fc.constant('e'), value: fc.integer({ min: -2048, max: 2048 }) }),
  )
  .map(({ text, value }) => ({ text, values: [value] as unknown[] }))
const text = fc
  .tuple(fc.constantFrom('s', 'p'), fc.uint8Array({ maxLength: 40 }))
  .map(([code, value]) => ({ text: `${value.length + (code === 'p' ? 1 : 0)}${code}`, values: [value] as unknown[] }))
const other = fc.oneof(
  fc.boolean().map((value) => ({ text: '?', values: [value] as unknown[] })),
  fc.uint8Array({ minLength: 1, maxLength: 1 }).map((value) => ({ text: 'c', values: [value] as unknown[] })),
  fc.nat(12).map((count) => ({ text: `${count}x`, values: [] as unknown[] })),
  fc.constantFrom(' ', '\t', '0i', '0q').map((space) => ({ text: space, values: [] as unknown[] })),
)
const message = fc
  .record({
    prefix: fc.constantFrom('', '@', '=', '<', '>', '!'),
    items: fc.array(fc.oneof(integer, float, text, other), { maxLength: 8 }),
  })
  .map(({ prefix, items }) => ({
    format: prefix + items.map((item) => item.text).join(''),
    values: items.flatMap((item) => item.values),
  }))

const runs = { seed: 2026, numRuns: 500 }
const make = (format: string, execution: (typeof EXECUTIONS)[number]) =>
  new Struct<unknown[], unknown[]>(format, undefined, { execution })

for (const execution of EXECUTIONS)
  describe(`every format, execution '${execution}'`, () => {
    it('unpacks what it packed', () => {
      fc.assert(
        fc.property(message, ({ format, values }) => {
          const s = make(format, execution)
          assert.deepEqual(s.unpack(s.pack(...values)), values)
        }),
        runs,
      )
    })

    it('packs the same bytes by every way in', () => {
      fc.assert(
        fc.property(message, fc.nat(5), ({ format, values }, before) => {
          const s = make(format, execution)
          const packed = s.pack(...values)
          assert.equal(packed.length, s.size)
          assert.deepEqual(s.encode(values), packed)
          for (const count of [2, 25]) {
            const rows = new Array<unknown[]>(count).fill(values)
            assert.deepEqual(s.packAll(rows), Uint8Array.from(rows.flatMap(() => [...packed])))
          }
          const room = new Uint8Array(before + s.size + 3).fill(0xee)
          s.packInto(room, before, ...values)
          assert.deepEqual(room.subarray(before, before + s.size), packed)
          assert.ok(room.subarray(0, before).every((byte) => byte === 0xee))
          assert.ok(room.subarray(before + s.size).every((byte) => byte === 0xee))
          const into = new Uint8Array(before + s.size).fill(0xee)
          assert.equal(s.encodeInto(values, into, before), s.size)
          assert.deepEqual(into.subarray(before), packed)
          const output = new Output(1)
          output.append(room, 0, before)
          s.encodeTo(values, output)
          assert.deepEqual(output.copy(before), packed)
        }),
        runs,
      )
    })

    it('unpacks the same values by every way out', () => {
      fc.assert(
        fc.property(message, fc.nat(5), ({ format, values }, before) => {
          const s = make(format, execution)
          const packed = s.pack(...values)
          const room = new Uint8Array(before + 2 * s.size)
          room.set(packed, before)
          room.set(packed, before + s.size)
          assert.deepEqual(s.unpackFrom(room, before), values)
          if (s.size > 0) assert.deepEqual(s.unpackFrom(room, -s.size), values)
          assert.deepEqual(s.decode(room, before, before + s.size), values)
          assert.deepEqual(s.decodeFrom(room, before), { value: values, bytesRead: s.size })
          assert.deepEqual(
            s.inspect(room, before, before + s.size).fields?.map(({ value }) => value),
            values,
          )
          assert.deepEqual(new Struct(format, undefined, { execution, views: true }).unpack(packed), values)
          if (s.size === 0) return
          const rows = room.subarray(before)
          assert.deepEqual([...s.iterUnpack(rows)], [values, values])
          assert.deepEqual(s.unpackAll(rows), [values, values])
          const called: unknown[] = []
          s.forEach(rows, (value) => called.push(value))
          assert.deepEqual(called, [values, values])
          const columns = s.unpackColumns(rows) as ArrayLike<unknown>[]
          const first = columns.map((column) => column[0])
          assert.deepEqual(
            first,
            values.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
          )
        }),
        runs,
      )
    })

    it('takes nothing but its own size, and reads nothing beyond', () => {
      fc.assert(
        fc.property(message, fc.integer({ min: -3, max: 3 }), ({ format }, more) => {
          const s = make(format, execution)
          const length = Math.max(0, s.size + more)
          if (length === s.size) return
          assert.throws(() => s.unpack(new Uint8Array(length)), StructError)
          assert.throws(() => s.decode(new Uint8Array(length)), StructDataError)
          assert.ok(s.inspect(new Uint8Array(length)).error instanceof StructDataError)
        }),
        runs,
      )
    })

    it('ends in a StructError, never in another, whatever the values', () => {
      const anything = fc.array(fc.anything({ withBigInt: true, withTypedArray: true, withObjectString: true }), {
        maxLength: 4,
      })
      fc.assert(
        fc.property(
          fc.constantFrom('!B', 'h', 'q', 'Q', 'P', 'e', '<f', 'd', 's', '3p', 'c', '?', '2i', 'Bs'),
          anything,
          (format, values) => {
            try {
              make(format, execution).pack(...values)
            } catch (error) {
              assert.ok(error instanceof StructError, String(error))
            }
          },
        ),
        { seed: 3, numRuns: 3000 },
      )
    })
  })

describe('every text', () => {
  it('is a format or a StructError', () => {
    const codes = fc.string({ unit: fc.constantFrom(...'xcbB?hHiIlLqQnNefdspP@=<>! 0123456789Z\0é'), maxLength: 12 })
    fc.assert(
      fc.property(fc.oneof(codes, fc.string()), (format) => {
        try {
          assert.ok(new Struct(format).size >= 0)
        } catch (error) {
          assert.ok(error instanceof StructError)
        }
      }),
      { seed: 11, numRuns: 3000 },
    )
  })
})
