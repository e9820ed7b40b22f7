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

type Numbered = { -readonly [Key in keyof Description]: Description[Key] }
/** Descriptions of the parts that may occur again. */
export type Known = Map<object, Numbered>
/** What contains itself, what remembers, and what, written out each time, would make a description grow beyond all bounds. */
const NUMBERED: ReadonlySet<string> = new Set(['lazy', 'backref', 'record', 'union', 'map'])

/** The description of a node; if it has one already, `again`, by the number that this gets. */
export function describeOnce(node: object, shape: Shape, known: Known): Description {
  const before = known.get(node)
  if (before) {
    before.id ??= [...known.keys()].indexOf(node)
    return { kind: 'again', id: before.id }
  }
  const description: Numbered = { kind: shape.kind }
  if (NUMBERED.has(shape.kind)) known.set(node, description)
  return Object.assign(description, described(shape, known))
}

/** A shape as plain data. */
function described(shape: any, known: Known): unknown {
  if (typeof shape === 'bigint') return { bigint: String(shape) }
  if (Object.is(shape, -0)) return { number: '-0' }
  if (typeof shape === 'number' && !Number.isFinite(shape)) return { number: String(shape) }
  if (typeof shape !== 'object' || shape === null) return shape
  if (Array.isArray(shape)) return shape.map((part) => described(part, known))
  if (shape instanceof Reference) return { kind: shape.source, path: shape.path.join('.') }
  if (typeof shape.describeIn === 'function') return shape.describeIn(known)
  if (typeof shape.describe === 'function') return shape.describe()
  const entries = Object.entries(shape).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([key, value]) => [key, described(value, known)]))
}
