/** Words of the command line become the body of a message. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Codec } from 'wirewright'
import {
  array,
  bitArray,
  bits,
  bool,
  bytes,
  checksum,
  constant,
  crc32,
  enumeration,
  field,
  flags,
  i8,
  ipv4,
  lazy,
  le,
  map,
  option,
  record,
  rest,
  string,
  struct,
  timestamp,
  transform,
  u8,
  u16,
  u32,
  u64,
  union,
} from 'wirewright'
import { bodyFromWords } from '#ground/cli/body'
import { parsePath } from '#ground/cli/path'
import { toJson } from '#ground/cli/show-value'

const from = (codec: Codec<any, any>, ...words: string[]): unknown => bodyFromWords(codec, words, 'report')
/** What the words say, over the wire and back. */
const there = (codec: Codec<any, any>, ...words: string[]): unknown =>
  codec.decode(codec.encode(from(codec, ...words) as never))

const Shape = union(u8, { circle: [1, record({ r: le(u16) })], dot: [2, u8] })
const Reading = record({
  magic: constant(u16, 0xcafe),
  sensor: u16,
  takenAt: u64,
  label: string(u8),
  hz: array(u16, u8),
  at: record({ floor: i8, room: option(string(u8)) }),
  raw: bytes(u8),
  isOn: bool,
  level: enumeration(u8, { info: 1, alarm: 3 }),
  nibbles: bits(u8, { high: 4, low: 4 }),
  access: flags(u8, { read: 1, write: 2 }),
  shape: Shape,
  when: timestamp(u32, 's'),
  parts: array(record({ id: u8, from: ipv4 }), u8),
  notes: map(string(u8), u16, u8),
  sum: checksum(crc32, u32),
})
const WORDS = [
  ...['sensor=7', 'takenAt=12345678901234567890', 'label=the roof=top', 'hz=440', 'hz=0x1b9', 'at.floor=-2'],
  ...['at.room=attic', 'raw=0x00ff', 'isOn=true', 'level=alarm', 'nibbles.high=1', 'nibbles.low=15', 'access.write=1'],
  ...['shape.type=circle', 'shape.value.r=9', 'when=2026-01-01T00:00:00Z', 'notes.a=1', 'notes.b=2'],
  ...['parts[1].id=5', 'parts[1].from=192.0.2.2', 'parts[0].id=4', 'parts[0].from=192.0.2.1'],
]

describe('a message in words', () => {
  it('is fields by their paths, of whatever kind', () => {
    const reading = there(Reading, ...WORDS) as Record<string, unknown>
    assert.deepEqual(
      { ...reading, sum: 0 },
      {
        magic: 0xcafe,
        sensor: 7,
        takenAt: 12345678901234567890n,
        label: 'the roof=top',
        hz: [440, 441],
        at: { floor: -2, room: 'attic' },
        raw: Uint8Array.of(0, 255),
        isOn: true,
        level: 'alarm',
        nibbles: { high: 1, low: 15 },
        access: { read: false, write: true },
        shape: { type: 'circle', value: { r: 9 } },
        when: new Date('2026-01-01T00:00:00Z'),
        parts: [
          { id: 4, from: '192.0.2.1' },
          { id: 5, from: '192.0.2.2' },
        ],
        notes: new Map([
          ['a', 1],
          ['b', 2],
        ]),
        sum: 0,
      },
    )
  })
  it('is a word for each field of a record, when that is all there is', () => {
    const Entry = record({ text: string(u8), number: i8 })
    assert.deepEqual(there(Entry, 'Ada', '-36'), { text: 'Ada', number: -36 })
    assert.deepEqual(there(Entry, 'report', 'Ada', '-36'), { text: 'Ada', number: -36 })
    assert.throws(() => from(Entry, 'Ada'), /'Ada' is no field of 'report'/)
    assert.throws(() => from(Entry, 'Ada', 'number=1'), /'Ada' is no field of 'report'/)
  })
  it('is what --json prints, given back', () => {
    const bytes = Reading.encode(from(Reading, ...WORDS) as never)
    const json = toJson(Reading.decode(bytes))
    assert.deepEqual(Reading.encode(from(Reading, json) as never), bytes)
  })
  it('takes a field as JSON, and leaves out what is missing', () => {
    const At = record({
      at: record({ floor: i8, room: option(string(u8)) }),
      hz: array(u16, u8),
      on: flags(u8, { a: 1 }),
    })
    assert.deepEqual(there(At, 'at:={"floor":3,"room":null}', 'on.a=false'), {
      at: { floor: 3, room: undefined },
      hz: [],
      on: { a: false },
    })
    assert.deepEqual(there(record({ bits: bitArray(4) }), 'bits:=[true,false,true,true]'), {
      bits: [true, false, true, true],
    })
  })
  it('is a word for each value of a struct, or a field for each of its names', () => {
    assert.deepEqual(from(struct('!I2sf'), '1', 'a\\x00', '2.5'), [1, Uint8Array.of(97, 0), 2.5])
    assert.deepEqual(from(struct('!Iq'), '[1,"9007199254740993"]'), [1, 9007199254740993n])
    assert.deepEqual(from(struct('!H2s', ['id', 'tag']), 'tag=ok', 'id=3'), { id: 3, tag: Uint8Array.of(0x6f, 0x6b) })
  })
  it('is one value when it has no fields', () => {
    assert.equal(from(string(), '{"a":1}'), '{"a":1}')
    assert.deepEqual(from(rest(), '0x00ff'), Uint8Array.of(0, 255))
    assert.deepEqual(from(rest(), 'a\\xff'), Uint8Array.of(97, 255))
    assert.deepEqual(from(array(u8, u8), '1', '2'), [1, 2])
    const json = transform(string(), {
      decode: (text) => JSON.parse(text),
      encode: (value: unknown) => JSON.stringify(value),
    })
    assert.deepEqual(there(json, '{"a":[1]}'), { a: [1] })
    assert.equal(there(json, 'nonsense'), 'nonsense')
  })
  it('may have its name in front, where that is no value', () => {
    assert.deepEqual(from(record({ n: u8 }), 'report', 'n=1'), { n: 1 })
    assert.deepEqual(from(struct('!B'), 'report', '1'), [1])
    assert.equal(from(string(), 'report'), 'report')
    assert.equal(from(string(), 'report', 'x'), 'x')
  })
  it('may contain itself', () => {
    type Tree = { n: number; branches: Tree[] }
    const Tree: Codec<Tree> = lazy((): Codec<any, any> => record({ n: u8, branches: array(Tree, u8) })) as never
    assert.deepEqual(there(Tree, 'n=1', 'branches[0].n=2', 'branches[0].branches[0].n=3'), {
      n: 1,
      branches: [{ n: 2, branches: [{ n: 3, branches: [] }] }],
    })
  })
  it('may have parts that are described once and occur twice', () => {
    const Point = record({ x: u8, y: u8 })
    assert.deepEqual(there(record({ from: Point, to: Point }), 'from.x=1', 'from.y=2', 'to.x=3', 'to.y=4'), {
      from: { x: 1, y: 2 },
      to: { x: 3, y: 4 },
    })
  })
  it('is refused with what would be right', () => {
    const Small = record({
      n: u8,
      at: record({ x: u8 }),
      list: array(u8, u8),
      raw: bytes(u8),
      day: timestamp(u32, 's'),
    })
    const cases: [Codec<any, any>, string[], RegExp][] = [
      [Small, ['m=1'], /there is no field m: the fields are n, at, list, raw, day/],
      [Small, ['at.y=1'], /at has no field y: the fields are x/],
      [Small, ['n'], /'n' is no field of 'report': write field=value, or all of it as JSON/],
      [Small, ['n=one'], /n: 'one' is no number; one would be 12345/],
      [Small, ['n=1', 'n=2'], /n is one value, and 2 are given/],
      [Small, ['at=1'], /at has fields: write at\.field=value, or JSON/],
      [Small, ['at=1', 'at.x=1'], /at is given as a value, and then field by field/],
      [Small, ['list[0]=x'], /list\[0\]: 'x' is no number/],
      [Small, ['n:=x'], /n:= takes JSON, and 'x' is none/],
      [Small, ['raw:="xyz"'], /raw is bytes: write them in JSON as hexadecimal/],
      [Small, ['day=soon'], /day: 'soon' is no time; one would be 2026-/],
      [Small, ['..=1'], /'\.\.' is no path to a field/],
      [Small, ['__proto__.x=1'], /there is no field __proto__/],
      [record({ s: Shape }), ['s.type=line'], /s\.type is one of circle, dot/],
      [struct('!BB'), ['1'], /2 values are wanted \(number, number\), and 1 given/],
      [string(), ['a', 'b'], /'report' is one value, and 2 words are given/],
      [record({ kind: u8, s: union(field('kind'), { a: [1, u8] }) }), ['s.value=1'], /s\.type is one of a/],
    ]
    for (const [codec, words, expected] of cases) assert.throws(() => from(codec, ...words), expected)
  })
})

describe('a path', () => {
  it('is names and places', () => {
    assert.deepEqual(parsePath('samples[3].hz'), ['samples', 3, 'hz'])
    assert.deepEqual(parsePath('grid[0][1]'), ['grid', 0, 1])
    for (const wrong of ['', '.a', 'a..b', '[0]', 'a[', 'a[x]', 'a]', 'a[0]b'])
      assert.throws(() => parsePath(wrong), wrong)
  })
})
