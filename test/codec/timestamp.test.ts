import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CodecError,
  DecodeError,
  f64,
  i32,
  i64,
  le,
  timestamp,
  u32,
  u48,
  u64,
  varint64,
  withExecution,
} from 'wirewright/codec'
import { toHex } from '#floor/bytes'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

for (const execution of executions)
  describe(`timestamp (${execution})`, () => {
    it('is the same point in time in every unit and number that holds it', () => {
      const date = new Date('2001-09-09T01:46:40.250Z')
      for (const number of [u48, le(u48), u64, i64, varint64, f64])
        for (const unit of ['ms', 'ns'] as const) {
          // 2^48 ns are three days, and a double has no room for a thousandth of a second in ns.
          if (unit === 'ns' && (number.maxSize === 6 || number === f64)) continue
          const codec = withExecution(timestamp(number, unit), execution)
          assert.deepEqual(codec.decode(codec.encode(date)), date, `${JSON.stringify(number.describe())} ${unit}`)
        }
      const early = new Date(1000)
      for (const number of [u48, le(u48)]) {
        const codec = withExecution(timestamp(number, 'ns'), execution)
        assert.deepEqual(codec.decode(codec.encode(early)), early)
      }
    })

    it('keeps the fraction of a second where the number has one, and cuts it off where it has none', () => {
      const date = new Date(1500)
      for (const number of [f64, le(f64)]) {
        const codec = withExecution(timestamp(number, 's'), execution)
        assert.deepEqual(codec.decode(codec.encode(date)), date)
      }
      const whole = withExecution(timestamp(u32, 's'), execution)
      assert.deepEqual(whole.decode(whole.encode(date)), new Date(1000))
      const signed = withExecution(timestamp(i32, 's'), execution)
      assert.deepEqual(signed.decode(signed.encode(new Date(-1500))), new Date(-2000))
    })

    it('reads what NTP wrote', () => {
      const codec = withExecution(timestamp(u64, 'ntp'), execution)
      assert.equal(toHex(codec.encode(new Date('1970-01-01T00:00:00.500Z'))), '83aa7e8080000000')
    })

    it('refuses dates that are none, or do not fit, and numbers that are no date', () => {
      const codec = withExecution(timestamp(u32, 's'), execution)
      for (const wrong of [
        new Date(Number.NaN),
        new Date(-1),
        new Date(2 ** 32 * 1000),
        '2001-09-09',
        5,
        null,
        undefined,
      ])
        assert.throws(() => codec.encode(wrong as never), CodecError, String(wrong))
      const floats = withExecution(timestamp(f64, 's'), execution)
      for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 1e300])
        assert.throws(() => floats.decode(f64.encode(wrong)), DecodeError, String(wrong))
      const nanos = withExecution(timestamp(f64, 'ns'), execution)
      for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 1e300])
        assert.throws(() => nanos.decode(f64.encode(wrong)), DecodeError, String(wrong))
      const wide = withExecution(timestamp(u64, 'ms'), execution)
      assert.throws(() => wide.decode(new Uint8Array(8).fill(0xff)), damage('BAD_VALUE'))
    })
  })

describe('timestamp', () => {
  it('says of a date without a time that it is not valid', () => {
    const message = /^an object is not a valid date$/
    assert.throws(() => timestamp(u32, 's').encode(new Date(Number.NaN)), refusal('OUT_OF_RANGE', { message }))
  })

  it('of NTP needs the 64 bits of NTP', () => {
    assert.throws(() => timestamp(u32, 'ntp'), refusal('BAD_DEFINITION'))
  })
})
