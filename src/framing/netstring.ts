/**
 * Netstrings (https://cr.yp.to/proto/netstrings.txt): the length in decimal, so that a person can read and write it.
 *
 *   +----+----+----+----------------------+----+
 *   | 1  | 2  | :  | body, 12 bytes       | ,  |
 *   +----+----+----+----------------------+----+
 */
import type { Output } from '../bytes/index.js'
import { defineFraming, type FramingOptions } from './define.js'
import { frameError } from './errors.js'
import type { Framing } from './framing.js'
import type { Splitter } from './stream-decoder.js'

const ZERO = 0x30
const COLON = 0x3a
const COMMA = 0x2c

/**
 * Netstrings. A leading zero, which the definition forbids, is an error, and so is anything but a comma behind the body.
 *
 * @example
 * ```js
 * import { netstring } from 'wirewright/framing'
 *
 * const decoder = netstring().decoder()
 * decoder.write(Uint8Array.from('2:hi,1', (letter) => letter.charCodeAt(0)))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(2) [ 104, 105 ]
 * console.log(decoder.read(), decoder.held)                                    // false 1
 * ```
 */
export function netstring(options: FramingOptions = {}): Framing {
  return defineFraming('netstring', { ...options, splitter: () => new NetstringSplitter(), seal: sealNetstring })
}

class NetstringSplitter implements Splitter {
  head = 0
  readonly tail = 1

  split(bytes: Uint8Array, start: number, end: number, maxFrameLength: number): number {
    let length = 0
    let at = start
    for (; at < end && bytes[at] !== COLON; at++) {
      const digit = bytes[at]! - ZERO
      if (!(digit >= 0 && digit <= 9))
        throw malformed('a netstring begins with its length in digits', bytes, start, end)
      if (at > start && length === 0)
        throw malformed('the length of a netstring has no leading zero', bytes, start, end)
      length = length * 10 + digit
      if (length > maxFrameLength) {
        const what = `declared length ${length} or more exceeds maxFrameLength (${maxFrameLength})`
        throw frameError('FRAME_TOO_LONG', what, bytes, start, end, { limit: maxFrameLength })
      }
    }
    if (at === end) return start - end - 1
    if (at === start) throw malformed('a netstring begins with its length in digits', bytes, start, end)
    this.head = at + 1 - start
    const whole = this.head + length + 1
    // Asking again, instead of giving the length at once, is what lets us see the comma.
    if (end - start < whole) return -whole
    if (bytes[start + whole - 1] !== COMMA) throw malformed('a netstring ends with a comma', bytes, start, end)
    return whole
  }
}

function malformed(what: string, bytes: Uint8Array, start: number, end: number): Error {
  return frameError('FRAME_MALFORMED', what, bytes, start, end)
}

function sealNetstring(output: Output, start: number): void {
  const length = output.length - start
  const digits = String(length)
  output.reserve(digits.length + 2)
  const { bytes } = output
  bytes.copyWithin(start + digits.length + 1, start, start + length)
  for (let i = 0; i < digits.length; i++) bytes[start + i] = digits.charCodeAt(i)
  bytes[start + digits.length] = COLON
  bytes[output.length - 1] = COMMA
}
