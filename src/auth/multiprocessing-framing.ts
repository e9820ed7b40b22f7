/**
 * The frames of CPython's `multiprocessing.connection` (`Connection._send_bytes`).
 *
 *   +------------+---------+
 *   | length: !i | payload |                      up to 2 147 483 647 bytes
 *   +------------+---------+
 *   +------------+------------+---------+
 *   | -1: !i     | length: !Q | payload |         any length
 *   +------------+------------+---------+
 */
import { showBytes } from '../bytes/index.js'
import {
  DEFAULT_MAX_FRAME_LENGTH,
  defineFraming,
  type Framing,
  FramingError,
  type FramingOptions,
  guessSpeaker,
  type Splitter,
} from '../framing/index.js'

/** The longest payload that Python says in the short form, and the longest that we send. */
const SHORT_MAX = 0x7fffffff
const SHORT = 4
const LONG = 12

/**
 * The framing of what follows a {@link multiprocessing} handshake: one frame for each `Connection.send_bytes()`, or for each
 * `Connection.send()`, whose payload is a pickle.
 *
 * A pickle is a program. Nothing here runs it, and on the Python side nothing should either unless the sender is trusted:
 * prefer `send_bytes` and `recv_bytes`.
 *
 * @example
 * ```js
 * import { multiprocessingFraming } from 'wirewright/auth'
 *
 * const decoder = multiprocessingFraming().decoder()
 * decoder.write(Uint8Array.of(0, 0, 0, 2, 104, 105, 0xff))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(2) [ 104, 105 ]
 * console.log(decoder.read(), decoder.held)                                    // false 1
 * ```
 */
export function multiprocessingFraming(options: FramingOptions = {}): Framing {
  return defineFraming('multiprocessingFraming', {
    maxFrameLength: Math.min(options.maxFrameLength ?? DEFAULT_MAX_FRAME_LENGTH, SHORT_MAX),
    splitter: () => new MultiprocessingSplitter(),
    head: SHORT,
    seal(output, start) {
      const length = output.length - start - SHORT
      for (let i = 0; i < SHORT; i++) output.bytes[start + i] = length >>> (24 - 8 * i)
    },
  })
}

class MultiprocessingSplitter implements Splitter {
  head = SHORT
  readonly tail = 0

  split(bytes: Uint8Array, start: number, end: number, maxFrameLength: number): number {
    if (end - start < SHORT) return -SHORT
    this.head = headLength(bytes, start)
    if (end - start < this.head) return -this.head
    const length = payloadLength(bytes, start)
    if (length > maxFrameLength) throw tooLong(bytes, start, end, length, maxFrameLength)
    return this.head + length
  }
}

/** How long the head is whose first four bytes are at `at`: 4 or 12. @throws {FramingError} for another negative length */
export function headLength(bytes: Uint8Array, at: number): 4 | 12 {
  const length = int32(bytes, at)
  if (length < -1)
    throw new FramingError(
      'FRAME_MALFORMED',
      `a length of ${length} bytes; only -1 stands for something, a longer length`,
    )
  return length === -1 ? LONG : SHORT
}

/** The length that the whole head at `at` says; beyond 2^53 rounded, which still is too long. */
export function payloadLength(bytes: Uint8Array, at: number): number {
  const short = int32(bytes, at)
  return short === -1 ? (int32(bytes, at + 4) >>> 0) * 2 ** 32 + (int32(bytes, at + 8) >>> 0) : short
}

function tooLong(bytes: Uint8Array, start: number, end: number, declared: number, limit: number): FramingError {
  const first = Uint8Array.prototype.slice.call(bytes, start, Math.min(end, start + 16))
  const speaker = guessSpeaker(first)
  return new FramingError(
    'FRAME_TOO_LONG',
    `declared length ${declared} exceeds maxFrameLength (${limit})${speaker ? `; ${speaker}` : ''}; the frame begins ${showBytes(first)}`,
    { declared, limit, held: end - start, first },
  )
}

function int32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
}
