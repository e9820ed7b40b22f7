/**
 * The part that all framings of a stream share: chunks in, ranges out, and the one place where bytes are kept.
 *
 *   carry: the beginning of a frame whose end has not arrived      chunk: lent by the caller
 *   | fra…                                                         …me | frame | frame | fr… |
 *   0    carried                                                   at                    until
 *
 * A frame that lies whole inside a chunk is a range of it and is never copied. Only the frame that a chunk's end cuts is
 * copied into the carry, and completed there with just the bytes that it lacks. The carry exists only while such a frame does.
 */
import { showBytes } from '../bytes/index.js'
import { type FrameDecoder, FramingError } from './framing.js'

/** The part that differs: where does the frame that begins here end? One per stream, so it may keep state between two looks. */
export interface Splitter {
  /** Bytes of the frame before the body; may be set by each `split`. */
  readonly head: number
  /** Bytes of the frame behind the body. */
  readonly tail: number
  /**
   * Looks at `bytes[start, end)`, a frame's first bytes, at least one.
   *
   * @returns the length of the whole frame, head and tail included, as soon as it is known, even when not all of it is
   * there; otherwise `-n`: ask again when there are `n` bytes of it (`n` greater than `end - start`).
   * @throws {FramingError} when this is no frame, or a longer one than `maxFrameLength` allows its body to be
   */
  split(bytes: Uint8Array, start: number, end: number, maxFrameLength: number): number
  /** For framings that change the body's bytes: the body of the frame at `[start, end)`, as the splitter's own array. */
  unwrap?(bytes: Uint8Array, start: number, end: number): Uint8Array
}

const NOTHING: Uint8Array = new Uint8Array(0)
/** The carry's first size; from there it doubles with what has arrived, so that an announced length alone reserves nothing. */
const FIRST_CARRY = 256
/** How many bytes are tried at once while a frame's length is unknown; too many cost nothing but their copy. */
const PROBE = 512

export class StreamDecoder implements FrameDecoder {
  bytes: Uint8Array = NOTHING
  start = 0
  end = 0
  maxFrameLength: number

  readonly #splitter: Splitter
  #carry = NOTHING
  #carried = 0
  /** How long the carried frame must grow before it is worth another look; positive when that is its whole length. */
  #wanted = 0
  #chunk = NOTHING
  #at = 0
  #until = 0
  /** True when `#chunk` is a copy of ours, which may have room behind `#until`. */
  #owned = false
  #dead: unknown

  constructor(splitter: Splitter, maxFrameLength: number) {
    this.#splitter = splitter
    this.maxFrameLength = maxFrameLength
  }

  get held(): number {
    return this.#carried + this.#until - this.#at
  }

  write(chunk: Uint8Array): void {
    if (this.#at < this.#until) return this.#queue(chunk)
    this.#chunk = chunk
    this.#at = 0
    this.#until = chunk.length
    this.#owned = false
  }

  read(): boolean {
    if (this.#dead !== undefined) throw this.#dead
    try {
      if (this.#carried > 0) return this.#readCarry()
      const start = this.#at
      const available = this.#until - start
      if (available > 0) {
        const length = this.#splitter.split(this.#chunk, start, this.#until, this.maxFrameLength)
        if (length > 0 && length <= available) {
          this.#at = start + length
          this.#found(this.#chunk, start, length)
          return true
        }
        this.#wanted = length
        this.#take(available)
      }
      if (this.#carried === 0) this.#carry = NOTHING
      this.#chunk = NOTHING
      this.#at = this.#until = 0
      return false
    } catch (error) {
      this.#dead = error
      this.takeRest()
      throw error
    }
  }

  keep(): void {
    if (this.#owned || this.#at === this.#until) return
    this.#chunk = Uint8Array.prototype.slice.call(this.#chunk, this.#at, this.#until)
    this.#until -= this.#at
    this.#at = 0
    this.#owned = true
  }

  takeRest(): Uint8Array {
    const rest = new Uint8Array(this.held)
    rest.set(this.#carry.subarray(0, this.#carried))
    rest.set(this.#chunk.subarray(this.#at, this.#until), this.#carried)
    this.#carry = this.#chunk = NOTHING
    this.#carried = this.#at = this.#until = 0
    return rest
  }

  finish(): void {
    if (this.#dead !== undefined) throw this.#dead
    const held = this.held
    if (held === 0) return
    const frame = this.#wanted > 0 ? `a frame of ${this.#wanted}` : 'a frame'
    const message = `the stream ended ${held} bytes into ${frame}: ${showBytes(this.takeRest(), 16)}`
    this.#dead = new FramingError('FRAME_TRUNCATED', message)
    throw this.#dead
  }

  #found(bytes: Uint8Array, start: number, length: number): void {
    const splitter = this.#splitter
    if (splitter.unwrap) {
      this.bytes = splitter.unwrap(bytes, start, start + length)
      this.start = 0
      this.end = this.bytes.length
    } else {
      this.bytes = bytes
      this.start = start + splitter.head
      this.end = start + length - splitter.tail
    }
  }

  /** Completes the carried frame with as few bytes of the chunk as it takes, and gives back those that were too many. */
  #readCarry(): boolean {
    for (;;) {
      const before = this.#carried
      const missing = Math.abs(this.#wanted) - before
      const available = this.#until - this.#at
      if (available < missing) {
        this.#take(available)
        this.#chunk = NOTHING
        this.#at = this.#until = 0
        return false
      }
      this.#take(this.#wanted > 0 ? missing : Math.max(missing, Math.min(available, Math.max(PROBE, before))))
      const length =
        this.#wanted > 0 ? this.#wanted : this.#splitter.split(this.#carry, 0, this.#carried, this.maxFrameLength)
      if (length > 0 && length <= this.#carried) {
        this.#at -= this.#carried - length
        this.#carried = 0
        this.#found(this.#carry, 0, length)
        return true
      }
      this.#wanted = length
    }
  }

  /** Moves `count` bytes from the chunk to the carry. */
  #take(count: number): void {
    const carried = this.#carried + count
    if (carried > this.#carry.length) {
      const grown = new Uint8Array(this.#roomFor(carried))
      grown.set(this.#carry.subarray(0, this.#carried))
      this.#carry = grown
    }
    this.#carry.set(this.#chunk.subarray(this.#at, this.#at + count), this.#carried)
    this.#at += count
    this.#carried = carried
  }

  /** Doubling keeps the copies linear; a frame whose length is known never gets more than that length. */
  #roomFor(length: number): number {
    const doubled = Math.max(FIRST_CARRY, 2 * length)
    return this.#wanted > 0 ? Math.max(length, Math.min(doubled, this.#wanted)) : doubled
  }

  /** A chunk that comes while an earlier one is unread joins it in a copy of ours. */
  #queue(chunk: Uint8Array): void {
    const unread = this.#until - this.#at
    const length = unread + chunk.length
    if (!this.#owned || this.#until + chunk.length > this.#chunk.length) {
      const grown = new Uint8Array(this.#owned ? 2 * length : length)
      grown.set(this.#chunk.subarray(this.#at, this.#until))
      this.#chunk = grown
      this.#at = 0
      this.#until = unread
      this.#owned = true
    }
    this.#chunk.set(chunk, this.#until)
    this.#until += chunk.length
  }
}
