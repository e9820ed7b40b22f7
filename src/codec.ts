/**
 * What a codec is: two types, a size, and two directions.
 *
 * `Out` is what decoding gives, `In` what encoding takes; they differ where encoding is the more generous of the two
 * (`struct('!q')` gives a bigint and takes a number as well). `Struct` implements this interface, and so does every
 * combinator of the codec floor; framing, protocol and session know codecs only through it.
 */
import type { Output } from './bytes/index.js'
import type { WirewrightError } from './errors.js'

/**
 * A schema as plain data: JSON-able, lossless, named by `kind`. Generators and the inspector work from it alone. A part that
 * occurs more than once is written out where it first occurs, there with a number; after that it is `{ kind: 'again', id }`.
 */
export interface Description {
  readonly kind: string
  readonly [detail: string]: unknown
}

/** One node of what {@link Codec.inspect} found: a field, where it lies, and what it says. */
export interface Field {
  /** From the message downwards, as one would write it in TypeScript: `samples[3].hz`. Empty for the message itself. */
  readonly path: string
  /** The first byte, counted from the start of the inspected bytes. */
  readonly offset: number
  /** Bytes. Up to the damage, where there is damage. */
  readonly length: number
  /** For a field that does not fill whole bytes: its first bit, counted from the most significant bit of `offset`, and how many. */
  readonly bits?: { readonly first: number; readonly count: number }
  /** The decoded value; absent where decoding failed. */
  readonly value?: unknown
  /** Why decoding stopped here. */
  readonly error?: WirewrightError
  /** The parts, in wire order. */
  readonly fields?: readonly Field[]
}

/** What a message may refer to outside its own bytes: the envelope's header, declared state, the ask that it answers. */
export interface CodecContext {
  readonly header?: unknown
  readonly state?: unknown
  readonly asked?: unknown
}

/** A value and how many bytes it took. */
export interface Decoded<T> {
  readonly value: T
  readonly bytesRead: number
}

/** Finds where one value after the other ends in a stream, looking at each byte once. Made by {@link Codec.boundary}. */
export interface Boundary {
  /**
   * Looks at `bytes[start, end)`, the first bytes of a value. Between two looks at the same value its bytes may have moved;
   * they have not changed.
   *
   * @returns the value's length when it is complete; the next look is then at the next value. Otherwise `-n`: look again
   * when there are `n` bytes, which is the fewest that it can still have and what a limit is to be compared with.
   * @throws {PeerError} when no bytes that could follow would make a value of this
   */
  scan(bytes: Uint8Array, start: number, end: number): number
}

/** Translates between values and bytes. Immutable; safe to share between any number of connections. */
export interface Codec<out Out, in In = Out> {
  /** Bytes of every encoded value, or undefined when it depends on the value. */
  readonly fixedSize: number | undefined
  /** The fewest bytes that a value can take. */
  readonly minSize: number
  /** The most bytes that a value can take; `Infinity` when nothing bounds it. */
  readonly maxSize: number

  /** The bytes of `value`, in an array of their own. @throws {UsageError} when the value does not fit. */
  encode(value: In, context?: CodecContext): Uint8Array
  /** Writes `value` at `offset` and returns how many bytes that took. @throws {UsageError} also when `target` is too short. */
  encodeInto(value: In, target: Uint8Array, offset?: number, context?: CodecContext): number
  /** Appends `value` to `output`: the way of the hot path. Leaves `output.length` as it was when it throws. */
  encodeTo(value: In, output: Output, context?: CodecContext): void
  /** How many bytes `encode(value)` would give. */
  encodedSize(value: In, context?: CodecContext): number

  /**
   * The value in `bytes[start, end)`, all of which it must use. What is returned owns its bytes unless the codec was told
   * otherwise. @throws {PeerError} with path and byte offset.
   */
  decode(bytes: Uint8Array, start?: number, end?: number, context?: CodecContext): Out
  /** The value at `start`, which may be followed by others before `end`. */
  decodeFrom(bytes: Uint8Array, start?: number, end?: number, context?: CodecContext): Decoded<Out>
  /** Every field with its place; never throws for the bytes' sake, but reports damage where it lies. */
  inspect(bytes: Uint8Array, start?: number, end?: number, context?: CodecContext): Field
  /**
   * Finds the ends of values while their bytes are arriving: what makes a codec a grammar for `selfDelimiting`.
   * @throws {UsageError} when nothing in the bytes tells where a value ends.
   */
  boundary?(context?: CodecContext): Boundary
  /** The same codec as plain data. */
  describe(): Description
}

/** What decoding with `C` gives. */
export type Infer<C> = C extends Codec<infer Out, any> ? Out : never
/** What encoding with `C` takes. */
export type InferIn<C> = C extends Codec<any, infer In> ? In : never
