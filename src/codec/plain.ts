/** What a definition consists of, as plain data for descriptions and as source text. */
import { quote } from '../bytes/index.js'
import type { Description } from '../codec.js'
import { type Comparable, comparable, type Ref } from './refs.js'

/** Names and values in order, the values as plain data. */
export function plainEntries(names: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(names).map(([name, value]) => [name, plain(value)])
}

/** A value of a definition as JSON can have it. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: String(value) }
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value
  return { number: Object.is(value, -0) ? '-0' : String(value) }
}

/** A reference as plain data. */
export function describeRef(ref: Ref): Description {
  return { kind: ref.source, path: ref.path.join('.') }
}

/** All that is equal to a value of a definition, in source text: `1` and `1n`. */
export function literals(value: Comparable): readonly string[] {
  if (!Number.isSafeInteger(comparable(value))) return [literal(value)]
  return [String(value), `${value}n`]
}

/** A value of a definition in source text. */
export function literal(value: Comparable): string {
  return typeof value === 'string' ? quote(value) : typeof value === 'bigint' ? `${value}n` : String(value)
}
