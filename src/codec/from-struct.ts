/** Python's struct formats as parts of records, with names for what is in them. */
import type { Codec } from '../codec.js'
import { badDefinition } from './errors.js'
import { nodeOf } from './foreign.js'
import { Mapped } from './mapped.js'
import { checkName } from './names.js'
import { MISS } from './reader.js'
import type { Flat, Schema, SizeOf } from './schema.js'

type Named<Names extends readonly string[], Values> = Flat<{
  [I in keyof Names & `${number}` as Names[I] & string]: I extends keyof Values ? Values[I] : unknown
}>
type Values<C> = C extends Codec<infer Out, any> ? Out : never
type Arguments<C> = C extends Codec<any, infer In> ? In : never

/** As many names as there are values, where both are known. */
type SameCount<Names extends readonly unknown[], Values> = Values extends readonly unknown[]
  ? number extends Names['length'] | Values['length']
    ? unknown
    : { readonly length: Values['length'] }
  : unknown

/**
 * The values of a `Struct` under names, as a record has them. (Without names a `Struct` is a codec already.)
 *
 * @example
 * const Reading = fromStruct(struct('!HI'), ['sensor', 'takenAt'])
 * Reading.encode({ sensor: 1, takenAt: 2 })   // 00 01 00 00 00 02
 */
export function fromStruct<C extends Codec<any, any>, const Names extends readonly string[]>(
  struct: C,
  names: Names & SameCount<Names, Values<C>>,
): Schema<Named<Names, Values<C>>, Readonly<Named<Names, Arguments<C>>>, SizeOf<C>> {
  const node = nodeOf(struct, names)
  for (const name of names) checkName(name, 'value')
  if (struct.describe().kind === 'struct') {
    const count = struct.decode(new Uint8Array(struct.minSize)).length
    if (count !== names.length)
      throw badDefinition(`as many names as values: ${names.length} for ${count ?? 'an object'}`)
  }
  if (new Set(names).size !== names.length) throw badDefinition('names of a struct must differ')
  return new Mapped({ kind: 'named', of: node, names }, node, {
    decode: (values: readonly unknown[]) => {
      const named: Record<string, unknown> = {}
      names.forEach((name, i) => {
        named[name] = values[i]
      })
      return values.length === names.length ? named : MISS
    },
    encode: (named) => (typeof named === 'object' && named !== null ? names.map((name) => named[name]) : MISS),
    what: `an object of ${names.join(', ')}`,
  })
}
