/**
 * Where a value ends, found while its bytes are still arriving.
 *
 *   | what has been looked at | what has not | what has not arrived ...
 *   start                     at             end
 *
 * Every byte is looked at once, however the bytes were cut: between two calls a generator remembers where it was.
 */
import type { CodecContext, Scan } from '../codec.js'
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
    yield* node.scanner(this, mode)
    const { at, end } = this
    this.at = this.start + from
    this.end = at
    const value = read(this)
    this.at = at
    this.end = end
    return value
  }
}

export class Scanning implements Scan {
  readonly #s: Scanner
  readonly #steps: Generator<undefined, void>
  readonly #locate: (thrown: unknown, bytes: Uint8Array, start: number, end: number) => unknown
  #done = false

  constructor(
    steps: (s: Scanner) => Generator<undefined, void>,
    minSize: number,
    locate: (thrown: unknown, bytes: Uint8Array, start: number, end: number) => unknown,
    context: CodecContext | undefined,
  ) {
    this.#s = new Scanner(context)
    this.#s.atLeast = minSize
    this.#steps = steps(this.#s)
    this.#locate = locate
  }

  get atLeast(): number {
    return this.#s.atLeast
  }

  advance(bytes: Uint8Array, start: number, end: number): number | undefined {
    const s = this.#s
    if (this.#done) return s.atLeast
    s.at += start - s.start
    s.start = start
    s.bytes = bytes
    s.end = end
    try {
      this.#done = this.#steps.next().done === true
    } catch (thrown) {
      throw this.#locate(thrown, bytes, start, end)
    }
    if (this.#done) s.atLeast = s.at - start
    return this.#done ? s.atLeast : undefined
  }
}
