/**
 * What a checksum algorithm is as plain data, so that a description can carry it and a generator can write it anew, and
 * what it is once made ready to run.
 */

/**
 * A cyclic redundancy check by the parameters of Ross Williams' "A Painless Guide to CRC Error Detection Algorithms"
 * (the Rocksoft model), from 1 to 32 bits wide.
 */
export interface CrcAlgorithm {
  readonly kind: 'crc'
  readonly name: string
  /** Bits of the result, 1 to 32. */
  readonly width: number
  /** The polynomial without its highest term, the highest remaining term in the most significant bit. */
  readonly polynomial: number
  /** The register before the first byte, in unreflected form. */
  readonly initial: number
  /** Each byte goes in least significant bit first. */
  readonly reflectIn: boolean
  /** The register is turned end for end before the last step. */
  readonly reflectOut: boolean
  /** What the result is combined with at the end. */
  readonly xorOut: number
}

/** The bytes added up, modulo 2 to the power of `width`. */
export interface SumAlgorithm {
  readonly kind: 'sum'
  readonly name: string
  readonly width: 8 | 16 | 32
  /** The result is the number that brings the sum to zero. */
  readonly negated: boolean
}

/** The algorithms that have no parameters. */
export interface FixedAlgorithm {
  readonly kind: 'xor' | 'adler32' | 'fletcher16' | 'internet'
  readonly name: string
  readonly width: 8 | 16 | 32
}

export type ChecksumAlgorithm = CrcAlgorithm | SumAlgorithm | FixedAlgorithm

/**
 * A checksum algorithm ready to run. Holds no state between calls: what an incremental computation has so far is the
 * register, a number that the caller keeps.
 */
export interface Checksum<Algorithm extends ChecksumAlgorithm = ChecksumAlgorithm> {
  readonly algorithm: Algorithm
  /** The checksum of `bytes[start, end)`: an unsigned number of `algorithm.width` bits. */
  of(bytes: Uint8Array, start?: number, end?: number): number
  /** The register before the first byte. */
  begin(): number
  /** The register after `bytes[start, end)`, which may be given in pieces. */
  update(register: number, bytes: Uint8Array, start?: number, end?: number): number
  /** The checksum that a register stands for. */
  finish(register: number): number
}

type Step = (register: number, bytes: Uint8Array, start: number, end: number) => number

/** Puts a checksum together from its three steps. */
export function assemble<A extends ChecksumAlgorithm>(
  algorithm: A,
  steps: { initial: number; update: Step; finish: (register: number) => number },
): Checksum<A> {
  const { initial, update, finish } = steps
  return {
    algorithm,
    of: (bytes, start = 0, end = bytes.length) => finish(update(initial, bytes, start, end)),
    begin: () => initial,
    update: (register, bytes, start = 0, end = bytes.length) => update(register, bytes, start, end),
    finish,
  }
}
