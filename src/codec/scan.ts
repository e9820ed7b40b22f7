/**
 * Where a value ends, found while its bytes are still arriving.
 *
 *   | what has been looked at | what has not | what has not arrived ...
 *   start                     at             end
 *
 * Every byte is looked at once, however the bytes were cut: between two calls a generator remembers where it was.
 */
import type { Boundary, CodecContext } from '../codec.js'
import { locate } from './blame.js'
import type { Node } from './node.js'
import { Reader } from './reader.js'

/** What it does until it has to wait for more. */
export type Scan<T = void> = Generator<undefined, T>

/** A reader that can wait for more. */
export class Scanner extends Reader {
  start = 0
  /** The fewest bytes that the value can take, as far as it is known. */
  atLeast = 0

  constructor(context: CodecContext | undefined) {
    super(new Uint8Array(0), 0, 0, context, 0)
  }

  /** Waits until `count` more bytes are there. */
  *need(count: number): Scan {
    while (this.end - this.at < count) {
      this.atLeast = Math.max(this.atLeast, this.at - this.start + count)
      yield
    }
  }

  /** Takes a small step, which fails as long as it lacks bytes. */
  *step<T>(take: () => T): Scan<T> {
    for (;;) {
      const { at } = this
      this.lacks = 0
      try {
        return take()
      } catch (thrown) {
        if (this.lacks === 0) throw thrown
      }
      this.at = at
      yield* this.need(this.lacks - at)
    }
  }

  /** Waits until all of a part is there, and reads it. */
  *value(node: Node): Scan<any> {
    const from = this.at - this.start
    const { free } = this
    yield* node.scan(this)
    const { at, end } = this
    this.at = this.start + from
    this.end = at
    this.free = free
    const value = node.read(this)
    this.at = at
    this.end = end
    return value
  }

  /** Goes to where the bytes are now; their first is still that of the value. */
  moveTo(bytes: Uint8Array, start: number, end: number): void {
    const moved = start - this.start
    this.at += moved
    this.searched += moved
    this.start = start
    this.base = start
    this.bytes = bytes
    this.end = end
    this.limit = end
  }
}

export class BoundaryScanner implements Boundary {
  readonly #node: Node
  readonly #context: CodecContext | undefined
  /** The value that is being looked at. */
  #s: Scanner | undefined
  #steps: Scan | undefined

  constructor(node: Node, context: CodecContext | undefined) {
    this.#node = node
    this.#context = context
  }

  scan(bytes: Uint8Array, start: number, end: number): number {
    this.#s ??= new Scanner(this.#context)
    const s = this.#s
    this.#steps ??= this.#node.scan(s)
    s.moveTo(bytes, start, end)
    try {
      if (this.#steps.next().done !== true) return -Math.max(s.atLeast, end - start + 1)
    } catch (thrown) {
      throw locate(this.#node, thrown, bytes, start, end, this.#context, false)
    }
    this.#s = undefined
    this.#steps = undefined
    return s.at - start
  }
}
