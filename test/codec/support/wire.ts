/** Bytes written down by hand, in hexadecimal with spaces wherever they help. */
import assert from 'node:assert/strict'
import { fromHex, toHex } from '#floor/bytes'
import type { Codec, CodecContext } from '#ground/codec'

/** Makes sure that `value` is written as `hex` and nothing else, and read back; returns the bytes. */
export function isWritten(codec: Codec<any, any>, value: unknown, hex: string, context?: CodecContext): Uint8Array {
  const bytes = fromHex(hex)!
  assert.equal(toHex(codec.encode(value, context)), toHex(bytes))
  assert.deepEqual(codec.decode(bytes, 0, bytes.length, context), value)
  return bytes
}
