/**
 * Lines of text, or of anything else that holds no end of a line.
 *
 *   | body | 0a |            ending: 'lf'
 *   | body | 0d 0a |         ending: 'crlf'
 */
import { type FramingOptions, oneOf } from './define.js'
import { delimited } from './delimiter.js'
import type { Framing } from './framing.js'
import { stated } from './spelling.js'

/** How lines may differ. */
export interface LinesOptions extends FramingOptions {
  /**
   * What ends a line, in both directions: a line feed (`'lf'`, by default), or carriage return and line feed (`'crlf'`, as
   * in SMTP, Redis and HTTP). The other one is part of the line: two readers who disagree about where a line ends can be
   * made to read two different messages.
   */
  ending?: 'lf' | 'crlf'
}

/**
 * Frames that are lines. The end of the line is no part of the body, and the last line needs one too.
 *
 * @example
 * ```js
 * import { lines } from 'wirewright/framing'
 *
 * const decoder = lines({ ending: 'crlf' }).decoder()
 * decoder.write(Uint8Array.from('a\nb\r\n', (letter) => letter.charCodeAt(0)))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(3) [ 97, 10, 98 ]
 * ```
 */
export function lines({ ending = 'lf', ...options }: LinesOptions = {}): Framing {
  oneOf('lines', 'ending', ending, ['lf', 'crlf'])
  return delimited(
    'lines',
    ending === 'lf' ? Uint8Array.of(10) : Uint8Array.of(13, 10),
    stated('lines', { ending }),
    options,
  )
}
