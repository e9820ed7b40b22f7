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
import { askRead, type Comparison, type Condition, hasBits, holds, resolveWrite } from './refs.js'
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
    const question = () => `${condition.ref}.${condition.is}(${String(condition.than)})`
    return (w, value) => {
      const known = resolveWrite(w, condition.ref)
      if (known !== undefined ? holds(condition, known) : value !== undefined) write(w, value)
      else if (value !== undefined) refuse(w, 'MISMATCH', `is there only when ${question()}`)
      if (known !== undefined || value === undefined) return
      // The field was left out: what is there has now implied it, or nothing has.
      const implied = resolveWrite(w, condition.ref)
      if (implied === undefined || !holds(condition, implied)) refuse(w, 'MISMATCH', `is there only when ${question()}`)
    }
  }
  override *scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    if (askRead(s, this.#condition)) yield* this.inner.scanner(s, mode)
  }
  #question(source: Source): string {
    const { is, than } = this.#condition
    const ref = source.ref(this.#condition.ref)
    if (is === 'has') return `${source.outside(hasBits)}(${ref},${literal(than)})`
    if (is === 'eq' || is === 'ne')
      return literals(than)
        .map((one) => `${ref}${OPERATORS[is]}${one}`)
        .join(is === 'eq' ? '||' : '&&')
    return `${ref}${OPERATORS[is]}${literal(than)}`
  }
  override emitRead(source: ReadSource): string {
    const value = source.let('undefined')
    source.block(`if(${this.#question(source)})`, () => source.line(`${value}=${source.part(this.inner)};`))
    return value
  }
  override emitWrite(source: WriteSource, value: string): boolean {
    source.block(`if(${this.#question(source)})`, () => source.part(this.inner, value))
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
