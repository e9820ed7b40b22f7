/**
 * Keys and values, as a `Map`: what a peer chooses never becomes the name of a property.
 *
 *   map(string(u8), u16, u8)      | count | key | value | key | value | …
 */
import type { Codec } from '../codec.js'
import { array } from './array.js'
import type { ExtentArgument } from './extent.js'
import { nodeOf } from './foreign.js'
import { identityOf } from './identity.js'
import { Mapped } from './mapped.js'
import { MISS } from './reader.js'
import { record } from './record.js'
import type { FieldRef } from './refs.js'
import type { InOf, OutOf, Schema, SizeOf } from './schema.js'

type Entries<K, V, Size extends number | undefined, Name extends string = never> = Schema<
  Map<OutOf<K>, OutOf<V>>,
  ReadonlyMap<InOf<K>, InOf<V>>,
  Size,
  Name
>

/**
 * As many entries as `count` says, in order. A key that occurs twice is damage.
 *
 * @example
 * map(string(u8), u8, u8).encode(new Map([['a', 1]]))   // 01 01 61 01
 */
export function map<K extends Codec<any, any>, V extends Codec<any, any>>(
  key: K,
  value: V,
  count: number,
): Entries<K, V, [SizeOf<K> | SizeOf<V>] extends [number] ? number : number | undefined>
export function map<K extends Codec<any, any>, V extends Codec<any, any>, Name extends string = never>(
  key: K,
  value: V,
  count?: ExtentArgument | FieldRef<Name>,
): Entries<K, V, undefined, Name>
export function map(key: Codec<any, any>, value: Codec<any, any>, count?: ExtentArgument): Schema<any, any, any, any> {
  const entries = nodeOf(array(record({ key, value }), count))
  return new Mapped(entries, {
    describe: () => {
      const { count: described } = entries.describe()
      return {
        kind: 'map',
        key: nodeOf(key).describe(),
        value: nodeOf(value).describe(),
        ...(described !== undefined && { count: described }),
      }
    },
    decode: (list: { key: unknown; value: unknown }[]) => {
      const decoded = new Map(list.map((entry) => [entry.key, entry.value]))
      return decoded.size === list.length && differ(decoded) ? decoded : MISS
    },
    encode: (given) =>
      given instanceof Map && differ(given) ? Array.from(given, ([k, v]) => ({ key: k, value: v })) : MISS,
    what: 'a map whose keys are all different',
  })
}

/** Whether no two keys are the same on the wire: two arrays of the same bytes are two keys to a `Map`. */
function differ(entries: ReadonlyMap<unknown, unknown>): boolean {
  const [first] = entries.keys()
  if (typeof first !== 'object') return true
  return new Set(Array.from(entries.keys(), (key) => identityOf(key) ?? key)).size === entries.size
}
