/** What `wirewright help TOPIC` prints. */
import { EXIT, EXIT_MEANINGS } from './exit.js'

const TOPICS: ReadonlyMap<string, () => string> = new Map([
  ['exit-codes', exitCodes],
  [
    'formats',
    () => `Struct formats, as Python has them
(https://docs.python.org/3/library/struct.html)

A prefix says byte order, sizes and alignment:

  @  native order, sizes and alignment; so does no prefix
  =  native order, no alignment
  <  little-endian, no alignment
  >  big-endian, no alignment
  !  network order, the same as >

Then a letter for each value, with a count in front where there are several:

  x  a byte of padding       ?  true or false           c  one byte
  b  B  1 byte, signed and not                          h  H  2 bytes
  i  I  4 bytes              l  L  4 bytes; 8 in native mode
  q  Q  8 bytes              n  N  P  8 bytes, in native mode only
  e  f  d  floats of 2, 4 and 8 bytes
  s  p  bytes: '4s' is one value of four bytes; 4p has its length in the first

'!BHI' is a byte, then two bytes, then four: 7 bytes. '3h' is three values.
`,
  ],
  [
    'framings',
    () => `Framings: where one message ends and the next begins

  lengthPrefix(!H)             a length in front, as struct writes it:
                               !B !H !I !Q, with < for little-endian
  lengthPrefix(!I, counts: all)
                               the length counts itself and all else, too
  lengthPrefix(!H, lengthOffset: 2)
                               two bytes stand before it, part of the body
  varintPrefix                 a length as protobuf and MQTT write it
  delimiter(0x0d0a)            ends with these bytes
  delimiter("||")              the same in text
  lines, lines(ending: crlf)   lines of text
  fixedLength(12)              every message is as long
  netstring                    5:hello,
  cobs, slip                   as serial lines have them
  chunks                       none: what one read gives (TCP keeps no bounds)
  datagram                     a datagram is a message (UDP)

Every one takes maxFrameLength: the longest body, 1048576 by default.

Nothing known about the bytes? wirewright decode, without a guess, says which
of these would fit.
`,
  ],
  [
    'endpoints',
    () => `Endpoints

  tcp://127.0.0.1:7000     tcp://[::1]:7000     tcp://example.com:7000
  tls://example.com:8443   --ca FILE trusts a certificate of your own;
                           --cert FILE and --key FILE show one, which listening
                           needs; listening with --ca, clients must show one
  udp://127.0.0.1:7000     a datagram is a frame
  unix:/run/my.sock        a file, for its owner alone

Listening, port 0 takes any that is free; a line on standard error says which.
A host left out (tcp://:7000) is this machine alone; 0.0.0.0 is for everybody
on the network.

Authentication: --auth challenge:sha256 or --auth multiprocessing, and the
secret with --secret-file FILE or in WIREWRIGHT_SECRET; never as an argument,
where everybody on the machine could read it. Neither scheme protects what
follows it: over plain TCP or UDP beyond this machine it takes --plaintext, with
the words that say what that means.
`,
  ],
  [
    'messages',
    () => `Messages as words, for call MODULE … and send ENDPOINT --module MODULE …

  1 ab 2.7                      a struct without names: a word for each value
  sensor=7 at.floor=2           a record: fields by their paths
  7 2                           or a word for each field, in their order
  hz=440 hz=441                 an array: its elements, one after the other
  parts[0].id=1 parts[1].id=2   an array of records: elements by their places
  shape.type=dot shape.value=9  one of several: its name, then what it says
  at:='{"floor":2}'             a field as JSON
  '{"sensor":7,"hz":[440]}'     the whole message as JSON
  hello                         any other message: its one value
  reading sensor=7              the name of the message may stand in front

What the definition fills in (counts, checksums, constants) is left out, and so
is what is missing. A length that the framing fills in is given as 0.

Integers have any size: 12345678901234567890, 0xff. Bytes are text with \\xNN, or
0x0102; in JSON they are hexadecimal. Times are ISO 8601. What --json prints as
body can be given back.
`,
  ],
  [
    'expect',
    () => `What an answer must be, for send --expect; otherwise the exit code is 6

Of the whole body, once for each answer, in their order:

  'ACK: \\x00'         text, with \\xNN for any byte
  0x41434b             the same in hexadecimal
  '~^ACK'              a pattern (a JavaScript regular expression)

With --format or --module also of a field, in every answer:

  sensor=7             equal, as one would type it: numbers are numbers (0x07)
  sensor!=7            not equal
  'degrees>=20.5'      numbers in their order: < <= > >=
  label~roof           a pattern
  'hz:=[440,441]'      equal, as JSON: lists and records, too
  'samples[0].hz=440'  a field within others; [0] is the first value of a struct

< and > belong in quotes: a shell takes them for files.
`,
  ],
  [
    'json',
    () => `JSON, an object on a line: for each frame of decode, send and listen …

  v        1, the version of this shape: fields may be added; none will change
           without another number
  t        when, in nanoseconds since 1970, as a string     send, listen
  conn     the number of the connection, from 1             send, listen
  dir      "in" or "out"                                    send, listen
  offset   where the frame begins in the input              decode
  msg      the name of the message, or null when no module names it
  len      bytes of the body
  hex      the body
  fields   with --format or --module: a list, in wire order, of
             path     where it is in the message: samples[3].hz
             offset   its first byte
             length   its bytes
             bits     { first, count } when it is less than whole bytes
             value    the value
             error    instead of it, why there is none
  error    why the frame could not be decoded

… and for each answer to call

  v        1
  t        when, in nanoseconds since 1970, as a string
  msg      the name of the message; null when the service prints in words of
           its own
  body     what it says: an object for a record, a list for a struct or an
           array, otherwise its one value

Integers of 64 bits are strings, and so are NaN and the infinities; bytes are
hexadecimal; times are ISO 8601. The text is plain ASCII: all else is escaped.
`,
  ],
])

export const HELP_TOPICS: readonly string[] = [...TOPICS.keys()]

/** Undefined when there is no such topic. */
export function helpOn(topic: string): string | undefined {
  return TOPICS.get(topic)?.()
}

function exitCodes(): string {
  const rows = Object.entries(EXIT).map(
    ([name, code]) => `  ${String(code).padStart(3)}  ${EXIT_MEANINGS[name as keyof typeof EXIT]}\n`,
  )
  return `Exit codes\n\n${rows.join('')}\nA reader that stops reading (| head -1) is no error: 0.\n`
}
