/**
 * What a framing is: a rule for where one frame ends and the next begins, in both directions.
 *
 *   stream   …| frame            | frame | fra…         TCP keeps none of these boundaries
 *             | head | body |tail|
 *
 * Every framing of a stream keeps this contract:
 * - the same bytes give the same frames, however they are cut into chunks (`chunks()` alone cannot);
 * - an empty frame is a frame; the declared length is checked before a byte of the body is waited for;
 * - the work is linear in the bytes, and the memory held follows what has arrived, never what was announced: at most
 *   max(4 KiB, twice the bytes of the frame in progress, or of the one before it when that was longer);
 * - the end of the stream inside a frame is an error; after its first error a decoder is dead.
 */
import type { Output } from '../bytes/index.js'
import type { Description } from '../codec.js'

/** The longest body that a framing lets pass unless it is told otherwise, in bytes: what NATS, fastify and engine.io settled on. */
export const DEFAULT_MAX_FRAME_LENGTH: number = 1024 * 1024

/** A rule for the boundaries of messages. A value: immutable, shared by any number of connections. */
export interface Framing {
  /** The name of the function that made it. */
  readonly kind: string
  /** What it wants to be fed: the pieces of a stream, cut anywhere, or whole datagrams. */
  readonly over: 'stream' | 'datagrams'
  /** The longest body that may come or go, in bytes. */
  readonly maxFrameLength: number
  /** A decoder for one direction of one connection. */
  decoder(): FrameDecoder
  /** Appends what stands before a body and returns a mark for {@link finish}. The caller then appends the body. */
  begin(output: Output): number
  /**
   * Completes the frame begun at `mark`, whose body is all that was appended since. When it throws, `output` is as it was
   * before {@link begin}.
   *
   * @throws {FrameSizeError} when the body has a length that it cannot have here
   * @throws {FramingUsageError} with `BODY_UNFRAMEABLE` when the receiver would take the body for something else
   */
  finish(output: Output, mark: number): void
  /** This framing as plain data; `framingFrom()` makes it again. */
  describe(): Description
}

/** Takes a frame's body, `bytes[start, end)`: lent, until it returns. */
export type FrameHandler = (bytes: Uint8Array, start: number, end: number) => void

/**
 * Finds the frames of one stream. Write a chunk, then read until it says no, or have all that is there handed over:
 * ```js
 * decoder.write(chunk)
 * while (decoder.read()) handle(decoder.bytes, decoder.start, decoder.end)
 *
 * decoder.write(chunk)
 * decoder.readAll((bytes, start, end) => …)
 * ```
 * The range that it shows is lent: what is to outlive the next `read` or `write` must be copied.
 */
export interface FrameDecoder {
  /** After a successful {@link read}: the storage in which the body lies … */
  readonly bytes: Uint8Array
  /** … from here … */
  readonly start: number
  /** … to before here. Valid until the next `read`, `write`, `keep` or `takeRest`: a range, not a copy. */
  readonly end: number
  /** The longest body that may come, in bytes. A session raises it when a peer has proved who it is. */
  maxFrameLength: number
  /** Bytes that were written and have not been part of a frame that was read. */
  readonly held: number
  /** Bytes of memory that the decoder owns at present, filled or not. */
  readonly reserved: number
  /** After `read` has said no: the length of the frame in progress with all that belongs to it, if that is known yet. */
  readonly expected: number | undefined
  /** Lends a chunk, until `read` has said no or `keep` was called. Does nothing once the decoder is dead. */
  write(chunk: Uint8Array): void
  /** Moves to the next frame; false when there is none yet, and then all bytes of the chunk are copied. @throws {FramingError} */
  read(): boolean
  /** {@link read} until it says no. @throws {FramingError} and what `handle` throws; then the frames behind are still there */
  readAll(handle: FrameHandler): void
  /** Copies what is left of the lent chunk, for a caller that stops between two frames. */
  keep(): void
  /** Takes every unread byte away, for whatever speaks next on this stream. That needs a decoder of its own: this one is spent. */
  takeRest(): Uint8Array
  /** The stream has ended. @throws {FramingError} when it did so inside a frame. */
  finish(): void
}
