/**
 * Points in time as `Date`, by what a number counts.
 *
 *   timestamp(u32, 's')      | seconds since 1970 |
 *   timestamp(i64, 'ms')     | milliseconds since 1970 |
 *   timestamp(u64, 'ns')     | nanoseconds since 1970 |
 *   timestamp(u64, 'ntp')    | seconds since 1900 | 2^-32 seconds |
 *
 * A `Date` has milliseconds: what is finer is cut off. Whoever needs it reads the number itself.
 */
import type { Codec } from '../codec.js'
import { badDefinition } from './errors.js'
import { nodeOf } from './foreign.js'
import { Mapped } from './mapped.js'
import { NumberNode } from './number.js'
import {
  dateFromUnixMillis,
  dateFromUnixNanos,
  dateFromUnixSeconds,
  ntpFromUnixNanos,
  unixNanos,
  unixNanosFromNtp,
  unixSeconds,
} from './primitives/index.js'
import { MISS } from './reader.js'
import { comparable } from './reference.js'
import type { Schema, SizeOf } from './schema.js'
import { unwrapped } from './wrapper.js'

/** What is counted: seconds, milliseconds or nanoseconds since 1970; NTP's 64 bits (RFC 5905 section 6). */
export type TimeUnit = 's' | 'ms' | 'ns' | 'ntp'

type Conversion = readonly [
  decode: (value: any) => Date | undefined,
  encode: (date: Date) => number | bigint | undefined,
]

const CONVERSIONS: Readonly<Record<TimeUnit, Conversion>> = {
  s: [(value) => dateFromUnixSeconds(Number(value)), unixSeconds],
  ms: [dateFromUnixMillis, (date) => date.getTime()],
  ns: [(value) => dateFromUnixNanos(BigInt(value)), (date) => comparable(unixNanos(date)) as number | bigint],
  ntp: [
    (value) => dateFromUnixNanos(unixNanosFromNtp(value)),
    (date) => {
      const nanos = unixNanos(date)
      return nanos === undefined ? undefined : ntpFromUnixNanos(nanos)
    },
  ],
}

/**
 * A `Date` for the number that `codec` gives.
 *
 * @example
 * timestamp(u32, 's').decode(new Uint8Array([0, 0, 0, 1]))   // 1970-01-01T00:00:01.000Z
 */
export function timestamp<C extends Codec<any, any>>(codec: C, unit: TimeUnit): Schema<Date, Date, SizeOf<C>> {
  const node = nodeOf(codec)
  const number = unwrapped(node)
  const kind = number instanceof NumberNode ? number.kind : ''
  if (unit === 'ntp' && kind && kind !== 'u64') throw badDefinition(`a timestamp of NTP has 64 bits: u64, not ${kind}`)
  const [decode, whole] = CONVERSIONS[unit]
  const encode = unit === 's' && kind.startsWith('f') ? (date: Date) => date.getTime() / 1000 : whole
  return new Mapped({ kind: 'timestamp', of: node, unit }, node, {
    decode: (value) => decode(value) ?? MISS,
    encode: (date) => (date instanceof Date && !Number.isNaN(date.getTime()) ? (encode(date) ?? MISS) : MISS),
    what: 'a valid date',
  })
}
