/** The type that every combinator returns. */
import type { Boundary, Codec, CodecContext } from '../codec.js'
import type { StandardSchema } from './standard-schema.js'

/**
 * A codec that can be a part of others, and whose size is known to the type where it is fixed. It is a Standard Schema too:
 * validating a value encodes it and decodes it again.
 *
 * `Derives` names the fields of the enclosing record that this one implies (`array(u16, field('count'))`: `'count'`).
 */
export interface Schema<
  Out,
  In = Out,
  Size extends number | undefined = number | undefined,
  Derives extends string = never,
> extends Codec<Out, In>,
    StandardSchema<Out> {
  readonly fixedSize: Size
  /** A codec whose grammar says where values end is a framing: `selfDelimiting(codec)`. */
  boundary(context?: CodecContext): Boundary
  readonly '~derives'?: Derives
}

/** Any codec, where only its types matter. */
export type AnyCodec = Codec<any, any>

/** What decoding with `C` gives. */
export type OutOf<C> = C extends Codec<infer Out, any> ? Out : never
/** What encoding with `C` takes. */
export type InOf<C> = C extends Codec<any, infer In> ? In : never
/** The fixed size of `C`, `undefined` where there is none, or both when the type does not know. */
export type SizeOf<C> = C extends { readonly fixedSize: infer Size extends number | undefined } ? Size : undefined
/** The fields that `C` implies. */
export type DerivesOf<C> = '~derives' extends keyof C ? Extract<C['~derives'], string> : never

/** One object type instead of an intersection, so that it reads well in an editor. */
export type Flat<T> = { [K in keyof T]: T[K] } & {}
