/**
 * Cyclic redundancy checks of 1 to 32 bits, a byte at a time.
 *
 *   reflected     register ……… low bits first     table[(register ^ byte) & 255] ^ (register >>> 8)
 *   unreflected   register kept in the high bits  table[(register >>> 24) ^ byte] ^ (register << 8)
 *
 * Keeping the unreflected register in the high bits of 32 makes one loop serve every width.
 */
import { assemble, type Checksum, type CrcAlgorithm } from './algorithm.js'

/**
 * The check with these parameters. Its table is built on first use.
 *
 * @throws {RangeError} when the width is not 1 to 32, or a parameter is wider.
 * @example
 * const crc16Genibus = crc({
 *   kind: 'crc', name: 'crc16-genibus', width: 16, polynomial: 0x1021, initial: 0xffff,
 *   reflectIn: false, reflectOut: false, xorOut: 0xffff,
 * })
 * crc16Genibus.of(new TextEncoder().encode('123456789')) // 0xd64e
 */
export function crc(algorithm: CrcAlgorithm): Checksum<CrcAlgorithm> {
  const { width, polynomial, initial, reflectIn, reflectOut, xorOut } = algorithm
  if (!Number.isInteger(width) || width < 1 || width > 32)
    throw new RangeError(`a CRC is 1 to 32 bits wide, not ${width}`)
  for (const [name, value] of Object.entries({ polynomial, initial, xorOut }))
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** width)
      throw new RangeError(`${name} of ${algorithm.name} is ${value}, which does not fit ${width} bits`)

  const unused = 32 - width
  let table: Int32Array | undefined
  return assemble(algorithm, {
    initial: reflectIn ? reflect(initial, width) : (initial << unused) | 0,
    update(register, bytes, start, end) {
      if (reflectIn) {
        table ??= reflectedTable(reflect(polynomial, width))
        for (let at = start; at < end; at++) register = table[(register ^ bytes[at]!) & 0xff]! ^ (register >>> 8)
      } else {
        table ??= unreflectedTable(polynomial << unused)
        for (let at = start; at < end; at++) register = table[(register >>> 24) ^ bytes[at]!]! ^ (register << 8)
      }
      return register
    },
    finish(register) {
      const plain = reflectIn ? register : register >>> unused
      return ((reflectIn === reflectOut ? plain : reflect(plain, width)) ^ xorOut) >>> 0
    },
  })
}

/** The lowest `width` bits of `value` in the opposite order. */
function reflect(value: number, width: number): number {
  let reflected = 0
  for (let bit = 0; bit < width; bit++) if ((value >>> bit) & 1) reflected |= 1 << (width - 1 - bit)
  return reflected
}

function reflectedTable(polynomial: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let register = byte
    for (let bit = 0; bit < 8; bit++) register = register & 1 ? (register >>> 1) ^ polynomial : register >>> 1
    return register
  })
}

function unreflectedTable(polynomial: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let register = byte << 24
    for (let bit = 0; bit < 8; bit++) register = register < 0 ? (register << 1) ^ polynomial : register << 1
    return register
  })
}
