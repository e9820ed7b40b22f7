/** Values of the user's own types. */
import type { Codec } from '../codec.js'
import { nodeOf } from './foreign.js'
import { Mapped } from './mapped.js'
import type { DerivesOf, InOf, OutOf, Schema, SizeOf } from './schema.js'

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
