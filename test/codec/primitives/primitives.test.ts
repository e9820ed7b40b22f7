import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as p from '#floor/codec/primitives'

const runs = { seed: 0x1b6, numRuns: 500 }
const room = () => new Uint8Array(20).fill(0xaa)
const untouched = (bytes: Uint8Array) => assert.ok(bytes.every((byte) => byte === 0xaa))

type Write = (text: string, bytes: Uint8Array, at: number) => boolean
/** The bytes that `write` made of `text`, undefined when it refused, and then it wrote nothing. */
function written(write: Write, text: string, size: number): number[] | undefined {
  const bytes = room()
  if (!write(text, bytes, 2)) {
    untouched(bytes)
    return undefined
  }
  untouched(bytes.subarray(0, 2))
  untouched(bytes.subarray(2 + size))
  return [...bytes.subarray(2, 2 + size)]
}

describe('UUID', () => {
  const text = '00112233-4455-6677-8899-aabbccddeeff'
  const bytes = Array.from({ length: 16 }, (_, i) => i * 17)
  it('is sixteen bytes in the order of the text, in either case', () => {
    assert.deepEqual(written(p.writeUuid, text, 16), bytes)
    assert.deepEqual(written(p.writeUuid, text.toUpperCase(), 16), bytes)
    assert.equal(p.readUuid(Uint8Array.from([9, ...bytes, 9]), 1), text)
  })
  it('gives back what was written', () => {
    for (let i = 0; i < 100; i++) {
      const uuid = randomUUID()
      assert.equal(p.readUuid(Uint8Array.from(written(p.writeUuid, uuid, 16)!), 0), uuid)
    }
  })
  it('refuses every other form', () => {
    const others = ['', text.slice(1), `${text}0`, `{${text}}`, text.replaceAll('-', ''), text.replace('-', '_')]
    for (const other of [...others, text.replace('a', 'g'), ` ${text}`, `${text}\n`, text.replace('0', '０')])
      assert.equal(written(p.writeUuid, other, 16), undefined, other)
  })
})

describe('IPv4 address', () => {
  it('is four decimal numbers', () => {
    assert.deepEqual(written(p.writeIpv4, '192.0.2.255', 4), [192, 0, 2, 255])
    assert.equal(p.readIpv4(Uint8Array.of(9, 0, 10, 200, 255), 1), '0.10.200.255')
  })
  it('refuses what could be read otherwise elsewhere: octal, hexadecimal, fewer parts, white space', () => {
    for (const text of [
      '',
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.256',
      '01.2.3.4',
      '0x1.2.3.4',
      '1.2.3.4 ',
      '1.2.3.',
      '-1.2.3.4',
    ])
      assert.equal(written(p.writeIpv4, text, 4), undefined, text)
    assert.equal(written(p.writeIpv4, '1.2.3.4\n', 4), undefined)
  })
})

describe('IPv6 address', () => {
  const groups = (text: string) => {
    const bytes = written(p.writeIpv6, text, 16)
    return bytes && Array.from({ length: 8 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16)).join()
  }
  const shown = (...eight: number[]) => p.readIpv6(Uint8Array.from(eight.flatMap((g) => [g >> 8, g & 255])), 0)

  it('reads the forms of RFC 4291 section 2.2', () => {
    assert.equal(groups('ABCD:EF01:2345:6789:ABCD:EF01:2345:6789'), 'abcd,ef01,2345,6789,abcd,ef01,2345,6789')
    assert.equal(groups('2001:DB8:0:0:8:800:200C:417A'), '2001,db8,0,0,8,800,200c,417a')
    assert.equal(groups('2001:DB8::8:800:200C:417A'), '2001,db8,0,0,8,800,200c,417a')
    assert.equal(groups('FF01::101'), 'ff01,0,0,0,0,0,0,101')
    assert.equal(groups('::1'), '0,0,0,0,0,0,0,1')
    assert.equal(groups('::'), '0,0,0,0,0,0,0,0')
    assert.equal(groups('1::'), '1,0,0,0,0,0,0,0')
    assert.equal(groups('0:0:0:0:0:0:13.1.68.3'), '0,0,0,0,0,0,d01,4403')
    assert.equal(groups('::FFFF:129.144.52.38'), '0,0,0,0,0,ffff,8190,3426')
    assert.equal(groups('1:2:3:4:5:6:7::'), '1,2,3,4,5,6,7,0')
    assert.equal(groups('::2:3:4:5:6:7:8'), '0,2,3,4,5,6,7,8')
  })
  it('writes as RFC 5952 section 4 wants it', () => {
    assert.equal(shown(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1), '2001:db8::1:0:0:1')
    assert.equal(shown(0x2001, 0xdb8, 0, 1, 1, 1, 1, 1), '2001:db8:0:1:1:1:1:1')
    assert.equal(shown(0x2001, 0, 0, 1, 0, 0, 0, 1), '2001:0:0:1::1')
    assert.equal(shown(0, 0, 1, 0, 0, 0, 0, 0), '0:0:1::')
    assert.equal(shown(0, 0, 0, 0, 0, 0, 0, 0), '::')
    assert.equal(shown(0xabcd, 0, 0, 0, 0, 0, 0, 0), 'abcd::')
    assert.equal(shown(0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201), '::ffff:192.0.2.1')
    assert.equal(shown(0, 0, 0, 0, 0, 0, 0x0102, 0x0304), '::102:304')
  })
  it('refuses what is no address, and a zone', () => {
    const wrong = [
      '',
      ':',
      ':::',
      '1',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7:8::',
      '::1::',
      '1::2:3:4:5:6:7:8',
    ]
    for (const text of [
      ...wrong,
      ':1::',
      '1:',
      '12345::',
      'g::',
      '::1%eth0',
      '1.2.3.4',
      '::1.2.3.4:5',
      '1.2.3.4::',
      '::01.2.3.4',
      '::1 ',
    ])
      assert.equal(groups(text), undefined, text)
  })
  it('takes what Node takes, and gives back every address', () => {
    const part = fc.oneof(
      fc.constantFrom('', '0', '::', ':', '1.2.3.4', '1.2.3', 'ffff', '00001', 'g'),
      fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16)),
    )
    const text = fc.array(part, { maxLength: 9 }).chain((parts) => fc.constantFrom(parts.join(':'), parts.join('')))
    fc.assert(
      fc.property(text, (candidate) => {
        assert.equal(groups(candidate) !== undefined, isIPv6(candidate), candidate)
        assert.equal(written(p.writeIpv4, candidate, 4) !== undefined, isIPv4(candidate), candidate)
      }),
      { ...runs, numRuns: 3000 },
    )
    const group = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 0xffff }))
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (eight) => {
        const address = shown(...eight)
        assert.ok(isIPv6(address))
        assert.equal(groups(address), eight.map((g) => g.toString(16)).join())
        // WHATWG URLs are written by the same rules, but for mapped addresses, which they leave in hexadecimal.
        if (!address.includes('.')) assert.equal(new URL(`http://[${address}]`).hostname, `[${address}]`)
      }),
      runs,
    )
  })
})

describe('time', () => {
  it('takes seconds with and without a fraction, milliseconds and nanoseconds', () => {
    assert.equal(p.dateFromUnixSeconds(1_700_000_000)?.toISOString(), '2023-11-14T22:13:20.000Z')
    assert.equal(p.dateFromUnixSeconds(1.001)?.getTime(), 1001)
    assert.equal(p.dateFromUnixSeconds(-1)?.toISOString(), '1969-12-31T23:59:59.000Z')
    assert.equal(p.dateFromUnixMillis(1_700_000_000_123n)?.toISOString(), '2023-11-14T22:13:20.123Z')
    assert.equal(p.dateFromUnixMillis(-1)?.getTime(), -1)
    assert.equal(p.dateFromUnixNanos(1_700_000_000_123_999_999n)?.toISOString(), '2023-11-14T22:13:20.123Z')
    assert.equal(p.dateFromUnixNanos(-1n)?.getTime(), -1)
  })
  it('gives undefined for what no Date holds', () => {
    assert.equal(p.dateFromUnixSeconds(8.64e12)?.getTime(), 8.64e15)
    assert.equal(p.dateFromUnixSeconds(8.64e12 + 1), undefined)
    assert.equal(p.dateFromUnixSeconds(Number.NaN), undefined)
    assert.equal(p.dateFromUnixMillis((1n << 64n) - 1n), undefined)
    assert.equal(p.dateFromUnixNanos(1n << 80n), undefined)
    assert.equal(p.unixNanos(new Date(Number.NaN)), undefined)
    assert.ok(Number.isNaN(p.unixSeconds(new Date(Number.NaN))))
  })
  it('gives back what a Date holds', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        assert.equal(p.dateFromUnixNanos(p.unixNanos(date)!)?.getTime(), date.getTime())
        const seconds = p.unixSeconds(date) * 1000
        assert.ok(seconds <= date.getTime() && date.getTime() < seconds + 1000)
      }),
      runs,
    )
  })
  it("knows NTP's landmarks (RFC 5905 figure 4, RFC 4330 section 3)", () => {
    const ntp = (iso: string) => p.ntpFromUnixNanos(p.unixNanos(new Date(iso))!)
    assert.equal(ntp('1972-01-01T00:00:00Z') >> 32n, 2_272_060_800n)
    assert.equal(ntp('1999-12-31T00:00:00Z') >> 32n, 3_155_587_200n)
    assert.equal(ntp('2036-02-07T06:28:16Z'), 0n)
    assert.equal(ntp('1970-01-01T00:00:00.500Z'), 0x83aa7e80_80000000n)
    for (const iso of [
      '1968-01-20T03:14:08.000Z',
      '2036-02-07T06:28:15.999Z',
      '2036-02-07T06:28:16.001Z',
      '2104-02-26T09:42:23.999Z',
    ])
      assert.equal(p.dateFromUnixNanos(p.unixNanosFromNtp(ntp(iso)))?.toISOString(), iso)
  })
  it('keeps every nanosecond in an NTP timestamp', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 4_000_000_000n), fc.bigInt(0n, 999_999_999n), (seconds, nanos) => {
        const time = seconds * 1_000_000_000n + nanos
        assert.equal(p.unixNanosFromNtp(p.ntpFromUnixNanos(time)), time)
      }),
      runs,
    )
  })
})
