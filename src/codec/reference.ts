/**
 * What every combinator knows of references: that there may be one in its shape, and what to ask it. What answers is made
 * by `field()` and its like (see `refs.ts`), so that who uses none of them does not load it.
 */
import type { CodecContext } from '../codec.js'
import type { Reader } from './reader.js'
import type { Writer } from './writer.js'

export type RefSource = 'field' | keyof CodecContext

/** What a reference can be compared with. */
export type Comparable = number | bigint | string | boolean

/** Stands for a value that is known only when a message is at hand. */
export abstract class Reference {
  abstract readonly source: RefSource
  abstract readonly path: readonly string[]
  /** What it stands for while decoding. */
  abstract read(r: Reader): any
  /** Tells the field that it names what that has to say, and complains where it was given and says something else. */
  abstract report(w: Writer, value: Comparable): void
}

/** One use of a reference; `derives` when what uses it implies the field that it names. */
export interface Use {
  readonly ref: Reference
  readonly derives: boolean
}

/** Whether it names a whole field of a record, which can then be implied. */
export function namesField(ref: Reference): boolean {
  return ref.source === 'field' && ref.path.length === 1
}

/** A bigint as the number that it is, where it is exact: who says 1 means 1n as well. */
export function comparable(value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
