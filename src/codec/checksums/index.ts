export type { Checksum, ChecksumAlgorithm, CrcAlgorithm, FixedAlgorithm, SumAlgorithm } from './algorithm.js'
export {
  crc8,
  crc8Autosar,
  crc8DvbS2,
  crc8J1850,
  crc8Maxim,
  crc8Rohc,
  crc8Sensirion,
  crc16,
  crc16CcittFalse,
  crc16Dnp,
  crc16Kermit,
  crc16Modbus,
  crc16Usb,
  crc16X25,
  crc16Xmodem,
  crc24,
  crc32,
  crc32Bzip2,
  crc32c,
  crc32Mpeg2,
} from './catalogue.js'
export { crc } from './crc.js'
export { checksumFrom } from './from-algorithm.js'
export { adler32, fletcher16, internet, lrc8, sum8, sum16, sum32, xor8 } from './sums.js'
