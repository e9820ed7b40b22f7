/**
 * Zigzag: signed integers as unsigned ones, so that those near zero stay small in a varint.
 *
 *   0 → 0    -1 → 1    1 → 2    -2 → 3    2 → 4    …
 */

/** `value`, -2^31 to 2^31 - 1, as 0 to 2^32 - 1. */
export function zigzag32(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0
}

/** What {@link zigzag32} was given. */
export function unzigzag32(value: number): number {
  return (value >>> 1) ^ -(value & 1)
}

/** `value`, -2^63 to 2^63 - 1, as 0 to 2^64 - 1. */
export function zigzag64(value: bigint): bigint {
  return value < 0n ? -2n * value - 1n : 2n * value
}

/** What {@link zigzag64} was given. */
export function unzigzag64(value: bigint): bigint {
  return value & 1n ? -(value + 1n) / 2n : value / 2n
}
