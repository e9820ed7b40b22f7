import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type CodecErrorCode,
  cstring,
  DecodeError,
  type DecodeErrorCode,
  i8,
  i16,
  i24,
  i32,
  i48,
  i64,
  le,
  type Schema,
  sized,
  string,
  u8,
  u16,
  u24,
  u32,
  u48,
  u64,
  until,
  varint,
  varint4,
  varint64,
  withExecution,
  zigzag,
  zigzag64,
} from 'wirewright/codec'
import { fromHex, toHex } from '#floor/bytes'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

const prefixes = {
  u8,
  u16,
  u24,
  u32,
  u48,
  u64,
  i8,
  i16,
  i24,
  i32,
  i48,
  i64,
  varint,
  varint4,
  varint64,
  zigzag,
  zigzag64,
}

for (const execution of executions)
  describe(`string (${execution})`, () => {
    const made = (schema: Schema<string, string, any>) => withExecution(schema, execution)
    const refused = (schema: Schema<string, string, any>, text: string, code: CodecErrorCode) =>
      assert.throws(() => made(schema).encode(text), refusal(code), JSON.stringify(text))
    const damaged = (schema: Schema<string, string, any>, hex: string, code: DecodeErrorCode, offset: number) =>
      assert.throws(() => made(schema).decode(fromHex(hex)!), damage(code, { offset }), hex)

    for (const [name, prefix] of Object.entries(prefixes))
      it(`takes ${name} as its length, in either order`, () => {
        for (const length of [prefix as Schema<any>, le(prefix as Schema<any>)]) {
          const codec = made(string(length))
          const bytes = codec.encode('héllo')
          assert.equal(codec.decode(bytes), 'héllo')
          const counted = length.encode(6)
          assert.deepEqual(bytes, Uint8Array.of(...counted, ...fromHex('68c3a96c6c6f')!))
          assert.throws(() => codec.decode(bytes, 0, bytes.length - 1), DecodeError)
        }
      })

    it('has no negative length', () => {
      for (const signed of [i8, i16, i24, i32, i48, i64, zigzag, zigzag64] as Schema<any>[]) {
        const bytes = Uint8Array.of(...signed.encode(-1), 0x61)
        assert.throws(() => made(string(signed)).decode(bytes), damage('BAD_LENGTH'))
      }
    })

    it('is filled with NUL in a fixed room, or takes exactly that many bytes', () => {
      assert.equal(toHex(made(string(4)).encode('ab')), '61620000')
      assert.equal(made(string(4)).decode(fromHex('61620000')!), 'ab')
      assert.equal(made(string(4)).decode(fromHex('00620000')!), '\0b')
      refused(string(4), 'abcde', 'WRONG_LENGTH')
      refused(string(4), 'ab\0', 'BAD_TEXT')
      const exactly = sized(4, string())
      assert.equal(toHex(made(exactly).encode('abcd')), '61626364')
      assert.equal(made(exactly).decode(fromHex('61620000')!), 'ab\0\0')
      refused(exactly, 'abc', 'WRONG_LENGTH')
      refused(exactly, 'abcde', 'WRONG_LENGTH')
    })

    it('is whole characters of UTF-16 in a fixed room', () => {
      for (const [encoding, hex] of [
        ['utf16be', '0100 0061 0000'],
        ['utf16le', '0001 6100 0000'],
      ] as const) {
        const codec = made(string(6, { encoding }))
        assert.equal(toHex(codec.encode('Āa')), hex.replaceAll(' ', ''))
        assert.equal(codec.decode(fromHex(hex)!), 'Āa')
        assert.throws(() => string(3, { encoding }), refusal('BAD_DEFINITION'))
      }
    })

    it('keeps a byte order mark, which is a character like others', () => {
      for (const encoding of ['utf8', 'utf16be', 'utf16le'] as const)
        for (const text of ['\ufeff', '\ufeffab', `\ufeff${'long enough for another way '.repeat(20)}`]) {
          const codec = made(string(u16, { encoding }))
          assert.equal(codec.decode(codec.encode(text)), text)
        }
    })

    it('refuses what its encoding cannot say, and never replaces it', () => {
      refused(string(u8, { encoding: 'ascii' }), 'é', 'BAD_TEXT')
      refused(string(u8, { encoding: 'latin1' }), '€', 'BAD_TEXT')
      for (const encoding of ['utf8', 'utf16be', 'utf16le'] as const)
        for (const half of ['\ud800', '\udc00', 'a\ud800', '\udc00\ud800', `${'a'.repeat(300)}\ud800`]) {
          refused(string(u16, { encoding }), half, 'BAD_TEXT')
          refused(string(600 * 2, { encoding }), half, 'BAD_TEXT')
          refused(string(undefined, { encoding }), half, 'BAD_TEXT')
        }
    })

    it('refuses bytes that are no text in its encoding, and says where they begin to be none', () => {
      damaged(string(u8, { encoding: 'ascii' }), '03 61 80 61', 'BAD_TEXT', 2)
      for (const [hex, at] of [
        ['02 c0 80', 1], // an overlong NUL
        ['03 61 c3 28', 2],
        ['03 ed a0 80', 1], // half a pair
        ['04 f4 90 80 80', 1], // beyond U+10FFFF
        ['03 61 e2 82', 2], // cut
        ['01 ff', 1],
      ] as const)
        damaged(string(u8), hex, 'BAD_TEXT', at)
      damaged(string(u8, { encoding: 'utf16be' }), '04 0061 d800', 'BAD_TEXT', 3)
      damaged(string(u8, { encoding: 'utf16le' }), '04 6100 00dc', 'BAD_TEXT', 3)
      damaged(string(u8, { encoding: 'utf16le' }), '03 6100 00', 'BAD_TEXT', 3)
      assert.equal(made(string(u8, { encoding: 'latin1' })).decode(fromHex('02 80 ff')!), '\x80ÿ')
    })

    it('ends at its terminator, of one byte or several, which it cannot contain', () => {
      for (const [schema, wire] of [
        [cstring(), '616200'],
        [string(until('\r\n')), '61620d0a'],
        [string(until(';'), { encoding: 'ascii' }), '61623b'],
        [string(until(Uint8Array.of(0, 0)), { encoding: 'latin1' }), '61620000'],
      ] as const) {
        assert.equal(toHex(made(schema).encode('ab')), wire)
        assert.equal(made(schema).decode(fromHex(wire)!), 'ab')
      }
      refused(cstring(), 'a\0b', 'BAD_TEXT')
      refused(string(until('\r\n')), 'a\r\nb', 'BAD_TEXT')
      // Its own end and the terminator's beginning would be one, a byte too early.
      refused(string(until('aa')), 'ba', 'BAD_TEXT')
      assert.equal(made(string(until('\r\n'))).decode(fromHex('61 0d 62 0d 0a')!), 'a\rb')
    })
  })
