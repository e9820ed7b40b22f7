/**
 * Names for numbers.
 *
 *   enumeration(u8, { off: 0, on: 1 })      | 01 |  'on'
 */
import type { Codec } from '../codec.js'
import { badDefinition } from './errors.js'
import { nodeOf } from './foreign.js'
import { Mapped } from './mapped.js'
import { MISS } from './reader.js'
import { comparable } from './reference.js'
import type { Schema, SizeOf } from './schema.js'
import { checkTaken } from './written.js'

/**
 * One of several names, each standing for a value of `codec`. Any other value is damage.
 *
 * @example
 * const Level = enumeration(u8, { info: 1, warning: 2, alarm: 3 })
 * Level.encode('alarm')   // 03
 */
export function enumeration<
  C extends Codec<any, any>,
  const Names extends Readonly<Record<string, number | bigint | string>>,
>(codec: C, names: Names): Schema<keyof Names & string, keyof Names & string, SizeOf<C>> {
  const node = nodeOf(codec)
  const values = new Map<unknown, unknown>(Object.entries(names))
  const inverse = new Map<unknown, string>(Object.entries(names).map(([name, value]) => [comparable(value), name]))
  if (inverse.size !== values.size) throw badDefinition('two names of an enumeration stand for the same value')
  for (const [name, value] of Object.entries(names)) checkTaken(node, value, name)
  return new Mapped({ kind: 'enumeration', of: node, names: Object.entries(names) }, node, {
    decode: (value) => inverse.get(comparable(value)) ?? MISS,
    encode: (name) => values.get(name) ?? MISS,
    what: `one of ${[...values.keys()].join(', ')}`,
  })
}
