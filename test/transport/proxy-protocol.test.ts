/** PROXY headers: the two versions, cut everywhere, and whatever else may stand in their place. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ProxyHeaderError, readProxyHeader } from 'wirewright/transport'

const text = (line: string): Uint8Array => new TextEncoder().encode(line)
const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]
const v2 = (command: number, family: number, addresses: number[], length = addresses.length): Uint8Array =>
  Uint8Array.from([...SIGNATURE, 0x20 | command, family, length >> 8, length & 255, ...addresses])
const IPV4 = [192, 0, 2, 7, 198, 51, 100, 1, 0xdc, 0x04, 0x01, 0xbb]

const good: [string, Uint8Array, object | undefined][] = [
  ['TCP4, version 1', text('PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n'), { host: '192.0.2.7', port: 56324 }],
  ['TCP6, version 1', text('PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n'), { host: '2001:db8::7', port: 56324 }],
  ['the largest ports', text('PROXY TCP4 192.0.2.7 198.51.100.1 65535 0\r\n'), { host: '192.0.2.7', port: 65535 }],
  ['a line of 107 bytes', text(`PROXY UNKNOWN ${'x'.repeat(91)}\r\n`), undefined],
  ['UNKNOWN, version 1', text('PROXY UNKNOWN\r\n'), undefined],
  ['IPv4, version 2', v2(1, 0x11, IPV4), { host: '192.0.2.7', port: 56324 }],
  ['IPv4 with extensions, version 2', v2(1, 0x11, [...IPV4, 4, 0, 1, 0]), { host: '192.0.2.7', port: 56324 }],
  [
    'IPv6, version 2',
    v2(1, 0x21, [...[0x20, 1, 0xd, 0xb8], ...Array(11).fill(0), 7, ...Array(16).fill(0), 0xdc, 4, 1, 0xbb]),
    { host: '2001:db8::7', port: 56324 },
  ],
  ['a health check, version 2', v2(0, 0, []), undefined],
  ['an unspecified family, version 2', v2(1, 0, [1, 2, 3]), undefined],
]

describe('a PROXY header', () => {
  for (const [what, bytes, source] of good)
    it(`says ${what}, and nothing before its last byte`, () => {
      for (let cut = 0; cut < bytes.length; cut++)
        assert.equal(readProxyHeader(bytes.subarray(0, cut)), undefined, `cut at ${cut}`)
      const followed = Uint8Array.from([...bytes, 1, 2, 3])
      assert.deepEqual(readProxyHeader(followed), {
        length: bytes.length,
        source: source && { transport: 'tcp', ...source },
      })
    })

  const bad: [string, Uint8Array][] = [
    ['anything else', text('GET / HTTP/1.1\r\n')],
    ['a line without an end', text(`PROXY TCP4 ${'1'.repeat(100)}`)],
    ['a line that ends in LF alone', text('PROXY TCP4 1.2.3.4 1.2.3.4 1 1\n')],
    ['an unknown family', text('PROXY TCP5 1.2.3.4 1.2.3.4 1 1\r\n')],
    ['missing ports', text('PROXY TCP4 1.2.3.4 1.2.3.4\r\n')],
    ['a name', text('PROXY TCP4 localhost 1.2.3.4 1 1\r\n')],
    ['an address of the other family', text('PROXY TCP4 ::1 ::1 1 1\r\n')],
    ['a port that does not exist', text('PROXY TCP4 1.2.3.4 1.2.3.4 65536 1\r\n')],
    ...(
      [
        ['999.0.2.7 198.51.100.1 1 1', 'TCP4'],
        ['192.0.2.07 198.51.100.1 1 1', 'TCP4'],
        ['192.0.2.7 198.51.100 1 1', 'TCP4'],
        ['192.0.2.7 2001:db8::1 1 1', 'TCP4'],
        ['2001:db8::7 2001:db8::1 1 1', 'TCP4'],
        ['192.0.2.7 198.51.100.1 1 1', 'TCP6'],
        ['2001:db8::7%eth0 2001:db8::1 1 1', 'TCP6'],
        ['2001:db8::7 2001:db8::1::2 1 1', 'TCP6'],
        ['192.0.2.7 198.51.100.1 99999 1', 'TCP4'],
        ['192.0.2.7 198.51.100.1 1 65536', 'TCP4'],
        ['192.0.2.7 198.51.100.1 012 1', 'TCP4'],
        ['192.0.2.7 198.51.100.1 1 00', 'TCP4'],
        ['192.0.2.7 198.51.100.1 -1 1', 'TCP4'],
        ['192.0.2.7 198.51.100.1 1 1 1', 'TCP4'],
        ['192.0.2.7  198.51.100.1 1 1', 'TCP4'],
        ['', 'TCP4'],
      ] as const
    ).map(([rest, family]): [string, Uint8Array] => [`${family} ${rest}`, text(`PROXY ${family} ${rest}\r\n`)]),
    ['a line of 108 bytes', text(`PROXY UNKNOWN ${'x'.repeat(92)}\r\n`)],
    ['version 3', Uint8Array.from([...SIGNATURE, 0x31, 0x11, 0, 12, ...IPV4])],
    ['an unknown command', v2(2, 0x11, IPV4)],
    ['addresses that are too short', v2(1, 0x11, IPV4.slice(0, 8))],
    ['a length of 65535', v2(1, 0x11, IPV4, 65535)],
  ]
  for (const [what, bytes] of bad)
    it(`is not ${what}`, () => {
      assert.throws(() => readProxyHeader(bytes), ProxyHeaderError)
    })
})
