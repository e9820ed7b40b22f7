/**
 * Whose first bytes these are, when they are no frame of ours: the usual reason for an absurd length is that something
 * else speaks on the port ("GET " is a length of 1 195 725 856).
 */
const SPEAKERS: readonly [what: string, starts: RegExp][] = [
  // RFC 9110 section 9 and RFC 5789; RFC 9113 section 3.4.
  ['an HTTP request', /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE) /],
  ['HTTP/2', /^PRI \* HTTP\/2/],
  ['an HTTP reply', /^HTTP\/\d/],
  // RFC 8446 section 5.1: handshake or alert, then the version.
  ['TLS', /^[\x15\x16]\x03[\x00-\x04]/],
  ['SSH', /^SSH-/],
  ['a PROXY protocol header', /^(PROXY |\r\n\r\n\0\r\nQUIT\n)/],
  // MQTT 3.1.1 section 3.1.
  ['MQTT', /^\x10[\x80-\xff]{0,3}[\x00-\x7f]\0(\x04MQTT|\x06MQIsdp)/],
  ['AMQP', /^AMQP/],
  // Startup 3.0, SSLRequest, GSSENCRequest and CancelRequest.
  ['PostgreSQL', /^\0\0..(\0\x03\0\0|\x04\xd2\x16[\x2e-\x30])/s],
  ['Redis', /^\*\d+\r\n\$\d+\r\n/],
  // RFC 1006: TPKT around an X.224 connection request.
  ['Remote Desktop', /^\x03\0\0..\xe0/s],
  ['SOCKS', /^\x05[\x01-\x05][\x00-\x02]{1,5}$/],
  // RFC 5321 section 4.2 and RFC 959: a greeting, on a line of its own.
  ['an SMTP or FTP greeting', /^220[ -]/],
  ['a status of HTTP, SMTP or FTP', /^[1-5]\d\d[ -]/],
  ["Python's multiprocessing.connection", /^(\0\0\0.)?#(CHALLENGE|WELCOME|FAILURE)#/s],
  ['JSON', /^\s*[[{]\s*["{[\]}\d]/],
  ['gzip', /^\x1f\x8b\x08/],
]

/** When the bytes are longer and nothing but text, that says enough: no length looks like this. */
const TEXT = /^[\t\r\n -~]{12,}$/

/** `these look like the first bytes of an HTTP request`, or undefined when they look like nobody's. Looks at 16 bytes. */
export function guessSpeaker(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 16))
  const speaker = SPEAKERS.find(([, starts]) => starts.test(text))
  if (speaker) return `these look like the first bytes of ${speaker[0]}`
  return TEXT.test(text) ? 'these look like plain text' : undefined
}
