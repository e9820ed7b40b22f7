/** From a description back to a checksum that runs. */
import type { Checksum, ChecksumAlgorithm } from './algorithm.js'
import { crc } from './crc.js'
import { fixed, sum } from './sums.js'

/**
 * The checksum that `algorithm` describes.
 *
 * @throws {RangeError} when there is no such algorithm, or its parameters are impossible.
 * @example
 * checksumFrom(crc32.algorithm).of(new TextEncoder().encode('123456789')) // 0xcbf43926
 */
export function checksumFrom(algorithm: ChecksumAlgorithm): Checksum {
  if (algorithm.kind === 'crc') return crc(algorithm)
  if (algorithm.kind === 'sum') return sum(algorithm)
  return fixed(algorithm)
}
