/** What a definition consists of, as plain data for descriptions and as source text. */
import { quote } from '../bytes/index.js'
import type { Description } from '../codec.js'
import type { Comparable, Ref } from './refs.js'

/** Names and values in order, the values as plain data. */
export function plainEntries(names: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(names).map(([name, value]) => [name, plain(value)])
}

/** A value of a definition as JSON can have it. */
export function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? { bigint: String(value) } : value
}

/** A reference as plain data. */
export function describeRef(ref: Ref): Description {
  return { kind: ref.source, path: ref.path.join('.') }
}

/** A value of a definition in source text. */
export function literal(value: Comparable): string {
  return typeof value === 'string' ? quote(value) : typeof value === 'bigint' ? `${value}n` : String(value)
}
