/**
 * Points in time as wires count them: seconds, milliseconds or nanoseconds since 1970 (Unix), and NTP's 64 bits.
 *
 *   +--------------------+--------------------+
 *   | seconds since 1900 | 2^-32 seconds      |     NTP (RFC 5905 section 6); the seconds start anew every 136 years
 *   +--------------------+--------------------+
 *
 * A `Date` holds milliseconds from the year -271821 to 275760; what is beyond gives undefined. Leap seconds are in none of these counts.
 */

const NANOS_PER_MILLI = 1_000_000n
const NANOS_PER_SECOND = 1_000_000_000n
/** From 1900-01-01 to 1970-01-01: 70 years, 17 of them leap years. */
const NTP_TO_UNIX_SECONDS = 2_208_988_800n

/** The date so many seconds after 1970, which may have a fraction; undefined when no `Date` holds it. */
export function dateFromUnixSeconds(seconds: number): Date | undefined {
  // Rounded, as 1.001 * 1000 is not quite 1001 and a Date cuts off.
  return valid(new Date(Math.round(seconds * 1000)))
}

/** The date so many milliseconds after 1970; undefined when no `Date` holds it. */
export function dateFromUnixMillis(millis: number | bigint): Date | undefined {
  return valid(new Date(Number(millis)))
}

/** The date so many nanoseconds after 1970, the part below a millisecond cut off; undefined when no `Date` holds it. */
export function dateFromUnixNanos(nanos: bigint): Date | undefined {
  return valid(new Date(Number(floorDivide(nanos, NANOS_PER_MILLI))))
}

/** Whole seconds since 1970, the part below a second cut off towards the past. NaN for an invalid date. */
export function unixSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}

/** Nanoseconds since 1970; undefined for an invalid date. */
export function unixNanos(date: Date): bigint | undefined {
  const millis = date.getTime()
  return Number.isNaN(millis) ? undefined : BigInt(millis) * NANOS_PER_MILLI
}

/**
 * Nanoseconds since 1970 of an NTP timestamp, to the nearest. As RFC 4330 section 3 has it, seconds with the highest bit
 * set count from 1900 (1968 to 2036), the others from 2036 (to 2104). All bits zero means "unknown" in NTP: that is for
 * the caller to ask.
 *
 * @example
 * unixNanosFromNtp(0x83aa7e80_80000000n) // 500000000n
 */
export function unixNanosFromNtp(timestamp: bigint): bigint {
  const seconds = (timestamp >> 32n) + (timestamp >> 63n ? 0n : 1n << 32n)
  const fraction = timestamp & 0xffff_ffffn
  const nanos = (fraction * NANOS_PER_SECOND + (1n << 31n)) >> 32n
  return (seconds - NTP_TO_UNIX_SECONDS) * NANOS_PER_SECOND + nanos
}

/**
 * The NTP timestamp of so many nanoseconds since 1970, to the nearest; the era is lost, as NTP has no room for it.
 * {@link unixNanosFromNtp} gives the same nanoseconds back from 1968-01-20T03:14:08Z until 2104-02-26T09:42:24Z.
 */
export function ntpFromUnixNanos(nanos: bigint): bigint {
  const seconds = floorDivide(nanos, NANOS_PER_SECOND)
  const rest = nanos - seconds * NANOS_PER_SECOND
  const fraction = ((rest << 32n) + NANOS_PER_SECOND / 2n) / NANOS_PER_SECOND
  return BigInt.asUintN(64, ((seconds + NTP_TO_UNIX_SECONDS) << 32n) + fraction)
}

function valid(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient
}
