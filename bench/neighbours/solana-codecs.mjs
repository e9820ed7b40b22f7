/** @solana/codecs */
import {
  addCodecSizePrefix,
  Endian,
  fixCodecSize,
  getArrayCodec,
  getBooleanCodec,
  getBytesCodec,
  getF32Codec,
  getF64Codec,
  getI16Codec,
  getI32Codec,
  getStructCodec,
  getU8Codec,
  getU16Codec,
  getU32Codec,
  getU64Codec,
  getUtf8Codec,
} from '@solana/codecs'

const big = { endian: Endian.Big }
const a = getStructCodec([
  ['id', getU32Codec(big)],
  ['tag', fixCodecSize(getBytesCodec(), 2)],
  ['level', getF32Codec(big)],
])
const b = getStructCodec([
  ['kind', getU8Codec()],
  ['port', getU16Codec()],
  ['serial', getU32Codec()],
  ['total', getU64Codec()],
  ['ratio', getF32Codec()],
  ['time', getF64Codec()],
  ['delta', getI16Codec()],
  ['offset', getI32Codec()],
  ['valid', getBooleanCodec()],
])
const c = getStructCodec([
  ['name', addCodecSizePrefix(getUtf8Codec(), getU16Codec(big))],
  ['code', getI32Codec(big)],
  ['samples', getArrayCodec(getU16Codec(big), { size: getU16Codec(big) })],
])
const record = getStructCodec([
  ['id', getU32Codec(big)],
  ['change', getI32Codec(big)],
  ['level', getF32Codec(big)],
])
const d = getArrayCodec(record, { size: 100_000 })

const cell = (codec) => ({ shape: 'object', encode: (v) => codec.encode(v), decode: (bytes) => codec.decode(bytes) })

export const cells = { a: cell(a), b: cell(b), c: cell(c), cU: cell(c), d: cell(d) }
