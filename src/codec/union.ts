/**
 * One of several codecs, chosen by a tag.
 *
 *   union(u8, { … })               | tag | the variant |
 *   union(field('kind'), { … })    | kind | … | the variant |
 */
import { quote } from '../bytes/index.js'
import type { Codec, Description } from '../codec.js'
import { badDefinition, show } from './errors.js'
import { nodeOf } from './foreign.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import { describeRef, literal, literals, plain } from './plain.js'
import { fail, type Read, type Reader } from './reader.js'
import { type Comparable, comparable, type FieldRef, Ref, report, resolveRead } from './refs.js'
import type { Scanner } from './scan.js'
import type { DerivesOf, InOf, OutOf, Schema } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import { refuse, type Write } from './writer.js'

interface Variant {
  readonly name: string
  readonly tag: Comparable
  readonly node: Node
}

class Union extends Node {
  readonly #tag: Node | Ref
  readonly #variants: readonly Variant[]
  readonly #otherwise: Node | undefined

  constructor(tag: Node | Ref, variants: readonly Variant[], otherwise: Node | undefined) {
    const nodes = variants.map(({ node }) => node)
    if (otherwise) nodes.push(otherwise)
    super(
      tag instanceof Ref ? nodes : [tag, ...nodes],
      tag instanceof Ref ? [{ ref: tag, derives: tag.source === 'field' && tag.path.length === 1 }] : [],
    )
    this.#tag = tag
    this.#variants = variants
    this.#otherwise = otherwise
    if (new Set(variants.map((variant) => comparable(variant.tag))).size !== variants.length)
      throw badDefinition('two variants have the same tag')
    if (variants.some(({ name }) => name === 'otherwise')) throw badDefinition("no variant can be called 'otherwise'")
  }

  get #nodes(): Node[] {
    return [...this.#variants.map(({ node }) => node), ...(this.#otherwise ? [this.#otherwise] : [])]
  }

  protected measure(): Sizes {
    const [min, max] = this.#tag instanceof Ref ? [0, 0] : [this.#tag.minSize, this.#tag.maxSize]
    const nodes = this.#nodes
    return [min + Math.min(...nodes.map((node) => node.minSize)), max + Math.max(...nodes.map((node) => node.maxSize))]
  }

  describe(): Description {
    return {
      kind: 'union',
      tag: this.#tag instanceof Ref ? describeRef(this.#tag) : this.#tag.describe(),
      variants: this.#variants.map(({ name, tag, node }) => ({ name, tag: plain(tag), of: node.describe() })),
      ...(this.#otherwise && { otherwise: this.#otherwise.describe() }),
    }
  }

  #tagReader(mode: Mode): (r: Reader) => unknown {
    const tag = this.#tag
    return tag instanceof Ref ? (r) => resolveRead(r, tag) : mode.read(tag, 'type')
  }

  reader(mode: Mode): Read {
    const readTag = this.#tagReader(mode)
    const reads = new Map<unknown, { name: string; read: Read }>(
      this.#variants.map(({ name, tag, node }) => [comparable(tag), { name, read: mode.read(node, 'value') }]),
    )
    const otherwise = this.#otherwise && mode.read(this.#otherwise, 'value')
    return (r) => {
      const { at } = r
      const tag = readTag(r)
      const found = reads.get(comparable(tag))
      if (found) return { type: found.name, value: found.read(r) }
      if (!otherwise) fail(r, 'BAD_VALUE', `no variant has the tag ${show(tag)}`, at)
      return { type: 'otherwise', tag, value: otherwise(r) }
    }
  }

  writer(mode: Mode): Write {
    const ref = this.#tag
    const writeTag: Write = ref instanceof Ref ? (w, value) => report(w, ref, value) : ref.writer(mode)
    const writes = new Map<unknown, { tag: Comparable; write: Write }>(
      this.#variants.map(({ name, tag, node }) => [name, { tag, write: mode.write(node, 'value') }]),
    )
    const otherwise = this.#otherwise && mode.write(this.#otherwise, 'value')
    return (w, value) => {
      if (typeof value !== 'object' || value === null) refuse(w, 'WRONG_TYPE', `${show(value)} is no object`)
      const found = writes.get(value.type)
      if (!found && !(otherwise && value.type === 'otherwise'))
        refuse(w, 'OUT_OF_RANGE', `type ${show(value.type)} is not one of ${[...writes.keys()].join(', ')}`)
      if (!found && this.#variants.some(({ tag }) => comparable(tag) === comparable(value.tag)))
        refuse(w, 'MISMATCH', `tag ${show(value.tag)} has a variant of its own`)
      writeTag(w, found ? found.tag : value.tag)
      ;(found ? found.write : otherwise!)(w, value.value)
    }
  }

  override *scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    const read = this.#tagReader(mode)
    const tag = this.#tag instanceof Ref ? read(s) : yield* s.value(this.#tag, read, mode)
    const node = this.#variants.find((variant) => comparable(variant.tag) === comparable(tag))?.node ?? this.#otherwise
    if (!node) return fail(s, 'BAD_VALUE', '')
    yield* node.scanner(s, mode)
  }

  override get implies(): string | undefined {
    return this.uses[0]?.derives && this.#tag instanceof Ref ? this.#tag.path[0] : undefined
  }
  override impliedSource(source: WriteSource, value: string): string {
    const tags = new Map(this.#variants.map(({ name, tag }) => [name, tag]))
    const tagOf = (given: any) => tags.get(given?.type) ?? given?.tag
    return `${source.outside(tagOf)}(${value})`
  }

  override emitRead(source: ReadSource): string {
    const tag = this.#tag instanceof Ref ? source.let(source.ref(this.#tag)) : source.part(this.#tag)
    const result = source.name()
    source.line(`let ${result};`)
    source.block(`switch(${tag})`, () => {
      for (const { name, tag: wanted, node } of this.#variants)
        source.block(
          literals(wanted)
            .map((one) => `case ${one}:`)
            .join(''),
          () => source.line(`${result}={type:${quote(name)},value:${source.part(node)}};`),
          0,
          'break;',
        )
      if (!this.#otherwise) source.line('default:throw M;')
      else
        source.block('default:', () =>
          source.line(`${result}={type:'otherwise',tag:${tag},value:${source.part(this.#otherwise!)}};`),
        )
    })
    return result
  }

  override emitWrite(source: WriteSource, value: string): boolean {
    if (this.#otherwise) return false
    const tagged = this.#tag
    source.missIf(`typeof ${value}!=='object'||${value}===null`)
    source.block(`switch(${value}.type)`, () => {
      for (const { name, tag, node } of this.#variants)
        source.block(
          `case ${quote(name)}:`,
          () => {
            const given = source.let(literal(tag))
            if (tagged instanceof Ref) source.report(tagged, given)
            else source.part(tagged, given)
            source.part(node, source.let(`${value}.value`))
          },
          0,
          'break;',
        )
      source.line('default:throw M;')
    })
    return true
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
    tag instanceof Ref ? tag : nodeOf(tag),
    Object.entries(variants).map(([name, [tag, codec]]) => ({ name, tag, node: nodeOf(codec) })),
    otherwise && nodeOf(otherwise),
  )
}
