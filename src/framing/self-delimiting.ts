/**
 * Messages whose grammar says where they end, as in RESP or HTTP: there is nothing around them.
 *
 *   | *1 \r\n $4 \r\n PING \r\n | +OK \r\n | …
 */
import type { Description } from '../codec.js'
import { PeerError } from '../errors.js'
import { defineFraming, type FramingOptions } from './define.js'
import { FramingError, FramingUsageError, frameError } from './errors.js'
import type { Framing } from './framing.js'
import type { Splitter } from './stream-decoder.js'

/** A grammar that says where its messages end. Codecs may be one. */
export interface Grammar {
  /** A scanner for one stream. */
  boundary(): BoundaryScanner
  /** The grammar as plain data, for the framing's own description. */
  describe?(): Description
}

/**
 * Finds the end of one message after the other, in time linear in the bytes however few come at a time: what it has learned
 * about a message it remembers until the next look.
 */
export interface BoundaryScanner {
  /**
   * Looks at `bytes[start, end)`, a message's first bytes, at least one. Between two looks at the same message its bytes
   * may have moved; they have not changed.
   *
   * @returns the length of the message, as soon as it is known, even when not all of it is there; the next look is then at
   * the next message. Otherwise `-n`: look again when there are `n` bytes of it, `n` greater than `end - start`.
   * @throws {PeerError} when no message begins like this
   */
  scan(bytes: Uint8Array, start: number, end: number): number
}

/**
 * Frames that are messages of a grammar which says where they end.
 *
 * Bodies are scanned before they are sent: one that is not exactly one message would be read as something else.
 *
 * @example
 * ```js
 * import { selfDelimiting } from 'wirewright/framing'
 *
 * // | n: 1 byte | n items of 2 bytes |
 * const pairs = { boundary: () => ({ scan: (bytes, start) => 1 + 2 * bytes[start] }) }
 * const decoder = selfDelimiting(pairs).decoder()
 * decoder.write(Uint8Array.of(1, 104, 105, 2))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(3) [ 1, 104, 105 ]
 * console.log(decoder.read(), decoder.held)                                    // false 1
 * ```
 */
export function selfDelimiting(grammar: Grammar, options: FramingOptions = {}): Framing {
  const description = grammar.describe?.()
  return defineFraming('selfDelimiting', {
    ...options,
    ...(description && { details: { grammar: description } }),
    splitter: () => new GrammarSplitter(grammar.boundary()),
    seal({ bytes, length }, start) {
      const body = length - start
      const found = body > 0 ? lengthOf(grammar, bytes, start, length) : -1
      if (found !== body)
        throw new FramingUsageError(
          'BODY_UNFRAMEABLE',
          `a body of ${body} bytes is ${found > 0 && found < body ? `a message of ${found} and something else` : 'no whole message'}`,
        )
    },
  })
}

function lengthOf(grammar: Grammar, bytes: Uint8Array, start: number, end: number): number {
  try {
    return grammar.boundary().scan(bytes, start, end)
  } catch (error) {
    if (!(error instanceof PeerError)) throw error
    throw new FramingUsageError('BODY_UNFRAMEABLE', `the body is no message: ${error.message}`, { cause: error })
  }
}

class GrammarSplitter implements Splitter {
  readonly head = 0
  readonly tail = 0
  readonly #scanner: BoundaryScanner

  constructor(scanner: BoundaryScanner) {
    this.#scanner = scanner
  }

  split(bytes: Uint8Array, start: number, end: number, maxFrameLength: number): number {
    const length = this.#scan(bytes, start, end)
    // Negative, it is the least that the message will have: too much is too much already.
    if (!(Math.abs(length) > maxFrameLength)) return length
    const what = `a message of ${length > 0 ? '' : 'at least '}${Math.abs(length)} bytes exceeds maxFrameLength (${maxFrameLength})`
    throw frameError('FRAME_TOO_LONG', what, bytes, start, end, { limit: maxFrameLength })
  }

  #scan(bytes: Uint8Array, start: number, end: number): number {
    try {
      return this.#scanner.scan(bytes, start, end)
    } catch (error) {
      if (!(error instanceof PeerError) || error instanceof FramingError) throw error
      throw frameError('FRAME_MALFORMED', error.message, bytes, start, end, { cause: error })
    }
  }
}
