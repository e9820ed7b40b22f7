/**
 * SLIP (RFC 1055): a byte that ends the frame, and another that stands before those two where they occur in the body.
 *
 *   body         01 c0 02 db
 *   frame    c0  01 db dc 02 db dd  c0
 */
import { findByte, type Output } from '../bytes/index.js'
import { defineFraming, type FramingOptions } from './define.js'
import { FrameSizeError, FramingError, frameTooLong } from './errors.js'
import type { Framing } from './framing.js'
import { stated } from './spelling.js'
import type { Splitter } from './stream-decoder.js'

const END = 0xc0
const ESC = 0xdb
const ESCAPED_END = 0xdc
const ESCAPED_ESC = 0xdd

/** How SLIP may differ. */
export interface SlipOptions extends FramingOptions {
  /**
   * Whether to send an END before each frame as well. True by default, as in the RFC's own program and in OSC 1.1: it ends
   * whatever noise came before. Receiving takes both.
   */
  leadingEnd?: boolean
}

/**
 * SLIP frames. An empty frame cannot be told from two ENDs in a row, which the RFC has receivers pass over: so none ever
 * arrives, and sending one is an error. An escape of anything but the two bytes is an error, too.
 *
 * @example
 * ```js
 * import { slip } from 'wirewright/framing'
 *
 * const decoder = slip().decoder()
 * decoder.write(Uint8Array.of(0xc0, 1, 0xdb, 0xdc, 0xc0))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(2) [ 1, 192 ]
 * ```
 */
export function slip({ leadingEnd = true, ...options }: SlipOptions = {}): Framing {
  return defineFraming('slip', {
    ...options,
    details: stated('slip', { leadingEnd }),
    splitter: () => new SlipSplitter(),
    head: leadingEnd ? 1 : 0,
    seal: (output, start) => escapeBody(output, start, leadingEnd),
  })
}

class SlipSplitter implements Splitter {
  readonly head = 0
  readonly tail = 1
  /** That many first bytes of the frame hold no END: the next look goes on behind them. */
  #clear = 0

  split(bytes: Uint8Array, start: number, end: number, maxFrameLength: number): number {
    const at = findByte(bytes, END, start + this.#clear, end)
    if (at >= 0) {
      this.#clear = 0
      return at + 1 - start
    }
    this.#clear = end - start
    // Longer than a body of nothing but escapes; a shorter one is measured when it is unescaped.
    if (this.#clear > 2 * maxFrameLength) throw frameTooLong(bytes, start, end, maxFrameLength)
    return start - end - 1
  }

  unwrap(bytes: Uint8Array, start: number, end: number, into: Uint8Array): number {
    if (start === end) return -1
    let to = 0
    for (let at = start; at < end; at++) {
      let byte = bytes[at]!
      if (byte === ESC) {
        const escaped = ++at < end ? bytes[at]! : END
        if (escaped !== ESCAPED_END && escaped !== ESCAPED_ESC)
          throw new FramingError('FRAME_MALFORMED', `a SLIP escape is followed by ${hexOf(escaped)}, neither dc nor dd`)
        byte = escaped === ESCAPED_END ? END : ESC
      }
      into[to++] = byte
    }
    return to
  }
}

function escapeBody(output: Output, start: number, leadingEnd: boolean): void {
  const from = leadingEnd ? start + 1 : start
  const end = output.length
  if (from === end)
    throw new FrameSizeError('FRAME_TOO_SHORT', 'SLIP has no empty frames: the receiver would pass over it')
  let escapes = 0
  for (let at = from; at < end; at++) if (output.bytes[at] === END || output.bytes[at] === ESC) escapes++
  output.reserve(escapes + 1)
  const { bytes } = output
  // From the back, so that no byte is overwritten before it has been moved.
  let to = output.length
  bytes[--to] = END
  for (let at = end - 1; to > at + 1; at--) {
    const byte = bytes[at]!
    if (byte === END || byte === ESC) {
      bytes[--to] = byte === END ? ESCAPED_END : ESCAPED_ESC
      bytes[--to] = ESC
    } else bytes[--to] = byte
  }
  if (leadingEnd) bytes[start] = END
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
