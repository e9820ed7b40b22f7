/** The bytes themselves: what each combinator puts on the wire, written down by hand. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  adler32,
  align,
  array,
  asked,
  at,
  be,
  bitArray,
  bits,
  bool,
  bytes,
  CodecError,
  checksum,
  constant,
  crc16CcittFalse,
  crc16Modbus,
  crc32,
  cstring,
  enumeration,
  f16,
  f32,
  f64,
  field,
  flags,
  fromStruct,
  header,
  i8,
  i16,
  i24,
  i32,
  i48,
  i64,
  internet,
  ipv4,
  ipv6,
  le,
  map,
  option,
  padding,
  record,
  refine,
  rest,
  type Schema,
  sized,
  state,
  string,
  sum8,
  timestamp,
  transform,
  u8,
  u16,
  u24,
  u32,
  u48,
  u64,
  union,
  until,
  uuid,
  varint,
  varint4,
  varint64,
  when,
  withExecution,
  xor8,
  zigzag,
  zigzag64,
} from 'wirewright/codec'
import { struct } from 'wirewright/struct'
import { fromHex, toHex } from '#floor/bytes'
import { refusal } from './support/matchers.js'
import { executions } from './support/proves.js'
import { isWritten } from './support/wire.js'

const ascii = (text: string) => new TextEncoder().encode(text)
const Shape = union(u8, { circle: [1, record({ r: u16 })], square: [2, record({ side: u16 })] })

const wire: [string, Schema<any, any, any, any>, unknown, string][] = [
  ['u8', u8, 255, 'ff'],
  ['i8', i8, -1, 'ff'],
  ['u16', u16, 0x0102, '0102'],
  ['le(u16)', le(u16), 0x0102, '0201'],
  ['i16', i16, -2, 'fffe'],
  ['u24', u24, 0x010203, '010203'],
  ['le(i24)', le(i24), -2, 'feffff'],
  ['u32', u32, 0xfffefdfc, 'fffefdfc'],
  ['le(i32)', le(i32), -2, 'feffffff'],
  ['u48', u48, 0x010203040506, '010203040506'],
  ['le(i48)', le(i48), -2, 'feffffffffff'],
  ['u64', u64, 0x0102030405060708n, '0102030405060708'],
  ['le(i64)', le(i64), -2n, 'feffffffffffffff'],
  ['f16', f16, 1.5, '3e00'],
  ['f32', f32, 1.5, '3fc00000'],
  ['le(f64)', le(f64), 1.5, '000000000000f83f'],
  ['bool', bool, true, '01'],
  [
    'be within le within be',
    be(record({ a: u16, b: le(record({ c: u16, d: be(u16) })) })),
    { a: 1, b: { c: 1, d: 1 } },
    '0001 0100 0001',
  ],
  ['string(u8)', string(u8), 'hé', '03 68c3a9'],
  ['string(5)', string(5), 'hé', '68c3a9 0000'],
  ['string(u16), utf16be', string(u16, { encoding: 'utf16be' }), 'hé', '0004 0068 00e9'],
  ['string(u16), utf16le', string(le(u16), { encoding: 'utf16le' }), 'hé', '0400 6800 e900'],
  ['string(u8), latin1', string(u8, { encoding: 'latin1' }), 'hé', '02 68e9'],
  ['cstring()', cstring(), 'ab', '6162 00'],
  ["string(until('\\r\\n'))", string(until('\r\n')), 'ab', '6162 0d0a'],
  ['bytes(varint)', bytes(varint), Uint8Array.of(1, 2), '02 0102'],
  ['array(u16, u8)', array(u16, u8), [1, 2], '02 0001 0002'],
  ['array(u16, until)', array(u16, until(0xff)), [1, 2], '0001 0002 ff'],
  ['option', array(option(u8), 2), [undefined, 7], '00 0107'],
  ['constant', record({ magic: constant(bytes(2), ascii('PK')) }), { magic: ascii('PK') }, '504b'],
  ['padding', record({ a: u8, gap: padding(2), b: u8 }), { a: 1, b: 2 }, '01 0000 02'],
  ['align', record({ a: u8, gap: align(4), b: u8, end: align(4) }), { a: 1, b: 2 }, '01000000 02000000'],
  ['enumeration', enumeration(u16, { on: 256 }), 'on', '0100'],
  ['flags', flags(u16, { a: 1, b: 0x8000 }), { a: true, b: true }, '8001'],
  ['bits, first most significant', bits(u16, { a: 4, b: 12 }), { a: 0xa, b: 0xbcd }, 'abcd'],
  ['bits, first least significant', bits(u16, { a: 4, b: 12 }, { first: 'lsb' }), { a: 0xa, b: 0xbcd }, 'bcda'],
  ['bits across little-endian bytes', bits(le(u16), { a: 4, b: 12 }), { a: 0xa, b: 0xbcd }, 'cdab'],
  ['bitArray', bitArray(10), [true, false, true, false, false, false, false, false, true, false], '0501'],
  ['bitArray, msb', bitArray(u8, { first: 'msb' }), [true, false, true], '03 a0'],
  ['union', Shape, { type: 'square', value: { side: 3 } }, '02 0003'],
  ['varint', varint, 300, 'ac02'],
  ['varint4', varint4, 268435455, 'ffffff7f'],
  ['varint64', varint64, 2n ** 64n - 1n, 'ffffffffffffffffff01'],
  ['zigzag', zigzag, -2, '03'],
  ['zigzag64', zigzag64, 2n, '04'],
  ['sized(u16)', sized(u16, array(u8)), [1, 2, 3], '0003 010203'],
  ['sized(varint)', sized(varint, array(u8)), Array(200).fill(7), `c801 ${'07'.repeat(200)}`],
  [
    'map',
    map(string(u8), u8, u8),
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    '02 016101 016202',
  ],
  ['uuid', uuid, '00112233-4455-6677-8899-aabbccddeeff', '00112233445566778899aabbccddeeff'],
  ['ipv4', ipv4, '192.0.2.1', 'c0000201'],
  ['ipv6', ipv6, '2001:db8::1', '20010db8000000000000000000000001'],
  ['timestamp, s', timestamp(u32, 's'), new Date('2001-09-09T01:46:40Z'), '3b9aca00'],
  ['timestamp, ms', timestamp(u64, 'ms'), new Date(1000), '00000000000003e8'],
  ['timestamp, ntp', timestamp(u64, 'ntp'), new Date(500), '83aa7e8080000000'],
  ['at', record({ name: at(u8, cstring()), size: u8 }), { name: 'a', size: 9 }, '02 09 6100'],
  ['at a number', record({ a: u8, b: at(4, u8) }), { a: 1, b: 2 }, '01 000000 02'],
  ['a struct', record({ head: struct('<HB'), a: u16 }), { head: [1, 2], a: 3 }, '0100 02 0003'],
  ['a struct with names', fromStruct(struct('!HB'), ['a', 'b']), { a: 1, b: 2 }, '0001 02'],
  // Modbus RTU, "MODBUS over serial line" 1.02: read 10 registers from 0 of unit 1.
  [
    'crc16 of Modbus',
    record({ unit: u8, fn: u8, address: u16, quantity: u16, crc: checksum(crc16Modbus, le(u16)) }),
    { unit: 1, fn: 3, address: 0, quantity: 10, crc: 0xcdc5 },
    '01 03 0000 000a c5cd',
  ],
  // A PNG's IEND chunk: the checksum covers type and data, not the length.
  [
    'crc32 of PNG',
    record({
      length: u32,
      type: string(4),
      data: bytes(field('length')),
      crc: checksum(crc32, u32, { from: 'type', to: 'data' }),
    }),
    { length: 0, type: 'IEND', data: new Uint8Array(0), crc: 0xae426082 },
    '00000000 49454e44 ae426082',
  ],
  // The header in Wikipedia's article on the IPv4 header checksum.
  [
    'the checksum of IPv4',
    record({ start: bytes(10), sum: checksum(internet, u16, { from: 'start', to: 'rest' }), rest: bytes(8) }),
    { start: fromHex('45000073000040004011')!, sum: 0xb861, rest: fromHex('c0a80001c0a800c7')! },
    '45000073000040004011 b861 c0a80001c0a800c7',
  ],
  [
    'check values',
    record({
      text: string(9),
      a: checksum(crc16CcittFalse, u16, { to: 'text' }),
      b: checksum(adler32, u32, { to: 'text' }),
      c: checksum(sum8, u8, { to: 'text' }),
      d: checksum(xor8, u8, { to: 'text' }),
    }),
    { text: '123456789', a: 0x29b1, b: 0x091e01de, c: 0xdd, d: 0x31 },
    '313233343536373839 29b1 091e01de dd 31',
  ],
]

for (const execution of executions)
  describe(`on the wire (${execution})`, () => {
    for (const [name, schema, value, hex] of wire)
      it(name, () => {
        isWritten(withExecution(schema, execution), value, hex)
      })

    it('answers in the words of the question: Modbus', () => {
      const coils = withExecution(record({ bytes: u8, coils: bitArray(asked('quantity')) }), execution)
      const context = { asked: { quantity: 3 } }
      assert.deepEqual(coils.decode(Uint8Array.of(1, 0b101), 0, 2, context), { bytes: 1, coils: [true, false, true] })
      assert.throws(() => coils.encode({ bytes: 1, coils: [true] }, context), refusal('MISMATCH'))
      assert.throws(() => coils.decode(Uint8Array.of(1, 5)), refusal('UNRESOLVED'))
    })

    it('follows the header and the state of the connection: MQTT', () => {
      const publish = withExecution(
        record({
          topic: string(u16),
          id: when(header('first.qos').gt(0), u16),
          properties: when(state('version').eq(5), bytes(varint)),
          payload: rest(),
        }),
        execution,
      )
      const at0 = { header: { first: { qos: 0 } }, state: { version: 4 } }
      const at1 = { header: { first: { qos: 1 } }, state: { version: 5 } }
      assert.equal(toHex(publish.encode({ topic: 'a', payload: 'x' }, at0)), '00016178')
      assert.equal(
        toHex(publish.encode({ topic: 'a', id: 7, properties: '', payload: 'x' }, at1)),
        '000161000700' + '78',
      )
      assert.deepEqual(publish.decode(fromHex('00016100070078')!, 0, 7, at1).id, 7)
      assert.throws(() => publish.encode({ topic: 'a', id: 7, payload: 'x' }, at0), CodecError)
      assert.throws(() => publish.encode({ topic: 'a', payload: 'x' }, at1), CodecError)
    })

    it('runs the functions of the user in the middle of its own work', () => {
      const inner = withExecution(record({ text: string(u8) }), execution)
      const outer = withExecution(
        record({
          a: string(u8),
          b: transform(bytes(u8), {
            decode: (b) => inner.decode(b).text,
            encode: (t: string) => inner.encode({ text: t }),
          }),
          c: string(u8),
        }),
        execution,
      )
      const value = { a: 'first', b: 'second', c: 'third' }
      assert.deepEqual(outer.decode(outer.encode(value)), value)
    })

    it('is a Standard Schema: gives what decoding would, or says where a value is wrong', () => {
      const codec = withExecution(record({ list: array(record({ n: u64 }), u8) }), execution)
      assert.deepEqual(codec['~standard'].validate({ list: [{ n: 1 }] }), { value: { list: [{ n: 1n }] } })
      assert.deepEqual(codec['~standard'].validate({ list: [{ n: 1 }, { n: 'x' }] }), {
        issues: [{ message: 'list[1].n at byte 9: "x" is no bigint', path: ['list', 1, 'n'] }],
      })
      const refined = withExecution(refine(record({ n: u8 }), record({ n: u8 })), execution)
      assert.deepEqual(refined.decode(Uint8Array.of(1)), { n: 1 })
    })
  })

describe('executions', () => {
  it('differ in nothing but speed; interpreted codecs never make a function from text', () => {
    const real = globalThis.Function
    let made = 0
    globalThis.Function = new Proxy(real, {
      construct(target, args) {
        made++
        return Reflect.construct(target, args)
      },
    })
    try {
      const codec = withExecution(record({ a: u8, b: array(string(u8), u8) }), 'interpret')
      assert.deepEqual(codec.decode(codec.encode({ a: 1, b: ['x'] })), { a: 1, b: ['x'] })
      codec.inspect(Uint8Array.of(1))
      assert.equal(made, 0)
    } finally {
      globalThis.Function = real
    }
  })
})
