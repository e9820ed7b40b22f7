/** Character encodings under one shape, so that a codec can take the name of one as an option. */
import { narrow } from './narrow-text.js'
import type { TextEncoding } from './text-encoding.js'
import { decodeUtf8, encodeUtf8Into, malformedUtf8At, UTF8_BYTES_PER_UNIT, utf8Length } from './utf8.js'
import { utf16 } from './utf16.js'

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
  ascii: /* @__PURE__ */ narrow(0x7f),
  latin1: /* @__PURE__ */ narrow(0xff),
  utf16be: /* @__PURE__ */ utf16(0),
  utf16le: /* @__PURE__ */ utf16(1),
}
