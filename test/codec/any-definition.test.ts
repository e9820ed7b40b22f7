/**
 * Definitions that nobody would write: whatever is put together, generated code and closures are the same codec.
 *
 *   FROM=401 SEEDS=9000 node .build/test/codec/any-definition.test.js      other ones, and more
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { inspect } from 'node:util'
import {
  array,
  backref,
  be,
  bitArray,
  bits,
  bool,
  bytes,
  CodecError,
  checksum,
  constant,
  crc16Modbus,
  cstring,
  DecodeError,
  enumeration,
  f32,
  field,
  flags,
  fromDescription,
  i16,
  i32,
  lazy,
  le,
  map,
  option,
  padding,
  record,
  type Schema,
  sized,
  string,
  transform,
  u8,
  u16,
  u24,
  u32,
  u48,
  u64,
  union,
  varint,
  when,
  withExecution,
  xor8,
  zigzag,
} from 'wirewright/codec'
import { Output, toHex } from '#floor/bytes'
import { caught, executions, spoilt } from './support/proves.js'

const ODD: readonly unknown[] = [
  undefined,
  null,
  -1,
  0,
  1,
  1n,
  2.5,
  256,
  2 ** 40,
  'x',
  '',
  [],
  [1],
  {},
  true,
  new Uint8Array(2),
  new Map(),
]
const wrapped = { name: 'wrapped', decode: (of: unknown) => ({ of }), encode: (value: any) => value?.of }

type Random = (limit: number) => number
interface Pair {
  readonly codec: Schema<any, any, any, any>
  readonly value: () => unknown
}

function randomFrom(seed: number): Random {
  let state = seed | 1
  return (limit) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
}

function anyPair(random: Random, depth: number): Pair {
  const text = () => 'añ€x'.slice(0, random(5)).repeat(random(3))
  const list = (of: Pair, count = random(4)) => Array.from({ length: count }, () => of.value())
  const inner = () => anyPair(random, depth - 1)
  const prefix = () => [u8, u16, le(u16), varint, u64, zigzag][random(6)]!
  const leaves: (() => Pair)[] = [
    () => ({ codec: u8, value: () => random(256) }),
    () => ({ codec: [u16, le(u16)][random(2)]!, value: () => random(65536) }),
    () => ({ codec: i16, value: () => random(65536) - 32768 }),
    () => ({ codec: u24, value: () => random(2 ** 24) }),
    () => ({ codec: i32, value: () => random(2 ** 31) - 2 ** 30 }),
    () => ({ codec: u48, value: () => random(2 ** 31) * 2 ** 16 }),
    () => ({ codec: u64, value: () => BigInt(random(2 ** 31)) << 32n }),
    () => ({ codec: f32, value: () => Math.fround(random(1000) / 7) }),
    () => ({ codec: bool, value: () => random(2) === 1 }),
    () => ({ codec: varint, value: () => random(2 ** 31) }),
    () => ({ codec: string(prefix()), value: text }),
    () => ({ codec: string(24), value: text }),
    () => ({ codec: cstring(), value: text }),
    () => ({ codec: bytes(prefix()), value: () => Uint8Array.from({ length: random(40) }, () => random(256)) }),
    () => ({ codec: bytes(random(12)), value: () => new Uint8Array(0) }),
    () => ({ codec: enumeration(u8, { a: 1, b: 7 }), value: () => ['a', 'b'][random(2)] }),
    () => ({ codec: bits(u16, { x: 3, y: 13 }), value: () => ({ x: random(8), y: random(8192) }) }),
    () => ({ codec: constant(u16, 0x1234), value: () => 0x1234 }),
  ]
  const composites: (() => Pair)[] = [
    () => {
      const of = inner()
      return { codec: array(of.codec, prefix()), value: () => list(of) }
    },
    () => {
      const of = inner()
      const count = random(4)
      return { codec: array(of.codec, count), value: () => list(of, count) }
    },
    () => {
      const of = inner()
      return { codec: option(of.codec), value: () => (random(2) ? of.value() : undefined) }
    },
    () => {
      const of = inner()
      return { codec: sized([u16, u32, varint][random(3)]!, of.codec), value: of.value }
    },
    () => {
      const of = inner()
      return { codec: [le, be][random(2)]!(of.codec), value: of.value }
    },
    () => {
      const [a, b] = [inner(), inner()]
      const codec = union([u8, varint, u64, enumeration(u8, { one: 1, two: 2 })][random(3)]!, {
        a: [1, a.codec],
        b: [2, b.codec],
      })
      return { codec, value: () => (random(2) ? { type: 'a', value: a.value() } : { type: 'b', value: b.value() }) }
    },
    () => {
      const [a, b] = [inner(), inner()]
      const codec = union(string(1), { a: ['a', a.codec] }, { otherwise: b.codec })
      return {
        codec,
        value: () => (random(2) ? { type: 'a', value: a.value() } : { type: 'otherwise', tag: 'z', value: b.value() }),
      }
    },
    () => {
      const of = inner()
      return { codec: transform(of.codec, wrapped), value: () => ({ of: of.value() }) }
    },
    () => {
      const of = inner()
      return { codec: lazy(() => of.codec), value: of.value }
    },
    () => {
      const of = inner()
      const codec = map(u16, of.codec, prefix())
      return { codec, value: () => new Map(list(of).map((value) => [random(65536), value])) }
    },
    () => {
      const of = inner()
      // Behind a byte that never looks like a pointer.
      const codec = be(array(backref(record({ x: constant(u8, 1), of: of.codec }), { pointer: u16, mark: 0xc000 }), u8))
      return {
        codec,
        value: () => {
          const some = list(of).map((value) => ({ x: 1, of: value }))
          return random(2) ? [...some, ...some] : some
        },
      }
    },
    () => anyRecord(random, depth),
    () => anyRecord(random, depth),
    () => anyRecord(random, depth),
  ]
  const from = depth > 0 && random(3) > 0 ? composites : leaves
  const pair = from[random(from.length)]!()
  // Bytes of a fixed length need a value of that length.
  const { fixedSize } = pair.codec
  const isBytes = pair.codec.describe().kind === 'bytes' && fixedSize !== undefined
  return isBytes ? { ...pair, value: () => Uint8Array.from({ length: fixedSize }, () => random(256)) } : pair
}

function anyRecord(random: Random, depth: number): Pair {
  const fields: Record<string, Schema<any, any, any, any>> = {}
  const values: [string, (given: any) => unknown][] = []
  for (let i = random(5); i >= 0; i--) {
    const of = anyPair(random, depth - 1)
    const number = () => [u8, u16, varint, u64, le(u32)][random(5)]!
    switch (random(14)) {
      case 0:
        fields[`gap${i}`] = padding(random(10))
        break
      case 1:
        fields[`n${i}`] = number()
        fields[`list${i}`] = array(of.codec, field(`n${i}`))
        values.push([`list${i}`, () => Array.from({ length: random(4) }, () => of.value())])
        break
      case 2:
        fields[`flag${i}`] = u8
        fields[`maybe${i}`] = when(field(`flag${i}`).gt(3), of.codec)
        values.push([`flag${i}`, () => random(8)])
        values.push([`maybe${i}`, (given) => (given[`flag${i}`] > 3 ? of.value() : undefined)])
        break
      case 3:
        fields[`size${i}`] = [u16, u32, varint][random(3)]!
        fields[`body${i}`] = sized(field(`size${i}`), of.codec)
        values.push([`body${i}`, of.value])
        break
      case 4: {
        // What is asked about is implied only further on.
        fields[`m${i}`] = number()
        fields[`some${i}`] = when(field(`m${i}`).ge(2), record({ of: of.codec }))
        fields[`bytes${i}`] = random(2) ? bytes(field(`m${i}`)) : string(field(`m${i}`))
        values.push([`bytes${i}`, () => 'abcd'.slice(0, random(5))])
        values.push([`some${i}`, (given) => (given[`bytes${i}`].length >= 2 ? { of: of.value() } : undefined)])
        break
      }
      case 5: {
        const other = anyPair(random, depth - 1)
        fields[`tag${i}`] = [number(), enumeration(u8, { one: 1, two: 2 })][random(2)]!
        const named = fields[`tag${i}`]!.describe().kind === 'enumeration'
        fields[`between${i}`] = u8
        fields[`which${i}`] = union(field(`tag${i}`), {
          x: [named ? 'one' : 1, of.codec],
          y: [named ? 'two' : 2, other.codec],
        })
        values.push([`between${i}`, () => random(256)])
        values.push([
          `which${i}`,
          () => (random(2) ? { type: 'x', value: of.value() } : { type: 'y', value: other.value() }),
        ])
        break
      }
      case 6:
        // Implied by a part of a part.
        fields[`k${i}`] = number()
        fields[`outer${i}`] = record({ a: of.codec, deep: record({ list: array(u8, field(`k${i}`)) }) })
        values.push([
          `outer${i}`,
          () => ({ a: of.value(), deep: { list: Array.from({ length: random(4) }, () => 7) } }),
        ])
        break
      case 7:
        fields[`c${i}`] = number()
        fields[`bits${i}`] = bitArray(field(`c${i}`))
        values.push([`bits${i}`, () => Array.from({ length: random(20) }, () => random(2) === 1)])
        break
      case 8:
        fields[`part${i}`] = bits(u16, { kind: 3, rest: 13 })
        fields[`maybe${i}`] = when(field(`part${i}.kind`).eq(5), of.codec)
        values.push([`part${i}`, () => ({ kind: random(2) ? 5 : 4, rest: random(8192) })])
        values.push([`maybe${i}`, (given) => (given[`part${i}`].kind === 5 ? of.value() : undefined)])
        break
      case 9:
        fields[`flags${i}`] = flags(u8, { a: 1, b: 0x80 })
        values.push([`flags${i}`, () => ({ a: random(2) === 1, b: random(2) === 1 })])
        break
      default:
        fields[`f${i}`] = of.codec
        values.push([`f${i}`, of.value])
    }
  }
  if (random(4) === 0 && values.length > 0) fields.sum = checksum(crc16Modbus, le(u16))
  if (random(8) === 0 && values.length > 1)
    fields.part = checksum(xor8, u8, { from: Object.keys(fields)[random(Object.keys(fields).length)]! })
  return {
    codec: record(fields),
    value: () => {
      const value: Record<string, unknown> = {}
      for (const [name, make] of values) value[name] = make(value)
      return value
    },
  }
}

it('encodes and decodes alike in every way, whatever the definition', () => {
  let done = 0
  const last = Number(process.env.SEEDS ?? 400)
  for (let seed = Number(process.env.FROM ?? 1); seed <= last; seed++) {
    const random = randomFrom(seed * 2654435761)
    const { codec, value: make } = random(4) ? anyRecord(random, 3) : anyPair(random, 3)
    const again = fromDescription(JSON.parse(JSON.stringify(codec.describe())), { functions: { wrapped } })
    const codecs = [...executions.map((execution) => withExecution(codec, execution)), again]
    for (let round = 0; round < 3; round++) {
      const value = make()
      const where = `seed ${seed}, round ${round}: ${JSON.stringify(codec.describe())}`
      // A back reference behind a length of varying size is the one thing that only some ways of writing can do.
      if (codecs.some((each) => /depends on its place/.test(String(caught(() => each.encode(value)))))) continue
      done++
      const [first, ...others] = codecs.map((each) => each.encode(value))
      for (const bytes of others) assert.deepEqual(bytes, first, where)
      const decoded = codecs[0]!.decode(first!)
      // The same with a part missing, or another in its place: refused by all, in the same words, or by none.
      const wrong = spoilt(value, [random(9), random(9), random(9)].slice(random(3)), ODD[random(ODD.length)])
      const outcomes = codecs.map((each) => {
        try {
          return toHex(each.encode(wrong))
        } catch (error) {
          assert.ok(error instanceof CodecError, `${where} ${error}`)
          return error.message
        }
      })
      if (!outcomes.some((outcome) => /depends on its place/.test(outcome)))
        assert.equal(new Set(outcomes).size, 1, `${where} ${inspect(wrong, { depth: 9 })} ${inspect(outcomes)}`)
      for (const each of codecs) {
        assert.deepEqual(each.decode(first!), decoded, where)
        assert.deepEqual(each.encode(decoded), first, where)
        assert.deepEqual(each.inspect(first!).value, decoded, where)
        const output = new Output(1 + random(first!.length + 1))
        each.encodeTo(value, output)
        assert.deepEqual(output.copy(), first, where)
        const target = new Uint8Array(first!.length + 2).fill(0xa5)
        assert.equal(each.encodeInto(value, target, 1), first!.length, where)
        assert.deepEqual(target, Uint8Array.of(0xa5, ...first!, 0xa5), where)
        const damaged = Uint8Array.from(first!)
        const at = random(Math.max(1, damaged.length))
        if (damaged.length > 0) damaged[at] = random(256)
        const messages = codecs.map((one) => (caught(() => one.decode(damaged)) as Error | undefined)?.message)
        assert.deepEqual(new Set(messages).size, 1, where)
        const cut = caught(() => each.decode(first!, 0, Math.max(0, first!.length - 1)))
        if (first!.length > 0) assert.ok(cut instanceof DecodeError, `${where} ${cut}`)
        let end = 0
        const boundary = each.boundary()
        let found = -1
        do found = boundary.scan(first!, 0, Math.min(++end, first!.length))
        while (found < 0 && end <= first!.length)
        if (first!.length > 0) assert.equal(found, first!.length, where)
      }
    }
  }
  assert.ok(done > 0)
})
