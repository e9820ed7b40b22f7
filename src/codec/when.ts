/**
 * Something that is there only when something else says so.
 *
 *   record({ flags: u8, id: when(field('flags').has(2), u16) })      | flags | id if bit 1 is set |
 */
import type { Codec } from '../codec.js'
import { nodeOf } from './foreign.js'
import { Node, type Sizes } from './node.js'
import type { Reader } from './reader.js'
import { type Condition, holds } from './refs.js'
import type { DerivesOf, InOf, OutOf, Schema } from './schema.js'
import { refuse, type Writer } from './writer.js'

class When extends Node {
  readonly #condition: Condition
  readonly #inner: Node

  constructor(condition: Condition, inner: Node) {
    super({ kind: 'when', ref: condition.ref, is: condition.is, than: condition.than, of: inner })
    this.#condition = condition
    this.#inner = inner
  }
  protected measure(): Sizes {
    return [0, this.#inner.maxSize]
  }
  override head(r: Reader): Node | undefined {
    return holds(this.#condition, this.#condition.ref.read(r)) ? this.#inner : undefined
  }
  read(r: Reader): any {
    return this.head(r)?.read(r)
  }
  write(w: Writer, value: unknown): void {
    const condition = this.#condition
    const { ref, is, than } = condition
    const isThere = value !== undefined
    const known = ref.known(w) ?? undefined
    // Of a field that was left out, what is there or something behind it will say what it is.
    const slot = known === undefined ? ref.slot(w) : undefined
    if (known === undefined && !slot) refuse(w, 'MISMATCH', `depends on ${ref}, which is absent`)
    const { path } = w
    const at = w.out.length
    if (slot ? isThere : holds(condition, known)) this.#inner.write(w, value)
    else if (!slot && isThere) refuse(w, 'MISMATCH', `is there only when ${ref}.${is}(${String(than)})`)
    if (!slot) return
    const ask = (implied: unknown) => {
      if (holds(condition, implied) === isThere) return
      w.path = path
      w.out.length = at
      refuse(w, 'MISMATCH', `${isThere ? 'is there only' : 'must be there'} when ${ref}.${is}(${String(than)})`)
    }
    if (slot.known === undefined) (slot.questions ??= []).push(ask)
    else ask(slot.known)
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
