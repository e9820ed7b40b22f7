/**
 * Frames that end where certain bytes stand.
 *
 *   +----------------------+-----------+
 *   | body, without any \n | 0a        |
 *   +----------------------+-----------+
 */
import { encodeUtf8Into, findBytes, type Output, showBytes, toHex, utf8Length } from '../bytes/index.js'
import { defineFraming, type FramingOptions } from './define.js'
import { FramingUsageError, frameTooLong } from './errors.js'
import type { Framing } from './framing.js'
import type { Splitter } from './stream-decoder.js'

/**
 * Frames that end with `mark`, which is no part of their body. There is no way to write the mark inside a body: sending one
 * that holds it is an error.
 *
 * @param mark one byte or more, or text, which stands for its UTF-8
 * @throws {FramingUsageError} when `mark` is empty
 * @example
 * ```js
 * import { delimiter } from 'wirewright/framing'
 *
 * const decoder = delimiter('||').decoder()
 * decoder.write(Uint8Array.from('hi||ho|', (letter) => letter.charCodeAt(0)))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(2) [ 104, 105 ]
 * console.log(decoder.read(), decoder.held)                                    // false 3
 * ```
 */
export function delimiter(mark: Uint8Array | string, options: FramingOptions = {}): Framing {
  const bytes = typeof mark === 'string' ? utf8(mark) : Uint8Array.from(mark)
  if (bytes.length === 0) throw new FramingUsageError('FRAMING_INVALID', 'delimiter: a delimiter has at least one byte')
  return delimited('delimiter', bytes, { delimiter: toHex(bytes) }, options)
}

/** Frames of the given `kind` that end with `mark`. */
export function delimited(
  kind: string,
  mark: Uint8Array,
  details: Record<string, unknown>,
  options: FramingOptions,
): Framing {
  return defineFraming(kind, {
    ...options,
    details,
    splitter: () => new DelimiterSplitter(mark),
    seal: (output, start) => sealDelimited(output, start, mark),
  })
}

/** The UTF-8 of `text`. @throws {FramingUsageError} when it has none */
export function utf8(text: string): Uint8Array {
  const length = utf8Length(text)
  if (length < 0) throw new FramingUsageError('FRAMING_INVALID', 'delimiter: a lone surrogate has no UTF-8')
  const bytes = new Uint8Array(length)
  encodeUtf8Into(text, bytes, 0)
  return bytes
}

class DelimiterSplitter implements Splitter {
  readonly head = 0
  readonly tail: number
  readonly #mark: Uint8Array
  /** No mark begins in that many first bytes of the frame: the next look goes on behind them. */
  #clear = 0

  constructor(mark: Uint8Array) {
    this.#mark = mark
    this.tail = mark.length
  }

  split(bytes: Uint8Array, start: number, end: number, maxFrameLength: number): number {
    const at = findBytes(bytes, this.#mark, start + this.#clear, end)
    // While there is no mark, at most its last byte but one is still to be told from the body.
    const body = at < 0 ? Math.max(0, end - start - this.tail + 1) : at - start
    if (body > maxFrameLength) throw frameTooLong(bytes, start, end, maxFrameLength)
    this.#clear = at < 0 ? body : 0
    return at < 0 ? start - end - 1 : body + this.tail
  }
}

function sealDelimited(output: Output, start: number, mark: Uint8Array): void {
  const end = output.length
  output.append(mark)
  // Looked for with the mark behind it: a body may end in the mark's first bytes and so bring it forward.
  const at = findBytes(output.bytes, mark, start, output.length)
  if (at < end)
    throw new FramingUsageError(
      'BODY_UNFRAMEABLE',
      `the body holds the delimiter ${showBytes(mark)} at byte ${at - start}: the receiver would take it for two`,
    )
}
