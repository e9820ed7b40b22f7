/**
 * Frames that are all of one length, so that nothing need stand between them.
 *
 *   | n bytes | n bytes | n bytes |
 */
import type { Codec } from '../codec.js'
import { defineFraming, wholeNumber } from './define.js'
import { FrameSizeError, FramingUsageError, frameError } from './errors.js'
import type { Framing } from './framing.js'
import type { Splitter } from './stream-decoder.js'

/**
 * Frames of `length` bytes each.
 *
 * @throws {FramingUsageError} when `length` is not a whole number of bytes, 1 or more
 * @example
 * ```js
 * import { fixedLength } from 'wirewright/framing'
 *
 * const decoder = fixedLength(2).decoder()
 * decoder.write(Uint8Array.of(104, 105, 106))
 * console.log(decoder.read(), decoder.bytes.slice(decoder.start, decoder.end)) // true Uint8Array(2) [ 104, 105 ]
 * console.log(decoder.read(), decoder.held)                                    // false 1
 * ```
 */
export function fixedLength(length: number): Framing {
  return ofLength('fixedLength', wholeNumber('fixedLength', 'length', length, 1), { length })
}

/**
 * Frames that are one value of `codec` each: its size is the boundary. The way of programs that send a packed C structure
 * or the result of Python's `struct.pack`, and nothing around it.
 *
 * @throws {FramingUsageError} when the size of a value depends on the value
 * @example
 * ```js
 * import { records } from 'wirewright/framing'
 * import { struct } from 'wirewright/struct'
 *
 * console.log(records(struct('<I 2s f')).maxFrameLength) // 10
 * ```
 */
export function records(codec: Codec<any, any>): Framing {
  const { fixedSize } = codec
  if (!fixedSize)
    throw new FramingUsageError(
      'FRAMING_INVALID',
      fixedSize === 0
        ? 'records: a value of this codec has no bytes, so that nothing would ever arrive'
        : `records: a value of this codec takes ${codec.minSize} to ${codec.maxSize} bytes; only a codec of one fixed size is its own boundary (lengthPrefix() takes any)`,
    )
  return ofLength('records', fixedSize, { codec: codec.describe() })
}

function ofLength(kind: string, length: number, details: Record<string, unknown>): Framing {
  return defineFraming(kind, {
    maxFrameLength: length,
    details,
    splitter: () => new FixedSplitter(length),
    seal(output, start) {
      const body = output.length - start
      if (body < length)
        throw new FrameSizeError('FRAME_TOO_SHORT', `a body of ${body} bytes, and every frame here has ${length}`)
    },
  })
}

class FixedSplitter implements Splitter {
  readonly head = 0
  readonly tail = 0
  readonly #length: number

  constructor(length: number) {
    this.#length = length
  }

  split(bytes: Uint8Array, start: number, end: number, maxFrameLength: number): number {
    const length = this.#length
    if (length <= maxFrameLength) return length
    const what = `frames of ${length} bytes exceed maxFrameLength (${maxFrameLength})`
    throw frameError('FRAME_TOO_LONG', what, bytes, start, end, { limit: maxFrameLength, expected: length })
  }
}
