/**
 * Where a value ends, found while its bytes are still arriving.
 *
 *   | what has been looked at | what has not | what has not arrived ...
 *   start                     at             end
 *
 * Every byte is looked at once, however the bytes were cut: between two calls a generator remembers where it was.
 */
import type { Boundary, CodecContext } from '../codec.js'
import type { Mode } from './mode.js'
import type { Node } from './node.js'
import { type Read, Reader } from './reader.js'

/** A reader that can wait for more. */
export class Scanner extends Reader {
  start = 0
  /** The fewest bytes that the value can take, as far as it is known. */
  atLeast = 0

  constructor(context: CodecContext | undefined) {
    super(new Uint8Array(0), 0, 0, context)
  }

  /** Waits until `count` more bytes are there. */
  *need(count: number): Generator<undefined, void> {
    while (this.end - this.at < count) {
      this.atLeast = Math.max(this.atLeast, this.at - this.start + count)
      yield
    }
  }

  /** Waits until all of a part is there, and reads it. */
  *value(node: Node, read: Read, mode: Mode): Generator<undefined, any> {
    const from = this.at - this.start
    const { free } = this
    yield* node.scanner(this, mode)
    const { at, end } = this
    this.at = this.start + from
    this.end = at
    this.free = free
    const value = read(this)
    this.at = at
    this.end = end
    return value
  }
}

export class BoundaryScanner implements Boundary {
  readonly #begin: (s: Scanner) => Generator<undefined, void>
  readonly #locate: (thrown: unknown, bytes: Uint8Array, start: number, end: number) => unknown
  readonly #context: CodecContext | undefined
  /** The value that is being looked at. */
  #s: Scanner | undefined
  #steps: Generator<undefined, void> | undefined

  constructor(
    begin: (s: Scanner) => Generator<undefined, void>,
    locate: (thrown: unknown, bytes: Uint8Array, start: number, end: number) => unknown,
    context: CodecContext | undefined,
  ) {
    this.#begin = begin
    this.#locate = locate
    this.#context = context
  }

  scan(bytes: Uint8Array, start: number, end: number): number {
    this.#s ??= new Scanner(this.#context)
    const s = this.#s
    this.#steps ??= this.#begin(s)
    s.at += start - s.start
    s.start = start
    s.base = start
    s.bytes = bytes
    s.end = end
    s.limit = end
    try {
      if (this.#steps.next().done !== true) return -Math.max(s.atLeast, end - start + 1)
    } catch (thrown) {
      throw this.#locate(thrown, bytes, start, end)
    }
    this.#s = undefined
    this.#steps = undefined
    return s.at - start
  }
}
