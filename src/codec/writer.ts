/** One encoding under way: where the bytes go, and what is not known yet. */
import type { Output } from '../bytes/index.js'
import type { CodecContext } from '../codec.js'
import { CodecError, type CodecErrorCode } from './errors.js'
import type { Node } from './node.js'
import { join, MISS, messageOf } from './reader.js'
import type { Comparable } from './reference.js'

/** The record that is being written, for the fields that depend on others of it. */
export interface Frame {
  readonly values: Readonly<Record<string, any>>
  readonly outer: Frame | undefined
  /** All fields of the record, in order. */
  readonly fields: readonly { readonly name: string; readonly node: Node }[]
  /** Where each field begins, of those that have been come to. */
  readonly starts: number[]
  /** By the same index, what was left out of the value. */
  readonly pending: (Slot | undefined)[]
  readonly mode: number
  /** The record's path, where that is watched. */
  readonly path: string | undefined
}

/** A field that was left out. */
export interface Slot {
  /** What another field has said that it is. */
  known?: Comparable
  /** What is to be asked when it is known. */
  questions?: ((known: unknown) => void)[]
}

export class Writer {
  readonly out: Output
  /** Where the message begins in `out`. */
  readonly base: number
  readonly context: CodecContext | undefined
  /** See `mode.ts`. */
  mode: number
  /** Levels of `lazy`. */
  depth = 0
  frame: Frame | undefined = undefined
  /** Watched only while looking for the place of an error. */
  path: string | undefined = undefined
  /** The last place from which on nothing may move any more, because what is written there depends on where it is. */
  settled = -1
  /** What back references and offsets remember of this message. */
  memory: Map<object, Map<string, number>> | undefined = undefined
  /** What is to be written behind the message, in this order. */
  later: (() => void)[] | undefined = undefined

  constructor(out: Output, context: CodecContext | undefined, mode: number) {
    this.out = out
    this.base = out.length
    this.context = context
    this.mode = mode
  }
}

/** Gives up on the value; without a writer, on what would lie at a known place. */
export function refuse(w: Writer | undefined, code: CodecErrorCode, message: string): never {
  throw w?.path === undefined ? MISS : new CodecError(code, message, w.path, w.out.length - w.base)
}

/** Writes a part of something larger, a field with its name or an element with its index. */
export function writePart(w: Writer, node: Node, value: unknown, key: string | number): void {
  const { path } = w
  if (path === undefined) {
    node.write(w, value)
    return
  }
  w.path = join(path, key)
  try {
    node.write(w, value)
  } catch (thrown) {
    throw thrown instanceof CodecError
      ? thrown
      : new CodecError('REFUSED', messageOf(thrown), w.path, w.out.length - w.base, { cause: thrown })
  }
  w.path = path
}

/** Writes what was put off until the message itself was complete. */
export function finish(w: Writer): void {
  // Each may put off more.
  for (let i = 0; w.later && i < w.later.length; i++) w.later[i]!()
}

/**
 * Has something written at `at`, where `size` bytes were kept for it: 0 when nobody could know how many, and what lies
 * behind it has to move. Returns how far that moved.
 */
export function moveInto(w: Writer, at: number, size: number, write: () => void): number {
  const { out } = w
  const end = out.length
  if (size > 0) {
    out.length = at
    write()
    out.length = end
    return 0
  }
  write()
  const piece = out.copy(end)
  out.bytes.copyWithin(at + piece.length, at, end)
  out.bytes.set(piece, at)
  if (w.settled >= at)
    refuse(
      w,
      'BAD_DEFINITION',
      'what depends on its place in the message cannot lie behind a length whose own size varies',
    )
  return piece.length
}
