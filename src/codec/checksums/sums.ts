/** Checksums that add or combine bytes: cheap, and blind to bytes that change places (but for Adler-32 and Fletcher-16). */
import { assemble, type Checksum, type ChecksumAlgorithm, type FixedAlgorithm, type SumAlgorithm } from './algorithm.js'

/** The sum of the bytes, modulo 2 to the power of the width. */
export function sum(algorithm: SumAlgorithm): Checksum<SumAlgorithm> {
  const shift = 32 - algorithm.width
  return assemble(algorithm, {
    initial: 0,
    update(register, bytes, start, end) {
      for (let at = start; at < end; at++) register = (register + bytes[at]!) | 0
      return register
    },
    finish: (register) => ((algorithm.negated ? -register : register) << shift) >>> shift,
  })
}

/** The sum of the bytes modulo 256. */
export const sum8: Checksum<SumAlgorithm> = /* @__PURE__ */ sum({ kind: 'sum', name: 'sum8', width: 8, negated: false })
/** The sum of the bytes modulo 65536. */
export const sum16: Checksum<SumAlgorithm> = /* @__PURE__ */ sum({
  kind: 'sum',
  name: 'sum16',
  width: 16,
  negated: false,
})
/** The sum of the bytes modulo 2^32. */
export const sum32: Checksum<SumAlgorithm> = /* @__PURE__ */ sum({
  kind: 'sum',
  name: 'sum32',
  width: 32,
  negated: false,
})
/** What brings the sum of the bytes to 0 modulo 256: the LRC of Modbus ASCII, the last byte of an Intel HEX line. */
export const lrc8: Checksum<SumAlgorithm> = /* @__PURE__ */ sum({ kind: 'sum', name: 'lrc8', width: 8, negated: true })

/** All bytes combined by exclusive or: NMEA 0183, the BCC of many serial lines. */
export const xor8: Checksum<FixedAlgorithm> = /* @__PURE__ */ assemble(
  { kind: 'xor', name: 'xor8', width: 8 },
  {
    initial: 0,
    update(register, bytes, start, end) {
      for (let at = start; at < end; at++) register ^= bytes[at]!
      return register
    },
    finish: (register) => register,
  },
)

/** Adler-32: zlib (RFC 1950 section 9). */
export const adler32: Checksum<FixedAlgorithm> = /* @__PURE__ */ assemble(
  { kind: 'adler32', name: 'adler32', width: 32 },
  // 5552 bytes are the most for which the second sum stays below 2^32.
  { initial: 1, update: twoSums(65521, 16, 5552), finish: (register) => register >>> 0 },
)

/** Fletcher-16, both sums modulo 255 and starting at 0. OSI transport's (RFC 905) places the same sums otherwise. */
export const fletcher16: Checksum<FixedAlgorithm> = /* @__PURE__ */ assemble(
  { kind: 'fletcher16', name: 'fletcher16', width: 16 },
  { initial: 0, update: twoSums(255, 8, 5552), finish: (register) => register },
)

/**
 * The Internet checksum (RFC 1071): the complement of the ones' complement sum of 16-bit words, high byte first; a last
 * odd byte counts as the high one. IPv4, ICMP, UDP, TCP.
 */
export const internet: Checksum<FixedAlgorithm> = /* @__PURE__ */ assemble(
  { kind: 'internet', name: 'internet', width: 16 },
  {
    // The sum in the low 16 bits; bit 16 is set when an odd number of bytes has gone in.
    initial: 0,
    update(register, bytes, start, end) {
      let total = register & 0xffff
      let odd = register >>> 16
      for (let at = start; at < end; at++, odd ^= 1) {
        total += odd ? bytes[at]! : bytes[at]! << 8
        if (total > 0xffff) total -= 0xffff
      }
      return (odd << 16) | total
    },
    finish: (register) => ~register & 0xffff,
  },
)

/** Adler's and Fletcher's step: a sum of the bytes, and a sum of the sums in the bits above. */
function twoSums(modulus: number, bits: number, run: number) {
  const mask = 2 ** bits - 1
  return (register: number, bytes: Uint8Array, start: number, end: number): number => {
    let low = register & mask
    let high = (register >>> bits) & mask
    for (let at = start; at < end; ) {
      for (const stop = Math.min(end, at + run); at < stop; at++) {
        low += bytes[at]!
        high += low
      }
      low %= modulus
      high %= modulus
    }
    return (high << bits) | low
  }
}

const FIXED: readonly Checksum<FixedAlgorithm>[] = [xor8, adler32, fletcher16, internet]

/** The checksum with this algorithm, which has no parameters. @throws {RangeError} when there is none. */
export function fixed(algorithm: Exclude<ChecksumAlgorithm, { kind: 'crc' | 'sum' }>): Checksum<FixedAlgorithm> {
  const found = FIXED.find((checksum) => checksum.algorithm.kind === algorithm.kind)
  if (!found) throw new RangeError(`no checksum algorithm is called ${JSON.stringify(algorithm.kind)}`)
  return found
}
