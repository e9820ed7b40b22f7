/** Who else speaks on the port: the first bytes of others, as their definitions or their programs have them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FramingError, guessSpeaker, lengthPrefix, netstring } from 'wirewright/framing'
import { fromHex } from '#floor/bytes'
import { bytes, filler } from './support.js'

const hex = (text: string) => fromHex(text)!

describe('an error about the first frame', () => {
  const speakers: [what: string, first: Uint8Array][] = [
    ['an HTTP request', bytes('GET /index.html HTTP/1.1\r\nHost: a\r\n')],
    ['an HTTP request', bytes('OPTIONS * HTTP/1.1\r\n')],
    ['HTTP/2', bytes('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['an HTTP reply', bytes('HTTP/1.1 404 Not Found\r\n')],
    ['TLS', hex('16030100f8010000f40303')],
    ['TLS', hex('15030300020228')],
    ['SSH', bytes('SSH-2.0-OpenSSH_9.2p1\r\n')],
    ['a PROXY protocol header', bytes('PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n')],
    ['a PROXY protocol header', hex('0d0a0d0a000d0a515549540a2111000c')],
    ['MQTT', hex('101000044d5154540402003c0004746573 74')],
    ['MQTT', hex('1080010004 4d51545405c2003c')],
    ['AMQP', hex('414d515000000901')],
    ['PostgreSQL', hex('0000000804d2162f')],
    ['PostgreSQL', hex('0000002300030000757365720070')],
    ['Redis', bytes('*1\r\n$4\r\nPING\r\n')],
    ['Remote Desktop', hex('030000130ee000000000000100080003000000')],
    ['SOCKS', hex('05020002')],
    ['an SMTP or FTP greeting', bytes('220 mail.example.org ESMTP Postfix\r\n')],
    ['an SMTP or FTP greeting', bytes('220-Welcome\r\n')],
    ['a status of HTTP, SMTP or FTP', bytes('404 ')],
    ['a status of HTTP, SMTP or FTP', bytes('421-Too many connections\r\n')],
    ['Python’s multiprocessing.connection'.replace('’', "'"), bytes('\0\0\0\x1f#CHALLENGE#{sha256}')],
    ['JSON', bytes('{"type": "hello"}')],
    ['JSON', bytes('[1, 2]')],
    ['gzip', hex('1f8b080000000000000368')],
  ]
  for (const [what, first] of speakers)
    it(`names ${what}: ${JSON.stringify(String.fromCharCode(...first.subarray(0, 12)))}`, () => {
      assert.equal(guessSpeaker(first), `these look like the first bytes of ${what}`)
      const decoder = lengthPrefix('!I', { maxFrameLength: 4 }).decoder()
      decoder.write(first)
      assert.throws(
        () => decoder.read(),
        (error) =>
          error instanceof FramingError && (first.length < 4 || error.message.includes(`first bytes of ${what};`)),
      )
    })

  it('says so when it is nothing but text', () => {
    assert.equal(guessSpeaker(bytes('Welcome to the server\r\n')), 'these look like plain text')
    const decoder = netstring().decoder()
    decoder.write(bytes('Hello, how are you?'))
    assert.throws(() => decoder.read(), /a netstring begins with its length in digits; these look like plain text/)
  })

  it('names nobody where nobody is known', () => {
    for (const first of [
      Uint8Array.of(),
      hex('00000005 68656c6c6f'),
      hex('ffffffff'),
      hex('0102030405060708'),
      bytes('GETTING'),
      filler(5),
    ])
      assert.equal(guessSpeaker(first), undefined)
  })
})
