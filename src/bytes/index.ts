export { canGenerate, type Execution, generate, quote } from './compile.js'
export { findByte, findBytes } from './find.js'
export { fromHex, toHex } from './hex.js'
export { IPV4_BYTES, IPV6_BYTES, readIpv4, readIpv6, writeIpv4, writeIpv6 } from './ip-address.js'
export {
  fitsNumber,
  HIGH,
  HOST_IS_LITTLE_ENDIAN,
  LOW,
  type MachineNumber,
  machineNumber,
  type NumberKind,
  readNumber,
  SCRATCH,
  writeNumber,
} from './machine-numbers.js'
export { type NumberRow, numberRow, type Otherwise, type Place, readRow, writeRow } from './number-rows.js'
export { Output } from './output.js'
export { type Scalar, type ScalarName, type ScalarValue, scalar, sideBySide } from './scalar.js'
export { isPrintable, showBytes, showText } from './show.js'
export { type TextEncodingName, textEncodings } from './text.js'
export type { TextEncoding } from './text-encoding.js'
export { decodeUtf8, encodeUtf8Into, malformedUtf8At, UTF8_BYTES_PER_UNIT, utf8Length } from './utf8.js'
export {
  bigVarintSize,
  isMinimalVarint,
  MQTT_VARINT_BYTES,
  readBigVarint,
  readVarint,
  VARINT32_BYTES,
  VARINT64_BYTES,
  varintLength,
  varintSize,
  writeBigVarint,
  writeVarint,
} from './varint.js'
export { get16, get32, put16, put32 } from './words.js'
export { unzigzag32, unzigzag64, zigzag32, zigzag64 } from './zigzag.js'
