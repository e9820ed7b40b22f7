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
import { type Comparable, comparable, namesField, Reference, type RefSource } from './reference.js'
import { type Frame, moveInto, refuse, type Slot, type Writer, writePart } from './writer.js'

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

/** How two values are compared; `has` is about bits: all of them are set. */
export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'has'

/** A question about a reference, as data. Made by the methods of {@link Ref}. */
export interface Condition {
  readonly ref: Ref
  readonly is: Comparison
  readonly than: Comparable
}

/** Stands for a value that is known only when a message is at hand. Immutable. */
export class Ref<Name extends string = string> extends Reference {
  readonly source: RefSource
  readonly path: readonly string[]
  declare readonly name?: Name

  constructor(source: RefSource, path: Name) {
    super()
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

  read(r: Reader): any {
    if (this.source !== 'field') return this.#inContext(r.context)
    const [name] = this.path
    let { scope } = r
    while (scope && !Object.hasOwn(scope.values, name!)) scope = scope.outer
    if (!scope) throw this.#unresolved()
    return lookUp(scope.values, this.path) ?? fail(r, 'BAD_VALUE', `depends on ${this}, which is absent`)
  }

  /** What it stands for while encoding; undefined for a field that is yet to be derived. */
  known(w: Writer): any {
    if (this.source !== 'field') return this.#inContext(w.context)
    const [frame, index] = this.#owner(w)
    const slot = namesField(this) ? frame.pending[index] : undefined
    return slot ? slot.known : lookUp(frame.values, this.path)
  }

  /** The place of a field that is yet to be derived. */
  slot(w: Writer): Slot | undefined {
    if (!namesField(this)) return undefined
    const [frame, index] = this.#owner(w)
    return frame.pending[index]
  }

  report(w: Writer, value: Comparable): void {
    const [frame, index] = namesField(this) ? this.#owner(w) : []
    const slot = frame?.pending[index!]
    if (!frame || !slot) {
      const given = this.known(w)
      // biome-ignore lint/suspicious/noDoubleEquals: 5 and 5n are the same count.
      if (given != value) refuse(w, 'MISMATCH', `${this} is ${String(given)}, but this is ${String(value)}`)
    } else if (slot.known === undefined) {
      slot.known = value
      for (const ask of slot.questions ?? []) ask(value)
      fillIn(w, frame, index!, value)
    } else if (slot.known !== value) refuse(w, 'MISMATCH', `${this} is ${slot.known} elsewhere, and ${value} here`)
  }

  /** The innermost record that has come to a field of that name, and the field's index. */
  #owner(w: Writer): [Frame, number] {
    for (let { frame } = w; frame; frame = frame.outer) {
      const index = frame.fields.findIndex(({ name }) => name === this.path[0])
      if (index >= 0 && index < frame.starts.length) return [frame, index]
    }
    throw this.#unresolved()
  }

  #inContext(context: CodecContext | undefined): any {
    const value = lookUp(context, [this.source, ...this.path])
    if (value === undefined) throw this.#unresolved()
    return value
  }

  #unresolved(): CodecError {
    return new CodecError('UNRESOLVED', `${this} leads nowhere: no such field, or no such context was given`)
  }

  /** `header('first.qos')` */
  override toString(): string {
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

/** A part of a value, undefined where there is none. */
function lookUp(value: any, path: readonly string[]): any {
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = value[name]
  }
  return value
}

/** Writes a field that was left out where it belongs, of a record that is being written. */
function fillIn(w: Writer, frame: Frame, index: number, value: unknown): void {
  const { path, mode } = w
  const { name, node } = frame.fields[index]!
  w.path = frame.path
  w.mode = frame.mode
  const moved = moveInto(w, frame.starts[index]!, node.fixedSize ?? 0, () => writePart(w, node, value, name))
  w.path = path
  w.mode = mode
  // Of its own record what comes behind it has moved, of those within that one all.
  for (let f = w.frame!; moved > 0; f = f.outer!) {
    for (let i = f === frame ? index + 1 : 0; i < f.starts.length; i++) f.starts[i]! += moved
    if (f === frame) break
  }
}

/** Whether a condition holds for what the reference stands for. */
export function holds({ is, than }: Condition, value: unknown): boolean {
  return COMPARISONS[is](value, than)
}
