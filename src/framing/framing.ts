/**
 * What a framing is: a rule for where one frame ends and the next begins, in both directions.
 *
 *   stream   …| frame            | frame | fra…         TCP keeps none of these boundaries
 *             | head | body |tail|
 *
 * Every framing keeps this contract:
 * - the same bytes give the same frames, however they are cut into chunks;
 * - an empty frame is a frame; the declared length is checked before a byte of the body is waited for;
 * - the work is linear in the bytes, and the memory held is at most max(4 KiB, twice what was received and not yet read);
 * - the end of the stream inside a frame is an error; after its first error a decoder is dead.
 */
import type { Output } from '../bytes/index.js'
import type { Description } from '../codec.js'
import { PeerError, UsageError } from '../errors.js'

/** The longest body that a framing lets pass unless it is told otherwise, in bytes: what NATS, fastify and engine.io settled on. */
export const DEFAULT_MAX_FRAME_LENGTH: number = 1024 * 1024

/** A rule for the boundaries of messages. A value: immutable, shared by any number of connections. */
export interface Framing {
  /** The name of the function that made it. */
  readonly kind: string
  /** The longest body that may come or go, in bytes. */
  readonly maxFrameLength: number
  /** A decoder for one direction of one connection. */
  decoder(): FrameDecoder
  /** Appends what stands before a body and returns a mark for {@link finish}. The caller then appends the body. */
  begin(output: Output): number
  /** Completes the frame begun at `mark`, whose body is all that was appended since. @throws {FrameSizeError} */
  finish(output: Output, mark: number): void
  /** This framing as plain data. */
  describe(): Description
}

/**
 * Finds the frames of one stream. Write a chunk, then read until it says no:
 * ```js
 * decoder.write(chunk)
 * while (decoder.read()) handle(decoder.bytes, decoder.start, decoder.end)
 * ```
 */
export interface FrameDecoder {
  /** After a successful {@link read}: the storage in which the body lies … */
  readonly bytes: Uint8Array
  /** … from here … */
  readonly start: number
  /** … to before here. Valid until the next `read` or `write`: a range, not a copy. */
  readonly end: number
  /** The longest body that may come, in bytes. A session raises it when a peer has proved who it is. */
  maxFrameLength: number
  /** Bytes that were written and have not been part of a frame that was read. */
  readonly held: number
  /** Lends a chunk, until `read` has said no or `keep` was called. */
  write(chunk: Uint8Array): void
  /** Moves to the next frame; false when there is none yet, and then all bytes of the chunk are copied. @throws {FramingError} */
  read(): boolean
  /** Copies what is left of the lent chunk, for a caller that stops between two frames. */
  keep(): void
  /** Takes every unread byte away, for whatever speaks next on this stream. */
  takeRest(): Uint8Array
  /** The stream has ended. @throws {FramingError} when it did so inside a frame. */
  finish(): void
}

/** What can be wrong with a frame that arrived. */
export type FramingErrorCode = 'FRAME_TOO_LONG' | 'FRAME_TRUNCATED' | 'FRAME_MALFORMED'

/** The peer's bytes are no frame. Where the next one would begin cannot be known, so the stream is over. */
export class FramingError extends PeerError<FramingErrorCode> {}

/** Our own body does not fit its frame. */
export class FrameSizeError extends UsageError<'FRAME_TOO_LONG'> {
  constructor(message: string) {
    super('FRAME_TOO_LONG', message)
  }
}
