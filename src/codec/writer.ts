/** One encoding under way: where the bytes go, and what is not known yet. */
import type { Output } from '../bytes/index.js'
import type { CodecContext } from '../codec.js'
import { CodecError, type CodecErrorCode } from './errors.js'
import { join, MISS, messageOf } from './reader.js'

/** Encodes one value at the end of `writer.out`. */
export type Write = (writer: Writer, value: any) => void

/** The record that is being written, for the fields that depend on others of it. */
export interface Frame {
  readonly values: Readonly<Record<string, any>>
  readonly outer: Frame | undefined
  /** Fields that were left out of the value: where they belong, and how to write them when another field tells. */
  readonly pending: Map<string, Slot>
  /** Where each field begins. */
  readonly starts: Map<string, number>
  /** The record's path, where that is watched. */
  readonly path?: string | undefined
}

/** The place of a field that is not known yet. */
export interface Slot {
  at: number
  /** 0 when the size is not known either. */
  readonly size: number
  readonly write: Write
  /** What another field has said that it is. */
  known?: { readonly value: number | bigint | string }
  /** What is to be asked when it is known. */
  questions?: ((known: unknown) => void)[]
}

export class Writer {
  readonly out: Output
  /** Where the message begins in `out`. */
  readonly base: number
  readonly context: CodecContext | undefined
  /** Levels of `lazy`. */
  depth = 0
  frame: Frame | undefined = undefined
  /** The element that comes next, for the path. */
  index = 0
  /** Watched only while looking for the place of an error. */
  path: string | undefined = undefined
  /** The last place from which on nothing may move any more, because what is written there depends on where it is. */
  settled = -1
  /** What back references and offsets remember of this message. */
  memory: Map<object, Map<string, number>> | undefined = undefined
  /** What is to be written behind the message, in this order. */
  later: (() => void)[] | undefined = undefined

  constructor(out: Output, context: CodecContext | undefined) {
    this.out = out
    this.base = out.length
    this.context = context
  }
}

/** Gives up on the value. */
export function refuse(w: Writer, code: CodecErrorCode, message: string): never {
  throw w.path === undefined ? MISS : new CodecError(code, message, w.path, w.out.length - w.base)
}

/** Writes with `key`, or its index, added to the path. */
export function tracked(write: Write, key?: string): Write {
  return (w, value) => {
    const path = w.path!
    w.path = join(path, key ?? w.index)
    try {
      write(w, value)
    } catch (thrown) {
      throw thrown instanceof CodecError
        ? thrown
        : new CodecError('REFUSED', messageOf(thrown), w.path, w.out.length - w.base, { cause: thrown })
    }
    w.path = path
  }
}

/** Writes what was put off until the message itself was complete. */
export function finish(w: Writer): void {
  // Each may put off more.
  for (let i = 0; w.later && i < w.later.length; i++) w.later[i]!()
}
