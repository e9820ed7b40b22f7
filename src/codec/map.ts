/**
 * Keys and values, as a `Map`: what a peer chooses never becomes the name of a property.
 *
 *   map(string(u8), u16, u8)      | count | key | value | key | value | …
 */
import type { Codec } from '../codec.js'
import { type ArrayNode, array } from './array.js'
import { show } from './errors.js'
import type { ExtentArgument } from './extent.js'
import { nodeOf } from './foreign.js'
import { identityOf } from './identity.js'
import { Mapped } from './mapped.js'
import { fail, MISS, type Reader } from './reader.js'
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
  const entries = array(record({ key, value }), count) as unknown as ArrayNode
  return new MapNode({ kind: 'map', key: nodeOf(key), value: nodeOf(value), count: entries.extent.argument }, entries, {
    decode: (list: { key: unknown; value: unknown }[]) => {
      const decoded = new Map(list.map((entry) => [entry.key, entry.value]))
      return decoded.size === list.length && differ(decoded) ? decoded : MISS
    },
    encode: (given) =>
      given instanceof Map && differ(given) ? Array.from(given, ([k, v]) => ({ key: k, value: v })) : MISS,
    what: 'a map whose keys are all different',
  })
}

class MapNode extends Mapped {
  /** Says which key it is. */
  protected override refuse(r: Reader, entries: readonly { key: unknown }[], at: number): never {
    const keys = new Set<unknown>()
    const twice = entries.findIndex(({ key }) => keys.size === keys.add(comparableKey(key)).size)
    r.trace = r.trace?.fields?.[twice]?.fields?.[0] ?? r.trace
    fail(r, 'BAD_VALUE', `the key ${show(entries[twice]?.key)} occurs twice`, r.trace ? r.base + r.trace.offset : at)
  }
}

/** Whether no two keys are the same on the wire: two arrays of the same bytes are two keys to a `Map`. */
function differ(entries: ReadonlyMap<unknown, unknown>): boolean {
  const [first] = entries.keys()
  if (typeof first !== 'object') return true
  return new Set(Array.from(entries.keys(), comparableKey)).size === entries.size
}

function comparableKey(key: unknown): unknown {
  return typeof key === 'object' ? (identityOf(key) ?? key) : key
}
