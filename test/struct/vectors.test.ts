/** Eight thousand cases from CPython: bytes, values, and the words of its errors (vectors/generate.py). */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { calcsize, Struct, StructError } from 'wirewright/struct'
import { Output } from '#floor/bytes'
import { EXECUTIONS } from './support/executions.js'
import { codeOf, fromHex, fromWire, type PythonError, plain, toHex, toWire, type Wire } from './support/wire.js'

interface Vectors {
  python: string
  pack: [string, Wire[], string | PythonError][]
  unpack: [string, string, Wire[] | PythonError][]
  from: ['packInto' | 'unpackFrom', string, number, number, PythonError | null][]
  size: [string, number | PythonError][]
}
const vectors: Vectors = JSON.parse(readFileSync('test/struct/vectors/vectors.json', 'utf8'))

/** Runs `work`; what it gives, or its error as CPython would report it. */
function outcome<T>(work: () => T): T | PythonError {
  try {
    return work()
  } catch (error) {
    assert.ok(error instanceof StructError, String(error))
    const e = error.code === 'FLOAT_OVERFLOW' ? 'OverflowError' : 'error'
    assert.equal(codeOf({ e, m: error.message }), error.code, error.message)
    return { e, m: error.message }
  }
}
const show = (...parts: unknown[]) => JSON.stringify(parts)

for (const execution of EXECUTIONS)
  describe(`CPython ${vectors.python}, ${execution}`, () => {
    const make = (format: string) => new Struct<unknown[], unknown[]>(format, undefined, { execution })

    it(`packs ${vectors.pack.length} times the same bytes, or refuses in the same words`, () => {
      for (const [format, wire, expected] of vectors.pack)
        for (const numbers of [false, true]) {
          // To a float's code a number is a float; Python's int is a bigint there, and its overflow has other words.
          if (numbers && /^.?[efd]$/.test(format)) continue
          const values = wire.map((value) => fromWire(value, numbers))
          const ways: (() => Uint8Array)[] = [
            () => make(format).pack(...values),
            () => make(format).encode(values),
            () => {
              const output = new Output()
              make(format).encodeTo(values, output)
              return output.copy()
            },
            () => {
              const s = make(format)
              const buffer = new Uint8Array(s.size + 3).fill(0xa5)
              s.packInto(buffer, 2, ...values)
              assert.deepEqual([buffer[0], buffer[1], buffer[s.size + 2]], [0xa5, 0xa5, 0xa5])
              return buffer.subarray(2, 2 + s.size)
            },
          ]
          for (const way of ways) {
            const got = outcome(() => toHex(way()))
            const told = typeof got === 'object' ? { ...got, m: got.m.replace('packInto', 'pack') } : got
            assert.deepEqual(told, expected, show(format, wire))
          }
        }
    })

    it(`unpacks ${vectors.unpack.length} times the same values`, () => {
      for (const [format, hex, expected] of vectors.unpack) {
        const bytes = fromHex(hex)
        const got = outcome(() => make(format).unpack(bytes))
        if (!Array.isArray(got)) {
          assert.deepEqual(got, expected, show(format, hex))
          continue
        }
        const wanted = expected as Wire[]
        const written = got.map((value, i) => {
          const other = wanted[i]!
          return toWire(value, other !== null && typeof other === 'object' && 'f' in other)
        })
        assert.deepEqual(written, wanted.map(plain), show(format, hex))
        assert.deepEqual(make(format).decode(bytes), got)
        assert.deepEqual(make(format).unpackFrom(Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(1)]), 3), got)
      }
    })

    it('says the same about every offset', () => {
      for (const [method, format, length, offset, expected] of vectors.from) {
        const s = make(format)
        const buffer = new Uint8Array(length)
        const values = s.unpack(new Uint8Array(s.size))
        const got = outcome(() => {
          if (method === 'packInto') s.packInto(buffer, offset, ...values)
          else s.unpackFrom(buffer, offset)
          return null
        })
        assert.deepEqual(got, expected, show(method, format, length, offset))
      }
    })
  })

describe('formats', () => {
  it(`have the same size, or the same fault, ${vectors.size.length} times`, () => {
    for (const [format, expected] of vectors.size)
      assert.deepEqual(
        outcome(() => calcsize(format)),
        expected,
        show(format),
      )
  })
})
