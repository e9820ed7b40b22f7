/** Sets of IP addresses, in the notation of lists and firewalls: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`. */
import { IPV4_BYTES, IPV6_BYTES, writeIpv4, writeIpv6 } from '../bytes/index.js'
import { UsageError } from '../errors.js'

/** An entry of a list is neither an address nor a network. */
export class AddressError extends UsageError<'BAD_ADDRESS'> {
  constructor(text: string) {
    super('BAD_ADDRESS', `'${text}' is no IP address and no network: write 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32`)
  }
}

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

export class AddressSet {
  readonly #networks: readonly { readonly prefix: Uint8Array; readonly bits: number }[]

  /** @throws {AddressError} */
  constructor(entries: readonly string[]) {
    this.#networks = entries.map((entry) => {
      const [text, length, ...rest] = entry.split('/')
      const prefix = addressBytes(text!)
      const bits =
        length === undefined ? (prefix?.length ?? 0) * 8 : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
      if (!prefix || rest.length > 0 || !(bits <= prefix.length * 8)) throw new AddressError(entry)
      return { prefix, bits }
    })
  }

  has(host: string): boolean {
    const bytes = addressBytes(host)
    return bytes !== undefined && this.#networks.some(({ prefix, bits }) => begins(bytes, prefix, bits))
  }
}

function begins(bytes: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  if (bytes.length !== prefix.length) return false
  const whole = bits >> 3
  for (let i = 0; i < whole; i++) if (bytes[i] !== prefix[i]) return false
  const rest = bits & 7
  return rest === 0 || ((bytes[whole]! ^ prefix[whole]!) & (0xff << (8 - rest)) & 0xff) === 0
}
