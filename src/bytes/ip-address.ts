/**
 * IP addresses: four bytes and `192.0.2.1`, sixteen bytes and `2001:db8::1`.
 *
 * Read as RFC 4291 section 2.2 and RFC 6943 section 3.1.1's strict form allow; written as RFC 5952 wants it: lower case,
 * no leading zeros, the longest run of two or more zero groups (the first of equals) as `::`, and an IPv4-mapped address
 * with its last four bytes in decimal.
 */

export const IPV4_BYTES = 4
export const IPV6_BYTES = 16

/** The IPv4 address at `at`. */
export function readIpv4(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`
}

/**
 * Writes the IPv4 address that `text` spells at `at`. Returns whether it is one: four decimal numbers without leading
 * zeros, which others would take for octal.
 */
export function writeIpv4(text: string, bytes: Uint8Array, at: number): boolean {
  const parts = text.split('.', IPV4_BYTES + 1)
  if (parts.length !== IPV4_BYTES || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return false
  parts.forEach((part, i) => {
    bytes[at + i] = Number(part)
  })
  return true
}

/** The IPv6 address at `at`. */
export function readIpv6(bytes: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[at + 2 * i]! << 8) | bytes[at + 2 * i + 1]!)
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return `::ffff:${readIpv4(bytes, at + 12)}`
  const { first, length } = longestZeros(groups)
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':')
  return length < 2 ? hex(0, 8) : `${hex(0, first)}::${hex(first + length, 8)}`
}

/** Writes the IPv6 address that `text` spells at `at`. Returns whether it is one. A zone (`%eth0`) has no bytes, and is refused. */
export function writeIpv6(text: string, bytes: Uint8Array, at: number): boolean {
  const halves = text.split('::', 3)
  if (halves.length > 2) return false
  const before = groupsOf(halves[0]!, halves.length === 1)
  const after = halves.length === 2 ? groupsOf(halves[1]!, true) : []
  if (!before || !after) return false
  const missing = 8 - before.length - after.length
  // `::` stands for one group at least.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return false
  const groups = [...before, ...Array<number>(missing).fill(0), ...after]
  groups.forEach((group, i) => {
    bytes[at + 2 * i] = group >> 8
    bytes[at + 2 * i + 1] = group & 0xff
  })
  return true
}

/** Groups between colons; the last of the address may be an IPv4 address, which makes two. */
function groupsOf(text: string, endsAddress: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':', 9)
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else {
      const ipv4 = new Uint8Array(IPV4_BYTES)
      if (!endsAddress || i !== parts.length - 1 || !writeIpv4(part, ipv4, 0)) return undefined
      groups.push((ipv4[0]! << 8) | ipv4[1]!, (ipv4[2]! << 8) | ipv4[3]!)
    }
  }
  return groups
}

function longestZeros(groups: readonly number[]): { first: number; length: number } {
  let best = { first: 0, length: 0 }
  for (let first = 0; first < groups.length; first++) {
    let length = 0
    while (groups[first + length] === 0) length++
    if (length > best.length) best = { first, length }
    first += length
  }
  return best
}
