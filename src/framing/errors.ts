/** What goes wrong with frames: on the way in it is the peer's fault, on the way out it is ours. */
import { showBytes } from '../bytes/index.js'
import { PeerError, UsageError } from '../errors.js'
import { guessSpeaker } from './wrong-speaker.js'

/** What can be wrong with a frame that arrived. */
export type FramingErrorCode = 'FRAME_TOO_LONG' | 'FRAME_TRUNCATED' | 'FRAME_MALFORMED'

/** The facts behind a {@link FramingError}, for a program; each is there when it is known. All sizes are in bytes. */
export interface FramingErrorFacts {
  /** What the length field says; a bigint when a number cannot say it exactly. */
  readonly declared?: number | bigint
  /** The `maxFrameLength` that was exceeded. */
  readonly limit?: number
  /** How much of the frame had arrived. */
  readonly held?: number
  /** The length of the whole frame, head and tail included. */
  readonly expected?: number
  /** The first bytes of the frame, 16 at most, as a copy. */
  readonly first?: Uint8Array
}

/** The peer's bytes are no frame. Where the next one would begin cannot be known, so the stream is over. */
export class FramingError extends PeerError<FramingErrorCode> {
  readonly facts: FramingErrorFacts

  constructor(
    code: FramingErrorCode,
    message: string,
    facts: FramingErrorFacts = {},
    options: { cause?: unknown } = {},
  ) {
    super(code, message, options)
    this.facts = facts
  }
}

/** Our own body has a length that its frame cannot have. */
export class FrameSizeError extends UsageError<'FRAME_TOO_LONG' | 'FRAME_TOO_SHORT'> {}

/**
 * Our own program uses a framing wrongly. `FRAMING_INVALID`: its options, its description or the functions it was defined
 * with. `BODY_UNFRAMEABLE`: a body that the receiver could not tell from what stands around it.
 */
export class FramingUsageError extends UsageError<'FRAMING_INVALID' | 'BODY_UNFRAMEABLE'> {}

const FIRST_BYTES = 16

/** A copy of the frame's first bytes, for an error. */
export function firstBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, start, Math.min(end, start + FIRST_BYTES))
}

/**
 * A {@link FramingError} about the frame whose first bytes are `bytes[start, end)`: what is wrong, who else may be
 * speaking or else the `hint`, and how the frame begins.
 */
export function frameError(
  code: FramingErrorCode,
  what: string,
  bytes: Uint8Array,
  start: number,
  end: number,
  { hint, cause, ...facts }: FramingErrorFacts & { hint?: string | undefined; cause?: unknown } = {},
): FramingError {
  const first = firstBytes(bytes, start, end)
  const because = guessSpeaker(first) ?? hint
  const message = `${what}${because ? `; ${because}` : ''}; the frame begins ${showBytes(first)}`
  return new FramingError(code, message, { held: end - start, ...facts, first }, cause === undefined ? {} : { cause })
}

/** For framings that learn how long a frame is only by reading it. */
export function frameTooLong(bytes: Uint8Array, start: number, end: number, limit: number): FramingError {
  return frameError('FRAME_TOO_LONG', `a frame is longer than maxFrameLength (${limit})`, bytes, start, end, { limit })
}
