/**
 * Booleans that share a number, one bit each.
 *
 *   flags(u8, { fin: 0x01, syn: 0x02 })      | 0 0 0 0 0 0 syn fin |
 */
import type { Codec } from '../codec.js'
import { badDefinition } from './errors.js'
import { nodeOf } from './foreign.js'
import { Mapped } from './mapped.js'
import { checkName } from './names.js'
import { NumberNode } from './number.js'
import { join, MISS } from './reader.js'
import type { Schema, SizeOf } from './schema.js'
import { unwrapped } from './wrapper.js'

/**
 * Bits of a number of at most 32 bits by their masks. A bit without a name must be zero.
 *
 * @example
 * const Access = flags(u8, { read: 1, write: 2 })
 * Access.encode({ read: true, write: false })   // 01
 */
export function flags<C extends Codec<number, number>, const Masks extends Readonly<Record<string, number>>>(
  codec: C,
  masks: Masks,
): Schema<{ -readonly [K in keyof Masks]: boolean }, { readonly [K in keyof Masks]: boolean }, SizeOf<C>> {
  const node = nodeOf(codec)
  const entries = Object.entries(masks)
  const number = unwrapped(node)
  const most = number instanceof NumberNode ? number.max : 2 ** 32 - 1
  let all = 0
  for (const [name, mask] of entries) {
    if (!(mask >>> 0 === mask && mask > 0 && (mask & (mask - 1)) === 0) || all & mask)
      throw badDefinition(`flag ${name}: ${mask} is not one bit of its own`)
    if (mask > most) throw badDefinition(`flag ${name}: ${mask} is more than ${most}`)
    checkName(name, 'flag')
    all |= mask
  }
  return new Mapped({ kind: 'flags', of: node, masks: entries }, node, {
    decode: (value: number) => {
      // Operators on bits see the lowest 32 of a number only.
      if (value & ~all || (value >>> 0 !== value && (value | 0) !== value)) return MISS
      const set: Record<string, boolean> = {}
      for (const [name, mask] of entries) set[name] = (value & mask) !== 0
      return set
    },
    encode: (set) => {
      let value = 0
      for (const [name, mask] of entries) {
        if (typeof set?.[name] !== 'boolean') return MISS
        if (set[name]) value |= mask
      }
      return value >>> 0
    },
    parts: (value: number, offset, path, mode) => {
      const parts = entries.map(([name, mask]) => {
        // The bit lies where a number with nothing but that bit has it.
        const probe = new Uint8Array(node.minSize)
        node.raw(mode)?.put(probe, 0, mask)
        const byte = probe.findIndex((bits) => bits !== 0)
        const place =
          byte < 0
            ? { offset, length: probe.length }
            : { offset: offset + byte, length: 1, bits: { first: Math.clz32(probe[byte]!) - 24, count: 1 } }
        return { path: join(path, name), ...place, value: (value & mask) !== 0 }
      })
      return parts.sort((a, b) => a.offset - b.offset || (a.bits?.first ?? 0) - (b.bits?.first ?? 0))
    },
    what: `a set of ${entries.map(([name]) => name).join(', ')}`,
  })
}
