/**
 * References: what a field depends on, as data, so that `describe` and `inspect` see it too.
 *
 *   field('count')         an earlier field of the same record, or of one around it
 *   header('first.qos')    the envelope's header
 *   state('version')       what the protocol has declared to remember of the connection
 *   asked('quantity')      the message that this one answers
 */
import type { CodecContext } from '../codec.js'
import { badDefinition, CodecError } from './errors.js'
import { fail, type Reader } from './reader.js'
import { type Frame, refuse, type Slot, type Writer, writePart } from './writer.js'

export type RefSource = 'field' | keyof CodecContext

/** What a reference can be compared with. */
export type Comparable = number | bigint | string | boolean

const COMPARISONS: Readonly<Record<Comparison, (a: any, b: any) => boolean>> = {
  eq: (a, b) => comparable(a) === comparable(b),
  ne: (a, b) => comparable(a) !== comparable(b),
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  // Operators on numbers see 32 bits, the highest of them as a sign.
  has: (a, b) =>
    typeof a === 'bigint' || typeof b === 'bigint' || b > 0xffff_ffff
      ? (BigInt(a) & BigInt(b)) === BigInt(b)
      : (a & b) >>> 0 === b >>> 0,
}

/** A bigint as the number that it is, where it is exact: who says 1 means 1n as well. */
export function comparable(value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** How two values are compared; `has` is about bits: all of them are set. */
export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'has'

/** A question about a reference, as data. Made by the methods of {@link Ref}. */
export interface Condition {
  readonly ref: Ref
  readonly is: Comparison
  readonly than: Comparable
}

/** Stands for a value that is known only when a message is at hand. Immutable. */
export class Ref<Name extends string = string> {
  readonly source: RefSource
  readonly path: readonly string[]
  declare readonly name?: Name

  constructor(source: RefSource, path: Name) {
    if (!/^[\w$]+(\.[\w$]+)*$/.test(path)) throw badDefinition(`not a path of names: ${JSON.stringify(path)}`)
    this.source = source
    this.path = path.split('.')
  }

  eq(than: Comparable): Condition {
    return { ref: this, is: 'eq', than }
  }
  ne(than: Comparable): Condition {
    return { ref: this, is: 'ne', than }
  }
  gt(than: Comparable): Condition {
    return { ref: this, is: 'gt', than }
  }
  ge(than: Comparable): Condition {
    return { ref: this, is: 'ge', than }
  }
  lt(than: Comparable): Condition {
    return { ref: this, is: 'lt', than }
  }
  le(than: Comparable): Condition {
    return { ref: this, is: 'le', than }
  }
  /** Whether all bits of `mask` are set. */
  has(mask: number): Condition {
    return { ref: this, is: 'has', than: mask }
  }

  /** `header('first.qos')` */
  toString(): string {
    return `${this.source}('${this.path.join('.')}')`
  }
}

/** A reference to a field of the record, which need not be given for encoding where the referring field implies it. */
export class FieldRef<Name extends string = string> extends Ref<Name> {
  declare readonly fieldName: Name
}

/**
 * An earlier field of the same record, or of a record around it; `'op.fn'` is a part of one.
 *
 * @example
 * const Line = record({ count: u8, points: array(u16, field('count')) })
 * Line.encode({ points: [1, 2] })   // 02 00 01 00 02
 */
export function field<const Name extends string>(name: Name): FieldRef<Name> {
  return new FieldRef('field', name)
}

/** A field of the envelope's header: `header('first.qos')`. */
export function header(path: string): Ref {
  return new Ref('header', path)
}

/** Something that the protocol has declared to remember of this connection. */
export function state(path: string): Ref {
  return new Ref('state', path)
}

/** A field of the message that this one answers: `asked('quantity')`. */
export function asked(path: string): Ref {
  return new Ref('asked', path)
}

/** One use of a reference; `derives` when what uses it implies the field that it names. */
export interface Use {
  readonly ref: Ref
  readonly derives: boolean
}

/** Whether it names a whole field of a record, which can then be implied. */
export function namesField(ref: Ref): boolean {
  return ref.source === 'field' && ref.path.length === 1
}

/** A part of a value, undefined where there is none. */
function lookUp(value: any, path: readonly string[]): any {
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = value[name]
  }
  return value
}

/** What a reference stands for while decoding. */
export function resolveRead(r: Reader, ref: Ref): any {
  if (ref.source !== 'field') return resolveContext(r.context, ref)
  let scope = r.scope
  while (scope && !Object.hasOwn(scope.values, ref.path[0]!)) scope = scope.outer
  if (!scope) throw unresolved(ref)
  return lookUp(scope.values, ref.path) ?? fail(r, 'BAD_VALUE', `depends on ${ref}, which is absent`)
}

/** What a reference stands for while encoding; undefined for a field that is yet to be derived. */
export function resolveWrite(w: Writer, ref: Ref): any {
  if (ref.source !== 'field') return resolveContext(w.context, ref)
  const [frame, index] = ownerOf(w, ref)
  const slot = namesField(ref) ? frame.pending[index] : undefined
  return slot ? slot.known : lookUp(frame.values, ref.path)
}

/** The place of a field that is yet to be derived. */
export function slotOf(w: Writer, ref: Ref): Slot | undefined {
  if (!namesField(ref)) return undefined
  const [frame, index] = ownerOf(w, ref)
  return frame.pending[index]
}

/** The innermost record that has come to a field of that name, and the field's index. */
function ownerOf(w: Writer, ref: Ref): [Frame, number] {
  for (let { frame } = w; frame; frame = frame.outer) {
    const index = frame.fields.findIndex(({ name }) => name === ref.path[0])
    if (index >= 0 && index < frame.starts.length) return [frame, index]
  }
  throw unresolved(ref)
}

function resolveContext(context: CodecContext | undefined, ref: Ref): any {
  const value = lookUp(context, [ref.source, ...ref.path])
  if (value === undefined) throw unresolved(ref)
  return value
}

function unresolved(ref: Ref): CodecError {
  return new CodecError('UNRESOLVED', `${ref} leads nowhere: no such field, or no such context was given`)
}

/** Tells the field that `ref` names what it has to say, and complains where it was given and says something else. */
export function report(w: Writer, ref: Ref, value: number | bigint | string | boolean): void {
  const [frame, index] = namesField(ref) ? ownerOf(w, ref) : []
  const slot = frame?.pending[index!]
  if (!frame || !slot) {
    const given = resolveWrite(w, ref)
    // biome-ignore lint/suspicious/noDoubleEquals: 5 and 5n are the same count.
    if (given != value) refuse(w, 'MISMATCH', `${ref} is ${String(given)}, but this is ${String(value)}`)
    return
  }
  if (slot.known !== undefined) {
    if (slot.known !== value) refuse(w, 'MISMATCH', `${ref} is ${slot.known} elsewhere, and ${value} here`)
    return
  }
  slot.known = value
  for (const ask of slot.questions ?? []) ask(value)
  const { path, mode } = w
  const { name, node } = frame.fields[index!]!
  w.path = frame.path
  w.mode = frame.mode
  const moved = moveInto(w, frame.starts[index!]!, node.fixedSize ?? 0, () => writePart(w, node, value, name))
  w.path = path
  w.mode = mode
  // Of its own record what comes behind it has moved, of those within that one all.
  for (let f = w.frame!; moved > 0; f = f.outer!) {
    for (let i = f === frame ? index! + 1 : 0; i < f.starts.length; i++) f.starts[i]! += moved
    if (f === frame) break
  }
}

/**
 * Has something written at `at`, where `size` bytes were kept for it: 0 when nobody could know how many, and what lies
 * behind it has to move. Returns how far that moved.
 */
export function moveInto(w: Writer, at: number, size: number, write: () => void): number {
  const { out } = w
  const end = out.length
  if (size > 0) {
    out.length = at
    write()
    out.length = end
    return 0
  }
  write()
  const piece = out.copy(end)
  out.bytes.copyWithin(at + piece.length, at, end)
  out.bytes.set(piece, at)
  if (w.settled >= at)
    refuse(w, 'UNRESOLVED', 'what depends on its place in the message cannot lie behind a length whose own size varies')
  return piece.length
}

/** Whether a condition holds for what the reference stands for. */
export function holds({ is, than }: Condition, value: unknown): boolean {
  return COMPARISONS[is](value, than)
}
