/** Checksums against the check values that their catalogues publish, and against Python's zlib and binascii. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as checksums from '#floor/codec/checksums'

const { checksumFrom, crc } = checksums
const ascii = (text: string) => new TextEncoder().encode(text)

/** The checksum of "123456789": for CRCs as the RevEng catalogue gives it. */
const PUBLISHED: Record<string, number> = {
  crc8: 0xf4,
  crc8Maxim: 0xa1,
  crc8J1850: 0x4b,
  crc8Autosar: 0xdf,
  crc8DvbS2: 0xbc,
  crc8Rohc: 0xd0,
  crc8Sensirion: 0xf7,
  crc16: 0xbb3d,
  crc16CcittFalse: 0x29b1,
  crc16Xmodem: 0x31c3,
  crc16Kermit: 0x2189,
  crc16Modbus: 0x4b37,
  crc16X25: 0x906e,
  crc16Usb: 0xb4c8,
  crc16Dnp: 0xea82,
  crc24: 0x21cf02,
  crc32: 0xcbf43926,
  crc32c: 0xe3069283,
  crc32Bzip2: 0xfc891918,
  crc32Mpeg2: 0x0376e6e7,
  adler32: 0x091e01de,
  fletcher16: 0x1ede,
  sum8: 0xdd,
  sum16: 0x01dd,
  sum32: 0x000001dd,
  lrc8: 0x23,
  xor8: 0x31,
}

const ready: [string, checksums.Checksum][] = Object.entries(checksums).flatMap(([name, exported]) =>
  typeof exported === 'object' ? [[name, exported]] : [],
)

describe('checksums', () => {
  for (const [name, expected] of Object.entries(PUBLISHED))
    it(`${name} of "123456789" is ${expected.toString(16)}`, () => {
      const found = ready.find(([exported]) => exported === name)
      assert.equal(found?.[1].of(ascii('123456789')), expected)
    })

  it('leaves none without a check value, but for internet, which has RFC 1071 instead', () => {
    assert.deepEqual(ready.map(([name]) => name).sort(), [...Object.keys(PUBLISHED), 'internet'].sort())
    assert.equal(new Set(ready.map(([, { algorithm }]) => algorithm.name)).size, ready.length)
  })

  it('internet gives the example of RFC 1071 section 3, and an IPv4 header with its checksum in place sums to zero', () => {
    assert.equal(checksums.internet.of(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7)), ~0xddf2 & 0xffff)
    const header = [0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0, 0, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7]
    assert.equal(checksums.internet.of(Uint8Array.from(header)), 0xb861)
    header.splice(10, 2, 0xb8, 0x61)
    assert.equal(checksums.internet.of(Uint8Array.from(header)), 0)
    assert.equal(checksums.internet.of(Uint8Array.of(0x12)), ~0x1200 & 0xffff)
  })

  it('agrees with zlib and binascii of Python', () => {
    interface Row {
      size: number
      factor: number
      carry: number
      offset: number
      checksums: Record<string, number>
    }
    const rows = JSON.parse(readFileSync('test/codec/checksums/vectors/checksums.json', 'utf8')) as Row[]
    assert.ok(rows.length > 40)
    for (const { size, factor, carry, offset, checksums: expected } of rows) {
      const message = Uint8Array.from({ length: size }, (_, i) => i * factor + Math.floor(i / 256) * carry + offset)
      for (const [name, value] of Object.entries(expected)) {
        const [, checksum] = ready.find(([, { algorithm }]) => algorithm.name === name)!
        assert.equal(checksum.of(message), value, `${name} of ${size} bytes`)
      }
    }
  })

  for (const [name, checksum] of ready)
    it(`${name} is the same in pieces as at once, looks at its range only, and survives as plain data`, () => {
      const again = checksumFrom(JSON.parse(JSON.stringify(checksum.algorithm)))
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(64), fc.nat(64), (bytes, a, b) => {
          const whole = checksum.of(bytes)
          assert.ok(whole >= 0 && whole < 2 ** checksum.algorithm.width)
          assert.equal(again.of(bytes), whole)
          const [first, second] = [a, b].map((n) => n % (bytes.length + 1)).sort((x, y) => x - y) as [number, number]
          let register = checksum.begin()
          register = checksum.update(register, bytes, 0, first)
          register = checksum.update(register, bytes, first, second)
          register = checksum.update(register, bytes, second)
          assert.equal(checksum.finish(register), whole)
          assert.equal(checksum.of(bytes, first, second), checksum.of(bytes.slice(first, second)))
        }),
        { seed: 0xc4c, numRuns: 100 },
      )
    })

  it('takes any width from 1 bit, and registers reflected one way only', () => {
    const of = (width: number, polynomial: number, initial: number, into: boolean, out: boolean, xorOut: number) =>
      crc({ kind: 'crc', name: 'x', width, polynomial, initial, reflectIn: into, reflectOut: out, xorOut }).of(
        ascii('123456789'),
      )
    // CRC-3/GSM, CRC-4/G-704, CRC-5/USB, CRC-7/MMC, CRC-12/UMTS, CRC-15/CAN, CRC-31/PHILIPS
    assert.equal(of(3, 0x3, 0x0, false, false, 0x7), 0x4)
    assert.equal(of(4, 0x3, 0x0, true, true, 0x0), 0x7)
    assert.equal(of(5, 0x05, 0x1f, true, true, 0x1f), 0x19)
    assert.equal(of(7, 0x09, 0x00, false, false, 0x00), 0x75)
    assert.equal(of(12, 0x80f, 0x000, false, true, 0x000), 0xdaf)
    assert.equal(of(15, 0x4599, 0x0000, false, false, 0x0000), 0x059e)
    assert.equal(of(31, 0x04c11db7, 0x7fffffff, false, false, 0x7fffffff), 0x0ce9e46c)
  })

  it('refuses parameters that do not fit the width, and algorithms that nobody knows', () => {
    const { algorithm } = checksums.crc16
    assert.throws(() => crc({ ...algorithm, width: 33 }), /1 to 32 bits wide, not 33/)
    assert.throws(() => crc({ ...algorithm, width: 8 }), /polynomial of crc16 is 32773, which does not fit 8 bits/)
    assert.throws(() => crc({ ...algorithm, initial: -1 }), /initial of crc16 is -1/)
    assert.throws(() => checksumFrom({ kind: 'md5', name: 'md5', width: 32 } as never), /no checksum algorithm.*"md5"/)
  })
})
