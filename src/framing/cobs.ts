/**
 * Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): a zero ends the frame, and there is no other in it.
 *
 *   body         11 22 00 33
 *   frame     03 11 22 02 33 00       each code says how far it is to the next zero, which is left out
 *
 * Code ff stands for 254 bytes with no zero behind them. A frame is at most one byte in 254 longer than its body, and two.
 */
import { findByte, type Output } from '../bytes/index.js'
import { defineFraming, type FramingOptions } from './define.js'
import { FramingError, frameTooLong } from './errors.js'
import type { Framing } from './framing.js'
import type { Splitter } from './stream-decoder.js'

const LONGEST_RUN = 254

/**
 * COBS frames, each with a zero behind it, as serial lines and small devices speak it. Zeros alone between two frames, by
 * which senders resynchronise, are passed over; the frame of an empty body is `01 00`.
 *
 * @example
 * ```js
 * import { cobs } from 'wirewright/framing'
 *
 * const decoder = cobs().decoder()
 * decoder.write(Uint8Array.of(3, 0x11, 0x22, 2, 0x33, 0))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(4) [ 17, 34, 0, 51 ]
 * ```
 */
export function cobs(options: FramingOptions = {}): Framing {
  return defineFraming('cobs', { ...options, splitter: () => new CobsSplitter(), head: 1, seal: stuff })
}

class CobsSplitter implements Splitter {
  readonly head = 0
  readonly tail = 1
  /** That many first bytes of the frame hold no zero: the next look goes on behind them. */
  #clear = 0

  split(bytes: Uint8Array, start: number, end: number, maxFrameLength: number): number {
    const at = findByte(bytes, 0, start + this.#clear, end)
    if (at >= 0) {
      this.#clear = 0
      return at + 1 - start
    }
    this.#clear = end - start
    // Longer than the longest body can become; a shorter one is measured when it is unstuffed.
    if (this.#clear > maxFrameLength + Math.ceil(maxFrameLength / LONGEST_RUN) + 1)
      throw frameTooLong(bytes, start, end, maxFrameLength)
    return start - end - 1
  }

  unwrap(bytes: Uint8Array, start: number, end: number, into: Uint8Array): number {
    if (start === end) return -1
    let to = 0
    for (let at = start; ; ) {
      const code = bytes[at]!
      const next = at + code
      if (next > end)
        throw new FramingError(
          'FRAME_MALFORMED',
          `a COBS code promises ${code - 1} bytes, and ${end - at - 1} follow in its frame`,
        )
      if (code <= 32) for (let i = at + 1; i < next; i++) into[to++] = bytes[i]!
      else {
        into.set(bytes.subarray(at + 1, next), to)
        to += code - 1
      }
      if (next === end) return to
      if (code <= LONGEST_RUN) into[to++] = 0
      at = next
    }
  }
}

/** In place: the body moves up by the codes that long runs need beyond the one that is free, then every byte down again. */
function stuff(output: Output, start: number): void {
  const length = output.length - start - 1
  const extra = codesForLongRuns(output.bytes, start + 1, output.length)
  output.reserve(extra + 1)
  const { bytes } = output
  if (extra > 0) bytes.copyWithin(start + 1 + extra, start + 1, start + 1 + length)
  let code = start
  let to = start + 1
  const end = start + 1 + extra + length
  for (let at = start + 1 + extra; at < end; at++) {
    const byte = bytes[at]!
    if (byte !== 0) bytes[to++] = byte
    if (byte === 0 || (to - code > LONGEST_RUN && at + 1 < end)) {
      bytes[code] = to - code
      code = to++
    }
  }
  bytes[code] = to - code
  bytes[to] = 0
}

/** How often 254 bytes that are not zero are followed by anything. */
function codesForLongRuns(bytes: Uint8Array, start: number, end: number): number {
  let count = 0
  for (let at = start, run = 0; at < end; at++) {
    run = bytes[at] === 0 ? 0 : run + 1
    if (run === LONGEST_RUN && at + 1 < end) {
      count++
      run = 0
    }
  }
  return count
}
