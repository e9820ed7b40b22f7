import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as everything from 'wirewright/codec'
import {
  align,
  array,
  asked,
  at,
  backref,
  be,
  bitArray,
  bits,
  bool,
  bytes,
  type Checksum,
  checksum,
  constant,
  crc,
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
  lazy,
  le,
  map,
  option,
  padding,
  record,
  refine,
  rest,
  type Schema,
  type StandardSchema,
  sized,
  state,
  string,
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
  zigzag,
  zigzag64,
} from 'wirewright/codec'
import { struct } from 'wirewright/struct'
import { dotted, Message } from './support/dns.js'
import { proven, proves } from './support/proves.js'
import { decimal, Resp, resp, type Value } from './support/resp.js'

const int = (min: number, max: number) => fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, 0))
for (const [name, number, min, max] of [
  ['u8', u8, 0, 255],
  ['i8', i8, -128, 127],
  ['u16', u16, 0, 65535],
  ['i16', i16, -32768, 32767],
  ['u24', u24, 0, 2 ** 24 - 1],
  ['i24', i24, -(2 ** 23), 2 ** 23 - 1],
  ['u32', u32, 0, 2 ** 32 - 1],
  ['i32', i32, -(2 ** 31), 2 ** 31 - 1],
  ['u48', u48, 0, 2 ** 48 - 1],
  ['i48', i48, -(2 ** 47), 2 ** 47 - 1],
] as const) {
  proves(
    name,
    number,
    fc.oneof(
      fc.maxSafeInteger().filter((n) => n >= min && n <= max),
      int(Math.max(min, -(2 ** 31)), Math.min(max, 2 ** 31 - 1)),
      fc.constantFrom(min, max),
    ),
    { runs: 30 },
  )
  proves(`le(${name})`, le(number), int(Math.max(min, -(2 ** 31)), Math.min(max, 2 ** 31 - 1)), { runs: 20 })
}
proves('u64', u64, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
proves('le(i64)', le(i64), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
proves('i64 from numbers', i64, fc.maxSafeInteger(), { out: BigInt })
proves('f64', f64, fc.double())
proves('f32', f32, fc.float())
proves('f16', f16, fc.constantFrom(0, -0, 1, -2.5, 65504, 2 ** -24, Number.POSITIVE_INFINITY, Number.NaN))
const text = fc.string({ unit: 'grapheme', maxLength: 12 })
proves('string(u8)', string(u8), text)
proves('string(le(u16))', string(le(u16)), text)
proves('string(varint)', string(varint), fc.string({ maxLength: 200 }))
proves('string(u64)', string(u64), text)
proves('string(i8)', string(i8), text)
proves('string()', string(), text, { endless: true })
proves('string(40)', string(40), fc.string({ maxLength: 6, unit: 'grapheme-ascii' }))
proves(
  'cstring()',
  cstring(),
  text.filter((t) => !t.includes('\0')),
)
proves("string(until('\\r\\n'))", string(until('\r\n'), { encoding: 'latin1' }), fc.stringMatching(/^[a-z]{0,9}$/))
for (const encoding of ['ascii', 'latin1', 'utf16be', 'utf16le'] as const)
  proves(`string(u16), ${encoding}`, string(u16, { encoding }), fc.stringMatching(/^[a-z]{0,30}$/))
proves('string(20), utf16le', string(20, { encoding: 'utf16le' }), fc.stringMatching(/^[a-z]{0,10}$/))
const blob = fc.uint8Array({ maxLength: 40 })
proves('bytes(u8)', bytes(u8), blob)
proves('bytes(varint)', bytes(varint), fc.uint8Array({ maxLength: 300 }))
proves('bytes(3)', bytes(3), fc.uint8Array({ minLength: 3, maxLength: 3 }))
proves('bytes(30)', bytes(30), fc.uint8Array({ minLength: 30, maxLength: 30 }))
proves(
  'bytes(until(0))',
  bytes(until(0)),
  blob.map((b) => b.filter((byte) => byte !== 0)),
)
proves('rest()', rest(), blob, { endless: true })
proves('bytes(u16), views', bytes(u16, { views: true }), blob)
proves('array(u16, u8)', array(u16, u8), fc.array(int(0, 65535), { maxLength: 20 }))
proves('array(u8, 3)', array(u8, 3), fc.array(int(0, 255), { minLength: 3, maxLength: 3 }))
proves('array(string(u8), u16)', array(string(u8), u16), fc.array(text, { maxLength: 6 }))
proves('array(u24)', array(u24), fc.array(int(0, 2 ** 24 - 1), { maxLength: 6 }), { endless: true })
proves('array(string(u8))', array(string(u8)), fc.array(text, { maxLength: 6 }), { endless: true })
proves('array(u16, until(ffff))', array(u16, until(Uint8Array.of(255, 255))), fc.array(int(0, 65534), { maxLength: 6 }))
proves(
  'array(cstring(), until(0))',
  array(cstring(), until(0)),
  fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 6 }),
)
proves('array(record({}), u8)', array(record({}), u8), fc.array(fc.constant({}), { maxLength: 6 }))
proves(
  'array(array(i8, varint), varint)',
  array(array(i8, varint), varint),
  fc.array(fc.array(int(-128, 127), { maxLength: 4 }), { maxLength: 6 }),
)
proves('option(u16)', option(u16), fc.option(int(0, 65535), { nil: undefined }))
proves('option(string(u8))', option(string(u8)), fc.option(text, { nil: undefined }))
proves('bool', bool, fc.boolean())
proves('constant', record({ magic: constant(u16, 0xcafe), id: u8 }), fc.record({ id: int(0, 255) }), {
  out: (v) => ({ magic: 0xcafe, ...v }),
})
proves('constant string', record({ magic: constant(string(4), 'RIFF'), x: le(constant(u32, 1)) }), fc.constant({}), {
  out: () => ({ magic: 'RIFF', x: 1 }),
})
proves(
  'padding and align',
  record({ a: u8, gap: padding(3), b: string(u8), fill: align(4), c: u8 }),
  fc.record({ a: int(0, 255), b: text, c: int(0, 255) }),
)
proves('enumeration', enumeration(u8, { off: 0, on: 1, auto: 200 }), fc.constantFrom('off', 'on', 'auto'))
proves('enumeration(varint)', enumeration(varint, { off: 0, on: 1000 }), fc.constantFrom('off', 'on'))
proves('flags', flags(u16, { a: 1, b: 0x8000, c: 4 }), fc.record({ a: fc.boolean(), b: fc.boolean(), c: fc.boolean() }))
proves(
  'flags to the top of 32 bits',
  flags(u32, { top: 0x80000000, low: 1 }),
  fc.record({ top: fc.boolean(), low: fc.boolean() }),
)
proves('bits(u8)', bits(u8, { failed: 1, fn: 7 }), fc.record({ failed: int(0, 1), fn: int(0, 127) }))
proves(
  'bits(u16), lsb',
  bits(u16, { a: 3, b: 9, c: 4 }, { first: 'lsb' }),
  fc.record({ a: int(0, 7), b: int(0, 511), c: int(0, 15) }),
)
proves('bits(le(u32))', bits(le(u32), { a: 1, b: 31 }), fc.record({ a: int(0, 1), b: int(0, 2 ** 31 - 1) }))
proves('bits(u32) of 32', bits(u32, { all: 32 }), fc.record({ all: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }))
proves(
  'bits(u48)',
  bits(u48, { a: 40, b: 8 }),
  fc.record({ a: fc.integer({ min: 0, max: 2 ** 40 - 1 }), b: int(0, 255) }),
)
proves(
  'bits(u64)',
  bits(u64, { a: 12, b: 52 }),
  fc.record({ a: int(0, 4095), b: fc.integer({ min: 0, max: 2 ** 52 - 1 }) }),
)
proves('bitArray(u8)', bitArray(u8), fc.array(fc.boolean(), { maxLength: 30 }))
proves('bitArray(10), msb', bitArray(10, { first: 'msb' }), fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }))
const Shape = {
  circle: [1, record({ r: u16 })],
  square: [2, record({ side: u16, name: string(u8) })],
  none: [255, record({})],
} as const
const shape = fc.oneof(
  fc.record({ type: fc.constant('circle'), value: fc.record({ r: int(0, 65535) }) }),
  fc.record({ type: fc.constant('square'), value: fc.record({ side: int(0, 65535), name: text }) }),
  fc.constant({ type: 'none', value: {} }),
)
proves('union(u8)', union(u8, Shape), shape)
proves(
  'union(varint), otherwise',
  union(varint, Shape, { otherwise: bytes(u8) }),
  fc.oneof(shape, fc.record({ type: fc.constant('otherwise'), tag: int(3, 200), value: blob }) as fc.Arbitrary<any>),
)
proves(
  'union(string)',
  union(string(1), { a: ['a', u8], b: ['b', bool] }),
  fc.oneof(
    fc.record({ type: fc.constant('a'), value: int(0, 255) }),
    fc.record({ type: fc.constant('b'), value: fc.boolean() }) as fc.Arbitrary<any>,
  ),
)
proves(
  'union(field)',
  record({ kind: u8, x: u8, body: union(field('kind'), Shape) }),
  fc.record({ x: int(0, 255), body: shape }),
  { out: (v) => ({ kind: Shape[v.body.type as 'circle'][0], ...v }) },
)
proves('varint', varint, fc.oneof(int(0, 300), fc.integer({ min: 0, max: 2 ** 32 - 1 })))
proves('varint4', varint4, fc.oneof(int(0, 300), fc.integer({ min: 0, max: 2 ** 28 - 1 })))
proves('varint64', varint64, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
proves('zigzag', zigzag, int(-(2 ** 31), 2 ** 31 - 1))
proves('zigzag64', zigzag64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
proves(
  'sized(u16, array)',
  sized(u16, array(u32)),
  fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 5 }),
)
proves(
  'sized(varint, record)',
  sized(varint, record({ a: string(u8), b: rest() })),
  fc.record({ a: text, b: fc.uint8Array({ maxLength: 200 }) }),
)
proves(
  'sized(4, record)',
  sized(4, record({ a: u8, b: bytes(u8) })),
  fc.record({ a: int(0, 255), b: fc.uint8Array({ minLength: 2, maxLength: 2 }) }),
)
proves(
  'sized(until)',
  sized(until(0), string()),
  text.filter((t) => !t.includes('\0')),
)
proves(
  'sized(field)',
  record({ n: u16, x: u8, body: sized(field('n'), record({ a: string(u8), b: rest() })) }),
  fc.record({ x: int(0, 255), body: fc.record({ a: text, b: blob }) }),
  { out: (v) => ({ n: 1 + Buffer.byteLength(v.body.a) + v.body.b.length, ...v }) },
)
proves(
  'sized(varint field), nested',
  record({
    n: varint,
    x: u8,
    body: sized(field('n'), record({ m: varint, inner: sized(field('m'), rest()), after: u8 })),
  }),
  fc.record({ x: int(0, 255), body: fc.record({ inner: fc.uint8Array({ maxLength: 300 }), after: int(0, 255) }) }),
  {
    out: (v) => ({
      n: v.body.inner.length + 1 + (v.body.inner.length > 127 ? 2 : 1),
      x: v.x,
      body: { m: v.body.inner.length, ...v.body },
    }),
  },
)
proves(
  'array(field)',
  record({ n: u8, x: u8, items: array(u16, field('n')) }),
  fc.record({ x: int(0, 255), items: fc.array(int(0, 65535), { maxLength: 9 }) }),
  { out: (v) => ({ n: v.items.length, ...v }) },
)
proves('string(field)', record({ n: u8, x: u8, s: string(field('n')) }), fc.record({ x: int(0, 255), s: text }), {
  out: (v) => ({ n: Buffer.byteLength(v.s), ...v }),
})
proves('bytes(field)', record({ n: u8, x: u8, s: bytes(field('n')) }), fc.record({ x: int(0, 255), s: blob }), {
  out: (v) => ({ n: v.s.length, ...v }),
})
proves(
  'a count outside of the record',
  record({ n: u8, inner: record({ items: array(u8, field('n')), after: u8 }) }),
  fc.record({ inner: fc.record({ items: fc.array(int(0, 255), { maxLength: 9 }), after: int(0, 255) }) }),
  { out: (v) => ({ n: v.inner.items.length, ...v }) },
)
proves(
  'when(field)',
  record({ flags: u8, id: when(field('flags').has(2), u16), z: u8 }),
  fc.oneof(
    fc.record({ flags: fc.constantFrom(2, 3, 7), id: int(0, 65535), z: int(0, 255) }),
    fc.record({ flags: fc.constantFrom(0, 1, 4), id: fc.constant(undefined), z: int(0, 255) }) as fc.Arbitrary<any>,
  ),
)
proves(
  'when(part of a field)',
  record({ op: bits(u8, { a: 4, b: 4 }), x: when(field('op.b').gt(3), string(u8)) }),
  fc.record({ op: fc.record({ a: int(0, 15), b: fc.integer({ min: 4, max: 15 }) }), x: text }),
)
proves(
  'when(header)',
  record({ topic: string(u16), id: when(header('first.qos').gt(0), u16) }),
  fc.record({ topic: text, id: int(0, 65535) }),
  { context: { header: { first: { qos: 1 } } } },
)
proves(
  'checksum, crc16 modbus',
  record({ unit: u8, pdu: bytes(u8), crc: checksum(crc16Modbus, le(u16)) }),
  fc.record({ unit: int(0, 255), pdu: blob }),
  {
    out: (v) => ({ ...v, crc: crc16Modbus.of(Uint8Array.of(v.unit, v.pdu.length, ...v.pdu)) }),
  },
)
proves(
  'checksum of a range',
  record({ a: u8, b: string(u8), c: u16, d: u8, crc: checksum(crc32, u32, { from: 'b', to: 'c' }) }),
  fc.record({ a: int(0, 255), b: text, c: int(0, 65535), d: int(0, 255) }),
  {
    out: (v) => ({
      ...v,
      crc: crc32.of(Uint8Array.of(Buffer.byteLength(v.b), ...Buffer.from(v.b), v.c >> 8, v.c & 255)),
    }),
  },
)
proves(
  'checksum within its range',
  record({ a: u16, sum: checksum(internet, u16, { from: 'a', to: 'b' }), b: u16 }),
  fc.record({ a: int(0, 65535), b: int(0, 65535) }),
  {
    out: (v) => ({ a: v.a, sum: internet.of(Uint8Array.of(v.a >> 8, v.a & 255, 0, 0, v.b >> 8, v.b & 255)), b: v.b }),
  },
)
function xor(b: Uint8Array): number {
  return b.reduce((x, y) => x ^ y, 0)
}
proves(
  'a length, a count and a checksum in one',
  record({
    n: u16,
    body: sized(field('n'), record({ k: varint, items: array(string(u8), field('k')) })),
    crc: checksum(xor, u8),
  }),
  fc.record({ body: fc.record({ items: fc.array(text, { maxLength: 5 }) }) }).map((v) => v),
  {
    out: (v) => {
      const items = v.body.items.flatMap((s) => [Buffer.byteLength(s), ...Buffer.from(s)])
      const all = [0, items.length + 1, items.length >= 0 ? v.body.items.length : 0, ...items]
      all[0] = (items.length + 1) >> 8
      all[1] = (items.length + 1) & 255
      return {
        n: items.length + 1,
        body: { k: v.body.items.length, items: v.body.items },
        crc: all.reduce((x, y) => x ^ y, 0),
      }
    },
    functions: { xor },
  },
)
interface Tree {
  value: number
  children: Tree[]
}
const Tree: Schema<Tree> = record({
  value: u8,
  children: array(
    lazy(() => Tree),
    u8,
  ),
})
const tree: fc.Memo<Tree> = fc.memo((depth) =>
  fc.record({ value: int(0, 255), children: depth > 1 ? fc.array(tree(), { maxLength: 3 }) : fc.constant([]) }),
)
proves('lazy', Tree, tree(4))
const Celsius = {
  decode: (raw: number) => ({ celsius: raw }),
  encode: (c: { celsius: number }) => c.celsius,
  name: 'Celsius',
}
proves(
  'transform',
  transform(i16, Celsius),
  int(-32768, 32767).map((celsius) => ({ celsius })),
  { functions: { Celsius } },
)
const even: StandardSchema<number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => ((value as number) % 2 === 0 ? { value: value as number } : { issues: [{ message: 'odd' }] }),
  },
}
proves(
  'refine',
  refine(u8, even, { name: 'even' }),
  int(0, 127).map((n) => n * 2),
  { functions: { even } },
)
proves(
  'map',
  map(string(u8), u16, u8),
  fc.array(fc.tuple(text, int(0, 65535)), { maxLength: 5 }).map((entries) => new Map(entries)),
)
proves(
  'map(field)',
  record({ n: u8, m: map(u8, u8, field('n')) }),
  fc.array(fc.tuple(int(0, 255), int(0, 255)), { maxLength: 5 }).map((entries) => ({ m: new Map(entries) })),
  { out: (v) => ({ n: v.m.size, m: v.m }) },
)
proves('uuid', uuid, fc.uuid())
proves('ipv4', ipv4, fc.ipV4())
proves('ipv6', ipv6, fc.constantFrom('::', '::1', '2001:db8::1', '1:2:3:4:5:6:7:8'))
for (const unit of ['ms', 'ns', 'ntp'] as const)
  proves(
    `timestamp(u64, ${unit})`,
    timestamp(u64, unit),
    fc.date({ min: new Date(0), max: new Date('2036-01-01'), noInvalidDate: true }),
  )
proves(
  'timestamp(u32, s)',
  timestamp(u32, 's'),
  int(0, 2 ** 31 - 1).map((s) => new Date(s * 1000)),
)
proves(
  'le(record), be within',
  le(record({ a: u16, b: be(u16), c: record({ d: u32 }), e: array(u16, u8) })),
  fc.record({
    a: int(0, 65535),
    b: int(0, 65535),
    c: fc.record({ d: int(0, 1000) }),
    e: fc.array(int(0, 65535), { maxLength: 4 }),
  }),
)
proves(
  'Reading',
  record({ sensor: u16, takenAt: u64, label: string(u8), samples: array(f32, u16), fault: option(string(u8)) }),
  fc.record({
    sensor: int(0, 65535),
    takenAt: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    label: text,
    samples: fc.array(fc.float(), { maxLength: 5 }),
    fault: fc.option(text, { nil: undefined }),
  }),
)

proves(
  'at(u8)',
  record({ name: at(u8, cstring()), size: u8, two: at(le(u16), u32) }),
  fc.record({ name: fc.stringMatching(/^[a-z]{0,9}$/), size: int(0, 255), two: int(0, 1000) }),
  { endless: true },
)
proves(
  'at(field)',
  record({ where: u8, x: at(field('where'), u16) }),
  fc.record({ where: int(1, 20).map((n) => n + 1), x: int(0, 65535) }),
  { endless: true },
)

// Longer than what is generated as one function.
const wide = () => record(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, i % 3 ? u16 : string(u8)])))
proves(
  'a record of many parts',
  record({
    n: u8,
    parts: array(record({ a: wide(), b: wide(), c: array(wide(), u8), d: wide(), e: option(wide()) }), field('n')),
    x: sized(u32, wide()),
    y: wide(),
    z: wide(),
  }),
  fc.integer({ min: 0, max: 2 }).map((count) => {
    const part = () => Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, i % 3 ? i * count : `t${i}`]))
    return {
      parts: Array.from({ length: count }, () => ({
        a: part(),
        b: part(),
        c: [part()],
        d: part(),
        e: count > 1 ? part() : undefined,
      })),
      x: part(),
      y: part(),
      z: part(),
    }
  }),
  { out: (v) => ({ n: v.parts.length, ...v }), runs: 4 },
)
proves(
  'padding of every length',
  record({ a: padding(9), b: u8, c: padding(1), d: string(3), e: string(4, { encoding: 'utf16be' }) }),
  fc.record({ b: int(0, 255), d: fc.constantFrom('', 'abc', 'é'), e: fc.constantFrom('', 'ab') }),
)

const Row = struct('!HbQ 3s')
const row = fc.tuple(
  int(0, 65535),
  int(-128, 127),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.uint8Array({ minLength: 3, maxLength: 3 }),
)
proves(
  'struct',
  record({ head: Row, rest: array(Row, u8) }),
  fc.record({ head: row, rest: fc.array(row, { maxLength: 3 }) }),
)
proves(
  'fromStruct',
  fromStruct(Row, ['a', 'b', 'c', 'd']),
  row.map(([a, b, c, d]) => ({ a, b, c, d })),
)
proves(
  'be within le',
  le(array(record({ a: u16, b: be(array(u32, u16)), c: be(f64) }), u16)),
  fc.array(fc.record({ a: int(0, 65535), b: fc.array(int(0, 2 ** 31 - 1), { maxLength: 3 }), c: fc.double() }), {
    maxLength: 4,
  }),
)

// Every comparison, of every source, with what is there and what is not.
const CONDITIONS = {
  eq: field('n').eq(3),
  ne: field('n').ne(3),
  gt: field('n').gt(3),
  ge: field('n').ge(3),
  lt: field('n').lt(3),
  le: field('n').le(3),
  has: field('n').has(3),
}
const HOLDS: Record<keyof typeof CONDITIONS, (n: number) => boolean> = {
  eq: (n) => n === 3,
  ne: (n) => n !== 3,
  gt: (n) => n > 3,
  ge: (n) => n >= 3,
  lt: (n) => n < 3,
  le: (n) => n <= 3,
  has: (n) => (n & 3) === 3,
}
for (const [name, condition] of Object.entries(CONDITIONS))
  proves(
    `when(${name})`,
    record({ n: u8, x: when(condition, u16), y: when(condition, string(u8)) }),
    fc.record({ n: fc.integer({ min: 0, max: 8 }), x: int(0, 65535), y: text }).map(({ n, x, y }) => {
      const there = HOLDS[name as keyof typeof HOLDS](n)
      return { n, x: there ? x : undefined, y: there ? y : undefined }
    }),
    { runs: 30 },
  )
proves(
  'state and asked',
  record({ coils: bitArray(asked('quantity')), more: when(state('version').eq(5), u8), raw: bytes(asked('size')) }),
  fc.record({
    coils: fc.array(fc.boolean(), { minLength: 11, maxLength: 11 }),
    more: int(0, 255),
    raw: fc.uint8Array({ minLength: 3, maxLength: 3 }),
  }),
  { context: { asked: { quantity: 11, size: 3 }, state: { version: 5 } } },
)
proves(
  'a condition on what is implied further on',
  record({ n: u8, x: when(field('n').gt(2), u16), list: array(u8, field('n')) }),
  fc
    .record({ x: int(0, 65535), list: fc.array(int(0, 255), { maxLength: 5 }) })
    .map(({ x, list }) => ({ x: list.length > 2 ? x : undefined, list })),
  { out: (v) => ({ n: v.list.length, ...v }) },
)

// Every checksum that there is, each in a number of its width.
const WIDTHS: Record<number, Schema<number>> = { 8: u8, 16: u16, 24: u24, 32: u32 }
const own = crc({
  ...{
    kind: 'crc',
    name: 'own',
    width: 16,
    polynomial: 0x8bb7,
    initial: 0,
    reflectIn: false,
    reflectOut: false,
    xorOut: 0,
  },
})
const sums = Object.values<unknown>(everything).flatMap((value) =>
  typeof value === 'object' && value !== null && 'algorithm' in value ? [value as Checksum] : [],
)
for (const sum of [...sums, own])
  proves(
    `checksum(${sum.algorithm.name})`,
    record({ a: u8, data: bytes(u8), sum: checksum(sum, le(WIDTHS[sum.algorithm.width]!), { from: 'data' }) }),
    fc.record({ a: int(0, 255), data: blob }),
    { out: (v) => ({ ...v, sum: sum.of(Uint8Array.of(v.data.length, ...v.data)) }), runs: 8 },
  )
proves(
  'checksums that cover one another',
  record({
    all: checksum(crc32, u32, { from: 'n', to: 'end' }),
    n: varint,
    in: record({ body: bytes(field('n')), crc: checksum(internet, u16) }),
    end: checksum(crc16Modbus, u16, { from: 'n', to: 'in' }),
  }),
  fc.record({ in: fc.record({ body: blob }) }),
  {
    out: ({ in: { body } }) => {
      const crc = internet.of(body)
      const middle = [body.length, ...body, crc >> 8, crc & 255]
      const end = crc16Modbus.of(Uint8Array.from(middle))
      const all = crc32.of(Uint8Array.of(...middle, end >> 8, end & 255))
      return { all, n: body.length, in: { body, crc }, end }
    },
  },
)

proves(
  'backref',
  record({ names: array(backref(string(u8), { pointer: u16, mark: 0xc000 }), u8), z: u8 }),
  fc.record({
    names: fc.array(fc.constantFrom('', 'a', 'abc', 'defghi', 'x'.repeat(40)), { maxLength: 8 }),
    z: int(0, 255),
  }),
)
const label = fc.stringMatching(/^[a-z0-9]{1,12}$/)
const dnsName = fc.array(label, { maxLength: 4 }).map((labels) => labels.join('.'))
const bit = fc.integer({ min: 0, max: 1 })
const answer = fc.record({
  name: dnsName,
  class: fc.constant(1),
  ttl: int(0, 2 ** 31 - 1),
  data: fc.oneof(
    fc.record({ type: fc.constant('a'), value: fc.ipV4() }),
    fc.record({ type: fc.constant('cname'), value: dnsName }),
    fc.record({ type: fc.constant('mx'), value: fc.record({ preference: int(0, 65535), exchange: dnsName }) }),
    fc.record({ type: fc.constant('txt'), value: fc.array(label, { maxLength: 3 }) }),
    fc.record({ type: fc.constant('otherwise'), tag: int(300, 400), value: blob }) as fc.Arbitrary<any>,
  ),
})
const dnsMessage = fc.record({
  id: int(0, 65535),
  flags: fc.record({
    ...{ response: bit, opcode: fc.nat(15), authoritative: bit, truncated: bit },
    ...{ desired: bit, available: bit, zero: fc.constant(0), code: fc.nat(15) },
  }),
  question: fc.array(fc.record({ name: dnsName, type: int(0, 65535), class: fc.constant(1) }), { maxLength: 2 }),
  answer: fc.array(answer, { maxLength: 3 }),
  authority: fc.constant([]),
  additional: fc.constant([]),
})
// The counts and lengths, which compression makes hard to say, are those of a first encoding.
proves(
  'DNS',
  Message,
  dnsMessage.map((message) => Message.decode(Message.encode(message))),
  { runs: 20, functions: { dotted } },
)
const respValue = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant(null),
    fc.stringMatching(/^[a-z ]{0,9}$/),
    fc.integer(),
    blob,
    fc.array(tie('value'), { maxLength: 4 }),
  ),
})).value
proves('RESP', Resp, respValue, { functions: { decimal, resp } })

describe('every public name', () => {
  /** What makes no codec of its own: errors, and what every proof above has used. */
  const OTHERS = ['CodecError', 'DecodeError', 'checksumFrom', 'fromDescription', 'withExecution']
  const kindOf = (name: string, value: unknown): string =>
    typeof value === 'object' && value !== null && 'algorithm' in value
      ? `checksum ${(value as Checksum).algorithm.name}`
      : name === 'fromStruct'
        ? 'named'
        : name

  it('occurs in a definition that is proven above', () => {
    const public_ = Object.entries(everything).filter(([name]) => !OTHERS.includes(name))
    assert.ok(public_.length > 80)
    const unproven = public_.filter(([name, value]) => !proven.has(kindOf(name, value)))
    assert.deepEqual(
      unproven.map(([name]) => name),
      [],
    )
  })

  it('that compares does so, too', () => {
    const comparisons = Object.getOwnPropertyNames(Object.getPrototypeOf(Object.getPrototypeOf(field('x'))))
    // What combinators ask of a reference.
    const others = ['constructor', 'toString', 'read', 'known', 'slot', 'report']
    assert.deepEqual(
      comparisons.filter((name) => !others.includes(name) && !proven.has(name)),
      [],
    )
  })

  it('has a test of its types beside it', () => {
    // Values only: an export that begins with `type` and has nothing else makes no codec.
    const sources = [
      ...readFileSync('src/codec/index.ts', 'utf8').matchAll(/^export \{([^}]*)\} from '\.\/([\w-]+)\.js'/gm),
    ]
      .filter(([, names]) => names!.split(',').some((name) => !/^\s*type /.test(name)))
      .map(([, , file]) => file!)
    assert.ok(sources.includes('array') && sources.includes('bits'))
    // A terminator is a part of whatever it ends, and errors are tested where they are thrown.
    const elsewhere = ['errors', 'until']
    assert.deepEqual(
      sources.filter((file) => !elsewhere.includes(file) && !existsSync(`test/codec/${file}.types.ts`)),
      [],
    )
  })
})
