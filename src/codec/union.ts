/**
 * One of several codecs, chosen by a tag.
 *
 *   union(u8, { … })               | tag | the variant |
 *   union(field('kind'), { … })    | kind | … | the variant |
 */
import type { Codec } from '../codec.js'
import { badDefinition, show } from './errors.js'
import { nodeOf } from './foreign.js'
import { Node, type Sizes } from './node.js'
import { fail, join, type Reader, readPart } from './reader.js'
import { type Comparable, comparable, Reference } from './reference.js'
import type { FieldRef, Ref } from './refs.js'
import type { Scan, Scanner } from './scan.js'
import type { DerivesOf, InOf, OutOf, Schema } from './schema.js'
import { refuse, type Writer, writePart } from './writer.js'
import { checkTaken } from './written.js'

interface Variant {
  readonly name: string
  readonly tag: Comparable
  readonly of: Node
}

class Union extends Node {
  readonly #tag: Node | Reference
  readonly #byTag: ReadonlyMap<unknown, Variant>
  readonly #byName: ReadonlyMap<unknown, Variant>
  readonly #otherwise: Node | undefined

  constructor(tag: Node | Reference, variants: readonly Variant[], otherwise: Node | undefined) {
    super({ kind: 'union', tag, variants, otherwise }, { implies: tag instanceof Reference ? tag : undefined })
    this.#tag = tag
    this.#byTag = new Map(variants.map((variant) => [comparable(variant.tag), variant]))
    this.#byName = new Map(variants.map((variant) => [variant.name, variant]))
    this.#otherwise = otherwise
    if (tag instanceof Node) for (const variant of variants) checkTaken(tag, variant.tag, variant.name)
    if (this.#byTag.size !== variants.length) throw badDefinition('two variants have the same tag')
    if (this.#byName.has('otherwise')) throw badDefinition("no variant can be called 'otherwise'")
  }

  protected measure(): Sizes {
    const [min, max] = this.#tag instanceof Reference ? [0, 0] : [this.#tag.minSize, this.#tag.maxSize]
    const nodes = [...this.#byTag.values()].map(({ of }) => of)
    if (this.#otherwise) nodes.push(this.#otherwise)
    return [min + Math.min(...nodes.map((node) => node.minSize)), max + Math.max(...nodes.map((node) => node.maxSize))]
  }

  /** What the tag, which was read at `at`, stands for. */
  #choose(r: Reader, tag: unknown, at: number): Node {
    return (
      this.#byTag.get(comparable(tag))?.of ??
      this.#otherwise ??
      fail(r, 'BAD_VALUE', `no variant has the tag ${show(tag)}`, at)
    )
  }

  read(r: Reader): { type: string; value: unknown } {
    const { at, trace } = r
    const tag = this.#tag instanceof Reference ? this.#tag.read(r) : readPart(r, this.#tag, 'type')
    const variant = this.#byTag.get(comparable(tag))
    // Who looks closer sees what decoding gives: by name, or as the tag that nobody has named.
    const shown = trace?.fields?.[0]
    if (shown && variant) shown.value = variant.name
    else if (shown && this.#otherwise) shown.path = join(trace.path, 'tag')
    const value = readPart(r, this.#choose(r, tag, at), 'value')
    return variant ? { type: variant.name, value } : ({ type: 'otherwise', tag, value } as never)
  }

  write(w: Writer, given: any): void {
    if (typeof given !== 'object' || given === null) refuse(w, 'WRONG_TYPE', `${show(given)} is no object`)
    const variant = this.#byName.get(given.type)
    const { tag, of } = variant ?? { tag: given.tag, of: given.type === 'otherwise' ? this.#otherwise : undefined }
    if (!of)
      return refuse(w, 'OUT_OF_RANGE', `type ${show(given.type)} is not one of ${[...this.#byName.keys()].join(', ')}`)
    if (!variant && this.#byTag.has(comparable(tag))) refuse(w, 'MISMATCH', `tag ${show(tag)} has a variant of its own`)
    if (this.#tag instanceof Reference) this.#tag.report(w, tag)
    else this.#tag.write(w, tag)
    writePart(w, of, given.value, 'value')
  }

  override *scan(s: Scanner): Scan {
    const tag = this.#tag instanceof Reference ? this.#tag.read(s) : yield* s.value(this.#tag)
    yield* this.#choose(s, tag, s.at).scan(s)
  }
}

/** A tag and the codec that it stands for, by the variant's name. */
export type Variants = Readonly<Record<string, readonly [tag: Comparable, codec: Codec<any, any>]>>

export interface UnionOptions<Otherwise extends Codec<any, any> | undefined> {
  /** For tags that no variant has. Nothing, because what nobody has described cannot be understood. */
  readonly otherwise?: Otherwise
}

type UnionOut<V extends Variants, Otherwise> =
  | { [K in keyof V]: { type: K; value: OutOf<V[K][1]> } }[keyof V]
  | (Otherwise extends Codec<any, any> ? { type: 'otherwise'; tag: any; value: OutOf<Otherwise> } : never)
type UnionIn<V extends Variants, Otherwise> =
  | { [K in keyof V]: { readonly type: K; readonly value: InOf<V[K][1]> } }[keyof V]
  | (Otherwise extends Codec<any, any>
      ? { readonly type: 'otherwise'; readonly tag: any; readonly value: InOf<Otherwise> }
      : never)

/**
 * One of several variants: `{ type, value }`. The tag is a codec of its own in front, or a field that came before, which
 * then need not be given for encoding.
 *
 * @example
 * const Shape = union(u8, { circle: [1, record({ r: u16 })], square: [2, record({ side: u16 })] })
 * Shape.encode({ type: 'square', value: { side: 3 } })   // 02 00 03
 */
export function union<
  V extends Variants,
  Name extends string,
  Otherwise extends Codec<any, any> | undefined = undefined,
>(
  tag: FieldRef<Name>,
  variants: V,
  options?: UnionOptions<Otherwise>,
): Schema<UnionOut<V, Otherwise>, UnionIn<V, Otherwise>, number | undefined, Name | DerivesOf<V[keyof V][1]>>
export function union<V extends Variants, Otherwise extends Codec<any, any> | undefined = undefined>(
  tag: Codec<any, any> | Ref,
  variants: V,
  options?: UnionOptions<Otherwise>,
): Schema<UnionOut<V, Otherwise>, UnionIn<V, Otherwise>, number | undefined, DerivesOf<V[keyof V][1]>>
export function union(
  tag: Codec<any, any> | Ref,
  variants: Variants,
  { otherwise }: UnionOptions<Codec<any, any> | undefined> = {},
): Schema<any, any, any, any> {
  return new Union(
    tag instanceof Reference ? tag : nodeOf(tag as Codec<any, any>),
    Object.entries(variants).map(([name, [tag, codec]]) => ({ name, tag, of: nodeOf(codec) })),
    otherwise && nodeOf(otherwise),
  )
}
