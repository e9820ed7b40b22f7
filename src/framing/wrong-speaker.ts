/**
 * Whose first bytes these are, when they are no frame of ours: the usual reason for an absurd length is that something
 * else speaks on the port ("GET " is a length of 1 195 725 856).
 */
const SPEAKERS: readonly [what: string, starts: RegExp][] = [
  ['an HTTP request', /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE) ?/],
  ['HTTP/2', /^PRI \* HTTP\/2/],
  ['an HTTP reply', /^HTTP\/\d/],
  ['TLS', /^(\x16\x03[\x00-\x04]|\x15\x03[\x00-\x04])/],
  ['SSH', /^SSH-/],
  ['a PROXY protocol header', /^(PROXY |\r\n\r\n\0\r\nQUIT\n)/],
]

/** `these look like the first bytes of an HTTP request`, or undefined when they look like nobody's. */
export function guessSpeaker(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 16))
  const speaker = SPEAKERS.find(([, starts]) => starts.test(text))
  return speaker && `these look like the first bytes of ${speaker[0]}`
}
