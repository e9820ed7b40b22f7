/**
 * No framing: what one read of the socket gave is one message.
 *
 *   sent        | Hello | World |
 *   received    | HelloWorld |      or      | Hel | loWorld |      or, on a quiet day,      | Hello | World |
 */
import { defineFraming, type FramingOptions } from './define.js'
import type { Framing } from './framing.js'
import type { Splitter } from './stream-decoder.js'

/**
 * Every chunk is a frame: the habit of programs that call `recv(1024)` once and take the result for a message.
 *
 * It is lossy. A stream keeps no boundaries: two messages may arrive as one, one as two, cut anywhere, even inside a
 * character. It holds as long as each side waits for the other's answer and messages are short, and is here to speak to
 * programs that rely on that. For anything new take `lengthPrefix()` or `lines()`.
 *
 * A chunk longer than `maxFrameLength` comes in pieces, as `recv(maxFrameLength)` would give it. There are no empty frames.
 *
 * @example
 * ```js
 * import { chunks } from 'wirewright/framing'
 *
 * const decoder = chunks({ maxFrameLength: 1024 }).decoder()
 * decoder.write(Uint8Array.of(104, 105))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(2) [ 104, 105 ]
 * ```
 */
export function chunks(options: FramingOptions = {}): Framing {
  const splitter: Splitter = {
    head: 0,
    tail: 0,
    split: (_bytes, start, end, maxFrameLength) => Math.min(end - start, Math.max(1, maxFrameLength)),
  }
  return defineFraming('chunks', { ...options, splitter: () => splitter })
}
