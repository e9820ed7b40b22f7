/**
 * Bytes on their way out: one growing array that encoders append to.
 *
 *   | written ................ | room ........ |
 *   0                     length     bytes.length
 *
 * A connection has one of these; all that a turn has to say is appended and leaves in one write.
 */
const FIRST_CAPACITY = 256
/**
 * Up to here a loop is faster than a call of set(), which takes 13 ns for any number of bytes (a loop over 32 takes 25 to
 * 32), and 45 with the view that it needs of a part.
 */
const WHOLE_BY_LOOP = 12
const PART_BY_LOOP = 64
/** What every output begins with: a connection that says nothing costs no storage. */
const NOTHING: Uint8Array = new Uint8Array(0)

export class Output {
  /** The storage. Only the first {@link length} bytes mean anything; replaced by a larger one when room runs out. */
  bytes: Uint8Array
  /** Bytes written so far. Setting it back takes the last bytes back. */
  length = 0

  constructor(capacity = 0) {
    this.bytes = capacity === 0 ? NOTHING : new Uint8Array(capacity)
  }

  /** Makes room for `count` more bytes and returns where they begin. The room may hold old bytes: write every one of them. */
  reserve(count: number): number {
    const start = this.length
    const end = start + count
    if (end > this.bytes.length) this.#grow(end)
    this.length = end
    return start
  }

  /** Appends `bytes[start, end)`. */
  append(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    const at = this.reserve(end - start)
    const target = this.bytes
    const isWhole = start === 0 && end === bytes.length
    if (end - start <= (isWhole ? WHOLE_BY_LOOP : PART_BY_LOOP))
      for (let i = start, to = at; i < end; i++, to++) target[to] = bytes[i]!
    else target.set(isWhole ? bytes : bytes.subarray(start, end), at)
  }

  /** A copy of what was written from `start` on. */
  copy(start = 0): Uint8Array {
    // Uint8Array's own slice, never a Buffer's, which would be a view.
    return Uint8Array.prototype.slice.call(this.bytes, start, this.length)
  }

  #grow(end: number): void {
    const grown = new Uint8Array(Math.max(end, this.bytes.length * 2, FIRST_CAPACITY))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }
}
