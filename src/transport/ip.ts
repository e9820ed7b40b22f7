/** Addresses of the Internet Protocol as bytes, to compare. */
import { IPV4_BYTES, IPV6_BYTES, writeIpv4, writeIpv6 } from '../bytes/index.js'

/** The bytes of an address, IPv4 inside IPv6 (`::ffff:192.0.2.7`) as IPv4; undefined when it is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  const four = new Uint8Array(IPV4_BYTES)
  if (writeIpv4(text, four, 0)) return four
  const six = new Uint8Array(IPV6_BYTES)
  if (!writeIpv6(text.split('%')[0]!, six, 0)) return undefined
  const isMapped = six.subarray(0, 10).every((byte) => byte === 0) && six[10] === 255 && six[11] === 255
  return isMapped ? six.slice(12) : six
}

/** Whether nobody but this machine can have it. */
export function isLoopback(host: string): boolean {
  const bytes = addressBytes(host)
  if (!bytes) return false
  return bytes.length === IPV4_BYTES ? bytes[0] === 127 : bytes.every((byte, i) => byte === (i === 15 ? 1 : 0))
}
