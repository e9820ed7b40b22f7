/** Sets of IP addresses, in the notation of lists and firewalls: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`. */
import { UsageError } from '../errors.js'
import { addressBytes } from '../transport/index.js'

/** An entry of a list is neither an address nor a network. */
export class AddressError extends UsageError<'BAD_ADDRESS'> {
  constructor(text: string) {
    super('BAD_ADDRESS', `'${text}' is no IP address and no network: write 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32`)
  }
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
