/** Character encodings under one shape, so that a codec can take the name of one as an option. */
import {
  asciiLength,
  decodeAscii,
  decodeLatin1,
  encodeAsciiInto,
  encodeLatin1Into,
  latin1Length,
  malformedAsciiAt,
} from './narrow-text.js'
import { decodeUtf8, encodeUtf8Into, malformedUtf8At, UTF8_BYTES_PER_UNIT, utf8Length } from './utf8.js'
import {
  decodeUtf16be,
  decodeUtf16le,
  encodeUtf16beInto,
  encodeUtf16leInto,
  malformedUtf16beAt,
  malformedUtf16leAt,
  utf16Length,
} from './utf16.js'

/** One character encoding. Every one refuses what it cannot represent; none replaces it. */
export interface TextEncoding {
  /** Bytes that one UTF-16 code unit (one step of `text.length`) takes at most. */
  readonly bytesPerUnit: number
  /** The text in `bytes[start, end)`, or undefined when it is malformed. */
  decode(bytes: Uint8Array, start: number, end: number): string | undefined
  /** Where the first malformed character begins, or -1. */
  malformedAt(bytes: Uint8Array, start: number, end: number): number
  /** How many bytes `text` takes, or -1 when it has a character that cannot be represented. */
  length(text: string): number
  /**
   * Writes `text` at `at` and returns where it ends, or -1 when it has a character that cannot be represented (the room
   * then holds anything). The caller has made room for `length(text)` bytes, or for `bytesPerUnit * text.length`.
   */
  encodeInto(text: string, bytes: Uint8Array, at: number): number
}

export type TextEncodingName = 'utf8' | 'ascii' | 'latin1' | 'utf16be' | 'utf16le'

/**
 * Every encoding by its name.
 *
 * @example
 * textEncodings.latin1.decode(new Uint8Array([0x63, 0xe9]), 0, 2) // 'cé'
 * textEncodings.ascii.length('é') // -1
 */
export const textEncodings: Readonly<Record<TextEncodingName, TextEncoding>> = {
  utf8: {
    bytesPerUnit: UTF8_BYTES_PER_UNIT,
    decode: decodeUtf8,
    malformedAt: malformedUtf8At,
    length: utf8Length,
    encodeInto: encodeUtf8Into,
  },
  ascii: {
    bytesPerUnit: 1,
    decode: decodeAscii,
    malformedAt: malformedAsciiAt,
    length: asciiLength,
    encodeInto: encodeAsciiInto,
  },
  latin1: {
    bytesPerUnit: 1,
    decode: decodeLatin1,
    malformedAt: () => -1,
    length: latin1Length,
    encodeInto: encodeLatin1Into,
  },
  utf16be: {
    bytesPerUnit: 2,
    decode: decodeUtf16be,
    malformedAt: malformedUtf16beAt,
    length: utf16Length,
    encodeInto: encodeUtf16beInto,
  },
  utf16le: {
    bytesPerUnit: 2,
    decode: decodeUtf16le,
    malformedAt: malformedUtf16leAt,
    length: utf16Length,
    encodeInto: encodeUtf16leInto,
  },
}
