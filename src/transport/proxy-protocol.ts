/**
 * The PROXY protocol, versions 1 and 2: whom a load balancer speaks for, said before the first byte of the connection.
 *
 *   v1   PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n                             at most 107 bytes
 *   v2   +----------------------------+---------+--------+------------+-----------+
 *        | \r\n\r\n\0\r\nQUIT\n (12)  | 2 | cmd | family | length: !H | addresses |
 *        +----------------------------+---------+--------+------------+-----------+
 *
 * Source: HAProxy's "The PROXY protocol", sections 2.1 and 2.2.
 */
import { IPV4_BYTES, IPV6_BYTES, readIpv4, readIpv6, showBytes, writeIpv4, writeIpv6 } from '../bytes/index.js'
import { PeerError } from '../errors.js'
import type { Address } from './transport.js'

/** A header was due and what came is none, or one that says nothing we can use. */
export class ProxyHeaderError extends PeerError<'PROXY_HEADER'> {
  constructor(message: string) {
    super('PROXY_HEADER', `PROXY protocol: ${message}`)
  }
}

/** A whole header: how long it is, and for whom the proxy speaks; for itself when there is no source. */
export interface ProxyHeader {
  readonly length: number
  readonly source: Address | undefined
}

const V1 = [0x50, 0x52, 0x4f, 0x58, 0x59, 0x20]
const V2 = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]
/** The longest line of version 1 (section 2.1), its CR LF included. */
const MAX_V1 = 107
/** Addresses take 216 bytes at most; the rest are extensions, which nobody needs to fill a page with. */
const MAX_V2 = 4096

/** The header at the start of `bytes`, or undefined when more of it has to come. @throws {ProxyHeaderError} */
export function readProxyHeader(bytes: Uint8Array): ProxyHeader | undefined {
  if (begins(bytes, V1)) return bytes.length < V1.length ? undefined : readVersion1(bytes)
  if (begins(bytes, V2)) return bytes.length < 16 ? undefined : readVersion2(bytes)
  throw new ProxyHeaderError(`the connection begins ${showBytes(bytes, 16)}, which is no header`)
}

function readVersion1(bytes: Uint8Array): ProxyHeader | undefined {
  const end = bytes.indexOf(0x0a)
  if (end === -1 && bytes.length < MAX_V1) return undefined
  if (end === -1 || end >= MAX_V1 || bytes[end - 1] !== 0x0d)
    throw new ProxyHeaderError('a line of version 1 ends in CR LF within 107 bytes')
  const line = String.fromCharCode(...bytes.subarray(0, end - 1))
  const [, family, host = '', ...others] = line.split(' ')
  if (family === 'UNKNOWN') return { length: end + 1, source: undefined }
  const [destination = '', port = '', destinationPort = ''] = others
  const isAddress = family === 'TCP4' ? isIpv4 : family === 'TCP6' ? isIpv6 : () => false
  const isRight = isAddress(host) && isAddress(destination) && PORT.test(port) && PORT.test(destinationPort)
  if (!isRight || others.length !== 3 || Number(port) > 65535 || Number(destinationPort) > 65535)
    throw new ProxyHeaderError(`${showBytes(bytes.subarray(0, end - 1), MAX_V1)} is no line of version 1`)
  return { length: end + 1, source: { transport: 'tcp', host, port: Number(port) } }
}

/** Without leading zeros, as section 2.1 has it: what one reads as octal is another port to the next. */
const PORT = /^(0|[1-9]\d{0,4})$/

function isIpv4(text: string): boolean {
  return writeIpv4(text, new Uint8Array(IPV4_BYTES), 0)
}

function isIpv6(text: string): boolean {
  return writeIpv6(text, new Uint8Array(IPV6_BYTES), 0)
}

function readVersion2(bytes: Uint8Array): ProxyHeader | undefined {
  const [version, command] = [bytes[12]! >> 4, bytes[12]! & 15]
  const family = bytes[13]!
  const length = 16 + bytes[14]! * 256 + bytes[15]!
  if (version !== 2 || command > 1)
    throw new ProxyHeaderError(`version ${version}, command ${command}: only 2 with LOCAL or PROXY is known`)
  if (length > MAX_V2) throw new ProxyHeaderError(`a header of ${length} bytes exceeds ${MAX_V2}`)
  if (bytes.length < length) return undefined
  if (command === 0) return { length, source: undefined }
  if (family === 0x11) {
    if (length < 16 + 12) throw new ProxyHeaderError('too short for IPv4 addresses')
    return { length, source: { transport: 'tcp', host: readIpv4(bytes, 16), port: bytes[24]! * 256 + bytes[25]! } }
  }
  if (family === 0x21) {
    if (length < 16 + 36) throw new ProxyHeaderError('too short for IPv6 addresses')
    return { length, source: { transport: 'tcp', host: readIpv6(bytes, 16), port: bytes[48]! * 256 + bytes[49]! } }
  }
  return { length, source: undefined }
}

function begins(bytes: Uint8Array, signature: readonly number[]): boolean {
  for (let i = 0; i < Math.min(bytes.length, signature.length); i++) if (bytes[i] !== signature[i]) return false
  return true
}
