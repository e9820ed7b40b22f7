/**
 * Variable-length integers, seven bits to a byte, the lowest first (unsigned LEB128: protobuf, MQTT, WebAssembly).
 *
 *   +-+-------------+-+-------------+-+-------------+
 *   |1| bits 0 … 6  |1| bits 7 … 13 |0| bits 14 … 20|     the high bit says that another byte follows
 *   +-+-------------+-+-------------+-+-------------+
 *
 * Reading has two steps, neither of which allocates: {@link varintLength} finds where the integer ends, which is all that
 * a framing asks while bytes are still on their way, and {@link readVarint} says what it is.
 */

/** Bytes of MQTT's variable byte integer: 0 to 268 435 455 (MQTT 5.0 section 1.5.5). */
export const MQTT_VARINT_BYTES = 4
/** Bytes of an unsigned 32-bit integer. */
export const VARINT32_BYTES = 5
/** Bytes of an unsigned 64-bit integer; protobuf's varint. */
export const VARINT64_BYTES = 10

/**
 * How many bytes the varint at `start` has: 1 to `maxBytes`; 0 when `end` comes before its last byte; -1 when it goes on
 * after `maxBytes`.
 *
 * @example
 * varintLength(new Uint8Array([0xac, 0x02, 0xff]), 0, 3, 5) // 2
 * varintLength(new Uint8Array([0xac]), 0, 1, 5) // 0
 */
export function varintLength(bytes: Uint8Array, start: number, end: number, maxBytes: number): number {
  const available = end - start
  const most = Math.min(available, maxBytes)
  for (let i = 0; i < most; i++) if (bytes[start + i]! < 0x80) return i + 1
  return available < maxBytes ? 0 : -1
}

/**
 * The value of the varint of `length` bytes at `start`. Exact up to `Number.MAX_SAFE_INTEGER`; a greater one gives some
 * number that is greater, too, for which {@link readBigVarint} has the exact value.
 *
 * @example
 * readVarint(new Uint8Array([0xac, 0x02]), 0, 2) // 300
 */
export function readVarint(bytes: Uint8Array, start: number, length: number): number {
  const inShifts = Math.min(length, 4)
  let value = 0
  for (let i = 0; i < inShifts; i++) value |= (bytes[start + i]! & 0x7f) << (7 * i)
  for (let i = 4, weight = 2 ** 28; i < length; i++, weight *= 128) value += (bytes[start + i]! & 0x7f) * weight
  return value
}

/** The value of the varint of `length` bytes at `start`, exact at any length. Ten bytes can say more than 64 bits hold. */
export function readBigVarint(bytes: Uint8Array, start: number, length: number): bigint {
  let value = BigInt(readVarint(bytes, start, Math.min(length, 7)))
  for (let i = 7; i < length; i += 7) {
    const more = readVarint(bytes, start + i, Math.min(length - i, 7))
    if (more > 0) value |= BigInt(more) << BigInt(7 * i)
  }
  return value
}

/** Whether the varint of `length` bytes at `start` has no shorter form: its last byte is not an empty continuation. */
export function isMinimalVarint(bytes: Uint8Array, start: number, length: number): boolean {
  return length === 1 || bytes[start + length - 1] !== 0
}

/** How many bytes `value`, 0 to `Number.MAX_SAFE_INTEGER`, takes in its shortest form. */
export function varintSize(value: number): number {
  let size = 1
  for (let rest = value; rest >= 0x80; rest /= 128) size++
  return size
}

/** How many bytes `value`, 0 or greater, takes in its shortest form. */
export function bigVarintSize(value: bigint): number {
  let size = 1
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) size++
  return size
}

/** Writes `value`, 0 to `Number.MAX_SAFE_INTEGER`, at `at` in its shortest form and returns where it ends. */
export function writeVarint(value: number, bytes: Uint8Array, at: number): number {
  let rest = value
  // The bits that shifts cannot reach.
  for (; rest >= 2 ** 31; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 0x80
  for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80
  bytes[at++] = rest
  return at
}

/** Writes `value`, 0 or greater, at `at` in its shortest form and returns where it ends. */
export function writeBigVarint(value: bigint, bytes: Uint8Array, at: number): number {
  let rest = value
  for (; rest > 0x7fffffffn; rest >>= 28n) {
    const low = Number(BigInt.asUintN(28, rest))
    bytes[at] = (low & 0x7f) | 0x80
    bytes[at + 1] = ((low >>> 7) & 0x7f) | 0x80
    bytes[at + 2] = ((low >>> 14) & 0x7f) | 0x80
    bytes[at + 3] = (low >>> 21) | 0x80
    at += 4
  }
  return writeVarint(Number(rest), bytes, at)
}
