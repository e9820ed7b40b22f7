/**
 * Something that is there only when something else says so.
 *
 *   record({ flags: u8, id: when(field('flags').has(2), u16) })      | flags | id if bit 1 is set |
 */
import type { Codec, Description } from '../codec.js'
import { nodeOf } from './foreign.js'
import type { Mode } from './mode.js'
import type { Node, Sizes } from './node.js'
import { describeRef, literal, literals, plain } from './plain.js'
import type { Read } from './reader.js'
import { askRead, type Comparison, type Condition, hasBits, holds, resolveWrite, slotOf } from './refs.js'
import type { Scanner } from './scan.js'
import type { DerivesOf, InOf, OutOf, Schema } from './schema.js'
import type { ReadSource, Source, WriteSource } from './source.js'
import { Wrapper } from './wrapper.js'
import { refuse, type Write } from './writer.js'

const OPERATORS: Readonly<Record<Exclude<Comparison, 'has'>, string>> = {
  eq: '===',
  ne: '!==',
  gt: '>',
  ge: '>=',
  lt: '<',
  le: '<=',
}

class When extends Wrapper {
  readonly #condition: Condition
  constructor(condition: Condition, inner: Node) {
    super(inner, [{ ref: condition.ref, derives: false }])
    this.#condition = condition
  }
  override measure(): Sizes {
    return [0, this.inner.maxSize]
  }
  override get implies(): undefined {
    return undefined
  }
  override get silent(): boolean {
    return false
  }
  override raw(): undefined {
    return undefined
  }
  override describe(): Description {
    const { ref, is, than } = this.#condition
    return { kind: 'when', ref: describeRef(ref), is, than: plain(than), of: this.inner.describe() }
  }
  override reader(mode: Mode): Read {
    const read = this.inner.reader(mode)
    return (r) => (askRead(r, this.#condition) ? read(r) : undefined)
  }
  override writer(mode: Mode): Write {
    const write = this.inner.writer(mode)
    const condition = this.#condition
    const { ref, is, than } = condition
    const question = `${ref}.${is}(${String(than)})`
    return (w, value) => {
      const known = resolveWrite(w, ref) ?? undefined
      const there = value !== undefined
      if (known !== undefined) {
        if (holds(condition, known)) write(w, value)
        else if (there) refuse(w, 'MISMATCH', `is there only when ${question}`)
        return
      }
      // The field was left out; what is there, or something behind it, implies it.
      const slot = slotOf(w, ref)
      if (!slot) refuse(w, 'MISMATCH', `depends on ${ref}, which is absent`)
      const { path } = w
      const at = w.out.length
      if (there) write(w, value)
      const ask = (implied: unknown) => {
        if (holds(condition, implied) === there) return
        w.path = path
        w.out.length = at
        refuse(w, 'MISMATCH', there ? `is there only when ${question}` : `must be there when ${question}`)
      }
      if (slot.known) ask(slot.known.value)
      else (slot.questions ??= []).push(ask)
    }
  }
  override *scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    if (askRead(s, this.#condition)) yield* this.inner.scanner(s, mode)
  }
  #question(source: Source, ref: string): string {
    const { is, than } = this.#condition
    if (is === 'has') return `${source.outside(hasBits)}(${ref},${literal(than)})`
    if (is === 'eq' || is === 'ne')
      return literals(than)
        .map((one) => `${ref}${OPERATORS[is]}${one}`)
        .join(is === 'eq' ? '||' : '&&')
    return `${ref}${OPERATORS[is]}${literal(than)}`
  }
  override emitRead(source: ReadSource): string {
    const value = source.let('undefined')
    const ref = source.ref(this.#condition.ref)
    source.block(`if(${this.#question(source, ref)})`, () => source.line(`${value}=${source.part(this.inner)};`))
    return value
  }
  override emitWrite(source: WriteSource, value: string): boolean {
    const { ref } = this.#condition
    // Of a record around this one the field may be yet to be derived.
    if (ref.source === 'field' && !source.fields.has(ref.path[0]!)) return false
    const known = source.let(source.ref(ref))
    source.missIf(`${known}===undefined||${known}===null`)
    const missing = source.leftOut.get(ref.path[0]!)
    source.block(`if(${this.#question(source, known)})`, () => {
      // A closure would not know yet that it must be there.
      if (missing) source.missIf(`${missing}&&${value}===undefined`)
      source.part(this.inner, value)
    })
    source.line(`else if(${value}!==undefined)throw M;`)
    return true
  }
}

/**
 * `codec` where `condition` holds, otherwise nothing: `undefined`.
 *
 * @example
 * when(header('first.qos').gt(0), u16)
 */
export function when<C extends Codec<any, any>>(
  condition: Condition,
  codec: C,
): Schema<OutOf<C> | undefined, InOf<C> | undefined, undefined, DerivesOf<C>> {
  return new When(condition, nodeOf(codec))
}
