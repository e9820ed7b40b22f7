/** Values of the user's own types, and values that the user's own rules admit. */
import type { Codec } from '../codec.js'
import { nodeOf } from './foreign.js'
import { Mapped } from './mapped.js'
import type { DerivesOf, InOf, OutOf, Schema, SizeOf } from './schema.js'
import type { StandardSchema } from './standard-schema.js'

/** Both directions of {@link transform}. Whatever they throw becomes the cause of a typed error. */
export interface Transformation<Out, In, T, TIn = T> {
  readonly decode: (value: Out) => T
  readonly encode: (value: TIn) => In
  /** What the values are, for descriptions. */
  readonly name?: string
}

/**
 * The values of `codec` as something else.
 *
 * @example
 * const Celsius = transform(i16, { decode: (raw) => raw / 10, encode: (celsius: number) => Math.round(celsius * 10) })
 * Celsius.encode(21.5)   // 00 d7
 */
export function transform<C extends Codec<any, any>, T, TIn = T>(
  codec: C,
  { decode, encode, name }: Transformation<OutOf<C>, InOf<C>, T, TIn>,
): Schema<T, TIn, SizeOf<C>, DerivesOf<C>> {
  const node = nodeOf(codec)
  return new Mapped({ kind: 'transform', of: node, name }, node, {
    decode,
    encode,
    what: name ?? 'what it should be',
  })
}

/** What the field has to do with the schema that refines it. */
export interface RefineOptions {
  /** What the values are, for descriptions. */
  readonly name?: string
}

/**
 * Only those values of `codec` that `schema` admits, in both directions: any Standard Schema that answers at once. What
 * it makes of them is what decoding gives.
 *
 * @example
 * const Even = refine(u8, evenNumber)   // evenNumber: a schema of zod, valibot, arktype, … or of your own
 */
export function refine<C extends Codec<any, any>, T>(
  codec: C,
  schema: StandardSchema<OutOf<C>, T>,
  { name }: RefineOptions = {},
): Schema<T, InOf<C>, SizeOf<C>, DerivesOf<C>> {
  const node = nodeOf(codec)
  const admit = (value: unknown) => {
    const result = schema['~standard'].validate(value)
    if (result instanceof Promise) throw new TypeError('a schema that answers later cannot refine a codec')
    const [issue] = result.issues ?? []
    if (issue) throw new Error(issue.message)
    return (result as { value: T }).value
  }
  return new Mapped({ kind: 'refine', of: node, name }, node, {
    decode: admit,
    encode: (value) => {
      admit(value)
      return value
    },
    what: 'admitted',
  })
}
