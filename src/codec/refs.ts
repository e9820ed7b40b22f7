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
import { type Frame, refuse, type Slot, type Writer } from './writer.js'

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
  has: hasBits,
}

/** A bigint as the number that it is, where it is exact: who says 1 means 1n as well. */
export function comparable(value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Whether all bits of `mask` are set. */
export function hasBits(value: any, mask: any): boolean {
  // Operators on numbers see 32 bits, the highest of them as a sign.
  return typeof value === 'bigint' || typeof mask === 'bigint' || mask > 0xffff_ffff
    ? (BigInt(value) & BigInt(mask)) === BigInt(mask)
    : (value & mask) >>> 0 === mask >>> 0
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

/** One use of a reference; `derives` when the field that uses it implies what it stands for. */
export interface Use {
  readonly ref: Ref
  readonly derives: boolean
}

/** A part of a value, undefined where there is none. */
export function lookUp(value: any, path: readonly string[]): any {
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
  const value = scope && lookUp(scope.values, ref.path)
  if (!scope) throw unresolved(ref)
  return value ?? fail(r, 'BAD_VALUE', `depends on ${ref}, which is absent`)
}

/** What a reference stands for while encoding; undefined for a field that is yet to be derived. */
export function resolveWrite(w: Writer, ref: Ref): any {
  if (ref.source !== 'field') return resolveContext(w.context, ref)
  const frame = frameOf(w, ref)
  if (!frame) throw unresolved(ref)
  const slot = ref.path.length === 1 ? frame.pending.get(ref.path[0]!) : undefined
  return slot ? slot.known?.value : lookUp(frame.values, ref.path)
}

/** The place of a field that is yet to be derived. */
export function slotOf(w: Writer, ref: Ref): Slot | undefined {
  return ref.source === 'field' && ref.path.length === 1 ? frameOf(w, ref)?.pending.get(ref.path[0]!) : undefined
}

/** The record around what is being written that has the field, if it has been there. */
function frameOf(w: Writer, ref: Ref): Frame | undefined {
  let frame = w.frame
  while (frame && !frame.starts.has(ref.path[0]!)) frame = frame.outer
  return frame
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
export function report(w: Writer, ref: Ref, value: number | bigint | string): void {
  const name = ref.path[0]!
  const frame = frameOf(w, ref)
  const slot = slotOf(w, ref)
  if (!slot) {
    const given = resolveWrite(w, ref)
    // biome-ignore lint/suspicious/noDoubleEquals: 5 and 5n are the same count.
    if (given != value) refuse(w, 'MISMATCH', `${ref} is ${String(given)}, but this is ${String(value)}`)
    return
  }
  if (slot.known) {
    if (slot.known.value !== value) refuse(w, 'MISMATCH', `${ref} is ${slot.known.value} elsewhere, and ${value} here`)
    return
  }
  slot.known = { value }
  for (const ask of slot.questions ?? []) ask(value)
  const { path } = w
  w.path = frame!.path
  const moved = moveInto(w, slot.at, slot.size, () => slot.write(w, value))
  w.path = path
  let inside = true
  for (let f = w.frame; moved > 0 && f && inside; f = f.outer) {
    // Of its own record only what comes behind it has moved; of records around that one, nothing.
    inside = f !== frame
    let behind = inside
    for (const [key, at] of f.starts) {
      if (behind) f.starts.set(key, at + moved)
      behind ||= key === name
    }
    for (const [key, other] of f.pending) if (inside || (key !== name && other.at >= slot.at)) other.at += moved
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
export function holds(condition: Condition, value: unknown): boolean {
  return COMPARISONS[condition.is](value, condition.than)
}

/** Asks a condition while decoding. */
export function askRead(r: Reader, condition: Condition): boolean {
  return holds(condition, resolveRead(r, condition.ref))
}
