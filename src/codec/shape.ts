/** Shapes: what a node is, as plain data with nodes, references and terminators where it has theirs. */
import type { Description } from '../codec.js'
import { Reference } from './reference.js'

export type Shape = Description

/** What a shape contains of a kind, but for what is in other nodes. */
export function found<T>(shape: unknown, kind: abstract new (...args: never[]) => T): T[] {
  if (shape instanceof kind) return [shape]
  if (Array.isArray(shape)) return shape.flatMap((part) => found(part, kind))
  const isData = typeof shape === 'object' && shape !== null && Object.getPrototypeOf(shape) === Object.prototype
  return isData ? found(Object.values(shape), kind) : []
}

/** A shape as plain data. */
export function described(shape: any): unknown {
  if (typeof shape === 'bigint') return { bigint: String(shape) }
  if (Object.is(shape, -0)) return { number: '-0' }
  if (typeof shape === 'number' && !Number.isFinite(shape)) return { number: String(shape) }
  if (typeof shape !== 'object' || shape === null) return shape
  if (Array.isArray(shape)) return shape.map(described)
  if (shape instanceof Reference) return { kind: shape.source, path: shape.path.join('.') }
  if (typeof shape.describe === 'function') return shape.describe()
  const entries = Object.entries(shape).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([key, value]) => [key, described(value)]))
}
