/** Checks that wires are known to use, under the names that people use for them. The aliases are those of the CRC RevEng catalogue. */
import type { Checksum, CrcAlgorithm } from './algorithm.js'
import { crc } from './crc.js'

type Crc = Checksum<CrcAlgorithm>
type Parameters = [width: number, polynomial: number, initial: number, reflected: boolean, xorOut: number]

/** All that stand here reflect both ways or neither. */
function named(name: string, ...[width, polynomial, initial, reflected, xorOut]: Parameters): Checksum<CrcAlgorithm> {
  return crc({ kind: 'crc', name, width, polynomial, initial, reflectIn: reflected, reflectOut: reflected, xorOut })
}

/** CRC-8/SMBUS: SMBus packet error code, and what "CRC-8" means without further words. */
export const crc8: Crc = /* @__PURE__ */ named('crc8', 8, 0x07, 0x00, false, 0x00)
/** CRC-8/MAXIM-DOW: the 1-Wire bus. */
export const crc8Maxim: Crc = /* @__PURE__ */ named('crc8-maxim', 8, 0x31, 0x00, true, 0x00)
/** CRC-8/SAE-J1850: cars; AUTOSAR's CRC8. */
export const crc8J1850: Crc = /* @__PURE__ */ named('crc8-j1850', 8, 0x1d, 0xff, false, 0xff)
/** CRC-8/AUTOSAR: AUTOSAR's CRC8H2F. */
export const crc8Autosar: Crc = /* @__PURE__ */ named('crc8-autosar', 8, 0x2f, 0xff, false, 0xff)
/** CRC-8/DVB-S2; MultiWii and CRSF radio links. */
export const crc8DvbS2: Crc = /* @__PURE__ */ named('crc8-dvb-s2', 8, 0xd5, 0x00, false, 0x00)
/** CRC-8/ROHC: RFC 3095, RFC 5795; GSM 07.10 reads it complemented. */
export const crc8Rohc: Crc = /* @__PURE__ */ named('crc8-rohc', 8, 0x07, 0xff, true, 0x00)
/** CRC-8/NRSC-5: Sensirion's sensors. */
export const crc8Sensirion: Crc = /* @__PURE__ */ named('crc8-sensirion', 8, 0x31, 0xff, false, 0x00)

/** CRC-16/ARC: LHA, and what "CRC-16" means without further words. */
export const crc16: Crc = /* @__PURE__ */ named('crc16', 16, 0x8005, 0x0000, true, 0x0000)
/** CRC-16/IBM-3740, widely called CCITT-FALSE. */
export const crc16CcittFalse: Crc = /* @__PURE__ */ named('crc16-ccitt-false', 16, 0x1021, 0xffff, false, 0x0000)
/** CRC-16/XMODEM: XMODEM, ZMODEM, Redis Cluster's key slots. */
export const crc16Xmodem: Crc = /* @__PURE__ */ named('crc16-xmodem', 16, 0x1021, 0x0000, false, 0x0000)
/** CRC-16/KERMIT: Kermit; the true CCITT. */
export const crc16Kermit: Crc = /* @__PURE__ */ named('crc16-kermit', 16, 0x1021, 0x0000, true, 0x0000)
/** CRC-16/MODBUS: Modbus RTU. */
export const crc16Modbus: Crc = /* @__PURE__ */ named('crc16-modbus', 16, 0x8005, 0xffff, true, 0x0000)
/** CRC-16/IBM-SDLC: X.25, HDLC, PPP (RFC 1662), Bluetooth. */
export const crc16X25: Crc = /* @__PURE__ */ named('crc16-x25', 16, 0x1021, 0xffff, true, 0xffff)
/** CRC-16/USB: USB data packets. */
export const crc16Usb: Crc = /* @__PURE__ */ named('crc16-usb', 16, 0x8005, 0xffff, true, 0xffff)
/** CRC-16/DNP: DNP3, M-Bus. */
export const crc16Dnp: Crc = /* @__PURE__ */ named('crc16-dnp', 16, 0x3d65, 0x0000, true, 0xffff)

/** CRC-24/OPENPGP: OpenPGP's armour (RFC 4880), RTCM 3 under another name and start. */
export const crc24: Crc = /* @__PURE__ */ named('crc24', 24, 0x864cfb, 0xb704ce, false, 0x000000)

/** CRC-32/ISO-HDLC: Ethernet, zip, gzip, PNG; what "CRC-32" means without further words. */
export const crc32: Crc = /* @__PURE__ */ named('crc32', 32, 0x04c11db7, 0xffffffff, true, 0xffffffff)
/** CRC-32/ISCSI, widely called CRC-32C: iSCSI (RFC 3720), SCTP (RFC 9260), Kafka, ext4. */
export const crc32c: Crc = /* @__PURE__ */ named('crc32c', 32, 0x1edc6f41, 0xffffffff, true, 0xffffffff)
/** CRC-32/BZIP2: bzip2, AAL5. */
export const crc32Bzip2: Crc = /* @__PURE__ */ named('crc32-bzip2', 32, 0x04c11db7, 0xffffffff, false, 0xffffffff)
/** CRC-32/MPEG-2: MPEG-2 sections; many microcontrollers' built-in unit. */
export const crc32Mpeg2: Crc = /* @__PURE__ */ named('crc32-mpeg2', 32, 0x04c11db7, 0xffffffff, false, 0x00000000)
