/**
 * Checksums over fields of the record that they stand in.
 *
 *   record({ id: u8, data: bytes(u8), crc: checksum(crc16Modbus, le(u16)) })
 *
 *   | id | length | data … | crc |
 *   <----- checked ------->
 *
 * A checksum within the range that it covers counts as zeros, as in IPv4.
 */
import type { Codec } from '../codec.js'
import type { Checksum } from './checksums/index.js'
import { badDefinition } from './errors.js'
import { nodeOf } from './foreign.js'
import type { Node } from './node.js'
import type { OutOf, Schema, SizeOf } from './schema.js'
import { type Seal, Seals } from './seals.js'
import { Wrapper } from './wrapper.js'

class ChecksumNode extends Wrapper {
  readonly #seal: Seal

  constructor(inner: Node, algorithm: Checksum | ChecksumFunction, { from, to }: ChecksumRange) {
    const isFunction = typeof algorithm === 'function'
    const described = isFunction ? { kind: 'function', name: algorithm.name } : algorithm.algorithm
    super({ kind: 'checksum', of: inner, algorithm: described, from, to }, inner)
    if (inner.fixedSize === undefined) throw badDefinition('the number that holds a checksum has a fixed size')
    const of = isFunction ? algorithm : algorithm.of
    this.#seal = {
      from,
      to,
      of(bytes, start, end, own, ownEnd) {
        // What the user's function gets is its own.
        if (!isFunction && (own >= end || ownEnd <= start)) return of(bytes.subarray(start, end))
        const copy = new Uint8Array(bytes.subarray(start, end))
        copy.fill(0, Math.max(0, own - start), Math.max(0, ownEnd - start))
        return of(copy)
      },
      all: (fields) => new Seals(fields),
    }
  }
  override get seal(): Seal {
    return this.#seal
  }
}

/** A checksum of the user's own. */
export type ChecksumFunction = (bytes: Uint8Array) => number | bigint

/** Which fields of the record a checksum covers. */
export interface ChecksumRange {
  /** The first field covered. The record's first, as most checksums cover all that is before them. */
  readonly from?: string
  /** The last field covered. The one before the checksum. */
  readonly to?: string
}

/**
 * A field that holds a checksum of other fields of the same record. It need not be given for encoding.
 *
 * @example
 * const Frame = record({ unit: u8, pdu: bytes(u8), crc: checksum(crc16Modbus, le(u16)) })
 */
export function checksum<C extends Codec<any, any>>(
  algorithm: Checksum | ChecksumFunction,
  codec: C,
  range: ChecksumRange = {},
): Schema<OutOf<C>, number | bigint | undefined, SizeOf<C>> {
  return new ChecksumNode(nodeOf(codec), algorithm, range)
}
