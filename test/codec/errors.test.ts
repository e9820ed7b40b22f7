import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  align,
  array,
  bits,
  bool,
  bytes,
  CodecError,
  checksum,
  constant,
  crc32,
  DecodeError,
  enumeration,
  f32,
  field,
  flags,
  fromDescription,
  fromStruct,
  header,
  lazy,
  option,
  record,
  rest,
  type Schema,
  sized,
  string,
  transform,
  u8,
  u16,
  u32,
  u64,
  union,
  until,
  varint,
  when,
  withExecution,
} from 'wirewright/codec'
import { struct } from 'wirewright/struct'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

const Reading = record({
  sensor: u16,
  takenAt: u64,
  label: string(u8),
  samples: array(f32, u16),
  fault: option(string(u8)),
})
const reading = { sensor: 7, takenAt: 1, label: 'x', samples: [1, 2], fault: undefined }
const Nested = record({ list: array(record({ op: bits(u8, { a: 4, b: 4 }), 'odd name': u8 }), u8) })
const Shape = union(u8, { circle: [1, record({ r: u16 })], square: [2, record({ side: u16 })] })
const Even = transform(u8, {
  decode(n) {
    if (n % 2) throw new RangeError('odd')
    return n
  },
  encode(n: number) {
    if (n % 2) throw new RangeError('odd')
    return n
  },
})
interface Chain {
  next?: Chain | undefined
}
const Chain: Schema<Chain> = record({ next: option(lazy(() => Chain)) })

for (const execution of executions)
  describe(`errors (${execution})`, () => {
    const encoding: [string, Schema<any, any, any, any>, unknown, string, string, string, number][] = [
      [
        'a number out of range',
        array(u16, u8),
        [1, 2, 3, 70000],
        'OUT_OF_RANGE',
        '[3] at byte 7: 70000 does not fit u16 (0 … 65535)',
        '[3]',
        7,
      ],
      [
        'a number out of range, far from the start',
        record({ name: bytes(19), samples: array(u16, u16) }),
        { name: new Uint8Array(19), samples: [1, 2, 3, 70000] },
        'OUT_OF_RANGE',
        'samples[3] at byte 27: 70000 does not fit u16 (0 … 65535)',
        'samples[3]',
        27,
      ],
      [
        'a wrong type within an array',
        Reading,
        { ...reading, samples: [1, 'x'] },
        'WRONG_TYPE',
        'samples[1] at byte 18: "x" is no number',
        'samples[1]',
        18,
      ],
      [
        'a float that would become infinite',
        Reading,
        { ...reading, samples: [1e39] },
        'OUT_OF_RANGE',
        'samples[0] at byte 14: 1e+39 does not fit f32 (it would become infinite)',
        'samples[0]',
        14,
      ],
      [
        'an inexact number for 64 bits',
        Reading,
        { ...reading, takenAt: 2 ** 60 },
        'OUT_OF_RANGE',
        'takenAt at byte 2: 1152921504606847000 is beyond what numbers hold exactly: give a bigint',
        'takenAt',
        2,
      ],
      [
        'a text too long for its prefix',
        Reading,
        { ...reading, label: 'x'.repeat(256) },
        'OUT_OF_RANGE',
        'label at byte 10: 256 does not fit u8 (0 … 255)',
        'label',
        10,
      ],
      [
        'half a character',
        Reading,
        { ...reading, label: '\ud800' },
        'BAD_TEXT',
        'label at byte 10: "\\u{d800}" cannot be written in utf8',
        'label',
        10,
      ],
      [
        'a missing field',
        Reading,
        { ...reading, label: undefined },
        'WRONG_TYPE',
        'label at byte 10: undefined is no string',
        'label',
        10,
      ],
      ['no object', Reading, 5, 'WRONG_TYPE', '5 is no object', '', 0],
      [
        'a part of a number',
        Nested,
        { list: [{ op: { a: 16, b: 0 }, 'odd name': 0 }] },
        'OUT_OF_RANGE',
        'list[0].op.a at byte 1: 16 does not fit 4 bits (0 … 15)',
        'list[0].op.a',
        1,
      ],
      [
        'a field with an odd name',
        Nested,
        { list: [{ op: { a: 1, b: 0 }, 'odd name': -1 }] },
        'OUT_OF_RANGE',
        'list[0]["odd name"] at byte 2: -1 does not fit u8 (0 … 255)',
        'list[0]["odd name"]',
        2,
      ],
      [
        'a text longer than its room',
        record({ a: u8, s: string(3) }),
        { a: 1, s: 'abcd' },
        'WRONG_LENGTH',
        's at byte 1: "abcd" takes 4 bytes, there is room for 3',
        's',
        1,
      ],
      [
        'a text with its own terminator',
        record({ a: u8, s: string(until(';')) }),
        { a: 1, s: 'a;b' },
        'BAD_TEXT',
        's at byte 5: contains its own terminator 3b',
        's',
        5,
      ],
      [
        'bytes of another length',
        record({ a: u8, s: bytes(3) }),
        { a: 1, s: new Uint8Array(2) },
        'WRONG_LENGTH',
        's at byte 1: has 2, must have 3',
        's',
        1,
      ],
      [
        'another number of elements',
        record({ a: u8, s: array(u8, 3) }),
        { a: 1, s: [1] },
        'WRONG_LENGTH',
        's at byte 1: has 1, must have 3',
        's',
        1,
      ],
      [
        'a name that an enumeration lacks',
        record({ a: enumeration(u8, { on: 1, off: 0 }) }),
        { a: 'maybe' },
        'OUT_OF_RANGE',
        'a at byte 0: "maybe" is not one of on, off',
        'a',
        0,
      ],
      [
        'a type that a union lacks',
        record({ a: u8, s: Shape }),
        { a: 1, s: { type: 'line' } },
        'OUT_OF_RANGE',
        's at byte 1: type "line" is not one of circle, square',
        's',
        1,
      ],
      [
        'a variant that does not fit',
        record({ a: u8, s: Shape }),
        { a: 1, s: { type: 'circle', value: { r: -1 } } },
        'OUT_OF_RANGE',
        's.value.r at byte 2: -1 does not fit u16 (0 … 65535)',
        's.value.r',
        2,
      ],
      [
        'a count that is not the count',
        record({ n: u8, s: array(u8, field('n')) }),
        { n: 2, s: [1] },
        'MISMATCH',
        "s at byte 1: field('n') is 2, but this is 1",
        's',
        1,
      ],
      [
        'a derived length that does not fit',
        record({ n: u8, s: bytes(field('n')) }),
        { s: new Uint8Array(256) },
        'OUT_OF_RANGE',
        'n at byte 0: 256 does not fit u8 (0 … 255)',
        'n',
        0,
      ],
      [
        'a wrong constant',
        record({ a: u8, m: constant(u16, 5) }),
        { a: 1, m: 6 },
        'MISMATCH',
        'm at byte 1: must be the constant 00 05, or left out',
        'm',
        1,
      ],
      [
        'a wrong checksum',
        record({ a: u8, crc: checksum(crc32, u32) }),
        { a: 1, crc: 6 },
        'MISMATCH',
        'crc at byte 1: is 6, but the checksum is 2768625435',
        'crc',
        1,
      ],
      [
        'something that is not there',
        record({ a: u8, b: when(field('a').eq(1), u8) }),
        { a: 2, b: 1 },
        'MISMATCH',
        "b at byte 1: is there only when field('a').eq(1)",
        'b',
        1,
      ],
      [
        'a size that is not the size',
        record({ a: u8, b: sized(3, array(u16)) }),
        { a: 2, b: [1] },
        'WRONG_LENGTH',
        'b at byte 3: takes 2 bytes, must take 3',
        'b',
        3,
      ],
      [
        'a context that is missing',
        record({ a: when(header('qos').gt(0), u8) }),
        { a: 2 },
        'UNRESOLVED',
        "header('qos') leads nowhere: no such field, or no such context was given",
        '',
        0,
      ],
      ['the word of a function', record({ a: u8, b: Even }), { a: 2, b: 1 }, 'REFUSED', 'b at byte 1: odd', 'b', 1],
      [
        'what would move',
        record({ b: sized(varint, record({ a: u8, gap: align(4) })) }),
        { b: { a: 1 } },
        'BAD_DEFINITION',
        'b at byte 5: what depends on its place in the message cannot lie behind a length whose own size varies',
        'b',
        5,
      ],
      [
        'a varint',
        record({ a: varint }),
        { a: -1 },
        'OUT_OF_RANGE',
        'a at byte 0: -1 does not fit varint (0 … 4294967295)',
        'a',
        0,
      ],
    ]
    for (const [what, schema, value, code, message, path, offset] of encoding)
      it(`tells where a value cannot be encoded: ${what}`, () => {
        const codec = withExecution(schema, execution)
        assert.throws(
          () => codec.encode(value),
          (error) => {
            assert.ok(error instanceof CodecError)
            assert.deepEqual([error.message, error.code, error.path, error.offset], [message, code, path, offset])
            return true
          },
        )
      })

    const decoding: [string, Schema<any, any, any, any>, number[], string, string, string, number][] = [
      [
        'bytes that end too early',
        Reading,
        [0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 5, 97],
        'TRUNCATED',
        'label at byte 11: needs 5 bytes, 1 is left',
        'label',
        11,
      ],
      [
        'a count that the bytes cannot justify',
        record({ a: u8, s: array(u32, u16) }),
        [1, 0xff, 0xff, 0, 0],
        'TRUNCATED',
        's at byte 3: 65535 elements take 262140 bytes or more, 2 are left',
        's',
        3,
      ],
      [
        'elements for nothing',
        array(record({}), u32),
        [0xff, 0xff, 0xff, 0xff],
        'TOO_MANY',
        'message at byte 4: 4294967295 elements take 0 bytes or more, 0 are left',
        '',
        4,
      ],
      [
        'an element that is cut',
        array(u32, 2),
        [0, 0, 0, 1, 0],
        'TRUNCATED',
        '[1] at byte 4: needs 4 bytes, 1 is left',
        '[1]',
        4,
      ],
      ['what is left over', u8, [1, 2, 3], 'TRAILING_BYTES', 'message at byte 1: 2 bytes left over', '', 1],
      [
        'no UTF-8',
        record({ a: u8, s: string(u8) }),
        [1, 3, 97, 0xc0, 0x80],
        'BAD_TEXT',
        's at byte 3: no utf8',
        's',
        3,
      ],
      [
        'a tag without a variant',
        record({ a: u8, s: Shape }),
        [1, 9],
        'BAD_VALUE',
        's at byte 1: no variant has the tag 9',
        's',
        1,
      ],
      ['a value without a name', enumeration(u8, { on: 1 }), [9], 'BAD_VALUE', '9 is not one of on', '', 0],
      [
        'a wrong constant',
        record({ a: u8, m: constant(u16, 5) }),
        [1, 0, 6],
        'BAD_VALUE',
        'm at byte 1: 00 06 should be 00 05',
        'm',
        1,
      ],
      [
        'a wrong checksum',
        record({ a: u8, crc: checksum(crc32, u32) }),
        [1, 0, 0, 0, 6],
        'BAD_CHECKSUM',
        'crc at byte 1: says 0x00000006, the bytes say 0xa505df1b',
        'crc',
        1,
      ],
      [
        'a missing terminator',
        record({ a: u8, s: string(until('\r\n')) }),
        [1, 97, 98],
        'TRUNCATED',
        's at byte 3: the terminator 0d 0a is missing',
        's',
        3,
      ],
      [
        'a size that is not used up',
        record({ b: sized(u8, u16) }),
        [3, 0, 1, 2],
        'TRAILING_BYTES',
        'b at byte 3: 1 of the bytes that belong to it are left over',
        'b',
        3,
      ],
      [
        'neither there nor not',
        record({ a: u8, b: option(u8) }),
        [1, 2],
        'BAD_VALUE',
        'b at byte 1: 2 is neither 0 nor 1',
        'b',
        1,
      ],
      ['the word of a function', record({ a: u8, b: Even }), [1, 1], 'REFUSED', 'b at byte 1: odd', 'b', 1],
      [
        'a varint without an end',
        record({ a: u8, b: varint }),
        [1, 255, 255, 255, 255, 255, 1],
        'BAD_VALUE',
        'b at byte 1: takes more than 5 bytes',
        'b',
        1,
      ],
      [
        'a negative length',
        bytes(record({ n: u8 }) as never),
        [1],
        'BAD_LENGTH',
        'message at byte 1: [object Object] is no length',
        '',
        1,
      ],
    ]
    for (const [what, schema, given, code, message, path, offset] of decoding)
      it(`tells where bytes are damaged: ${what}`, () => {
        const codec = withExecution(schema, execution)
        const bytes = Uint8Array.from([0xee, ...given, 0xee])
        assert.throws(
          () => codec.decode(bytes, 1, bytes.length - 1),
          (error) => {
            assert.ok(error instanceof DecodeError)
            assert.deepEqual([error.message, error.code, error.path, error.offset], [message, code, path, offset])
            return true
          },
        )
      })

    it('keeps the cause of what a function of the user threw', () => {
      const codec = withExecution(record({ b: Even }), execution)
      assert.throws(
        () => codec.decode(Uint8Array.of(1)),
        (error) => (error as Error).cause instanceof RangeError,
      )
      assert.throws(
        () => codec.encode({ b: 1 }),
        (error) => (error as Error).cause instanceof RangeError,
      )
    })

    it('takes 64 levels and refuses 65, in both directions', () => {
      const codec = withExecution(Chain, execution)
      const chain = (levels: number): Chain => (levels === 0 ? { next: undefined } : { next: chain(levels - 1) })
      assert.deepEqual(codec.decode(codec.encode(chain(64))), chain(64))
      assert.throws(() => codec.encode(chain(65)), refusal('TOO_DEEP'))
      const bytes = new Uint8Array(66).fill(1)
      bytes[65] = 0
      assert.throws(() => codec.decode(bytes), damage('TOO_DEEP'))
      const loop: Chain = {}
      loop.next = loop
      assert.throws(() => codec.encode(loop), CodecError)
    })

    it('leaves an output as it was when a value cannot be encoded', async () => {
      const { Output } = await import('#floor/bytes')
      const output = new Output()
      const codec = withExecution(Reading, execution)
      codec.encodeTo(reading, output)
      const { length } = output
      assert.throws(() => codec.encodeTo({ ...reading, samples: [1, 'x' as never] }, output), CodecError)
      assert.equal(output.length, length)
      assert.deepEqual(codec.decode(output.copy()), { ...reading, takenAt: 1n })
    })

    it('refuses ranges that lie outside of the bytes', () => {
      const codec = withExecution(u8, execution)
      for (const [start, end] of [
        [-1, 1],
        [0, 3],
        [2, 1],
        [Number.NaN, 1],
        [0.5, 1.5],
        [0, 1.5],
        ['0' as never, 1],
      ] as const)
        for (const read of ['decode', 'decodeFrom', 'inspect'] as const)
          assert.throws(() => codec[read](new Uint8Array(2), start, end), refusal('NO_ROOM'), `${read} ${start} ${end}`)
      for (const none of ['x', null, undefined, 5, {}, new ArrayBuffer(2)])
        for (const read of ['decode', 'decodeFrom', 'inspect'] as const)
          assert.throws(() => codec[read](none as never), refusal('WRONG_TYPE'), `${read} ${String(none)}`)
      assert.throws(() => codec.encodeInto(1, new Uint8Array(2), 2), refusal('NO_ROOM'))
      for (const offset of [-1, 0.5, 3, Number.NaN])
        assert.throws(() => codec.encodeInto(1, new Uint8Array(2), offset), refusal('NO_ROOM'))
    })

    it('inspects damaged bytes up to the damage, and says there what it is', () => {
      const codec = withExecution(Reading, execution)
      const bytes = codec.encode(reading)
      const field = codec.inspect(bytes.subarray(0, bytes.length - 3))
      assert.deepEqual(
        field.fields!.map(({ path, offset, length }) => [path, offset, length]),
        [
          ['sensor', 0, 2],
          ['takenAt', 2, 8],
          ['label', 10, 2],
          ['samples', 12, 8],
        ],
      )
      assert.equal(field.value, undefined)
      const samples = field.fields![3]!
      assert.equal(samples.value, undefined)
      assert.equal((samples.error as DecodeError).code, 'TRUNCATED')
    })

    it('shows what a missing context hides, and where', () => {
      const codec = withExecution(record({ a: u8, b: when(header('qos').gt(0), u8), c: u8 }), execution)
      const tree = codec.inspect(Uint8Array.of(1, 2, 3))
      assert.equal(tree.value, undefined)
      assert.deepEqual(
        tree.fields!.map(({ path, value }) => [path, value]),
        [
          ['a', 1],
          ['b', undefined],
        ],
      )
      const { error } = tree.fields![1]!
      assert.ok(refusal('UNRESOLVED')(error), String(error))
    })

    it('keeps its head when a value does not: properties that throw, or change', () => {
      const codec = withExecution(record({ a: u8, b: array(u8, u8) }), execution)
      const angry = {
        a: 1,
        get b(): number[] {
          throw new RangeError('no')
        },
      }
      assert.throws(() => codec.encode(angry), refusal('REFUSED'))
      let looks = 0
      const fickle = {
        get a() {
          return looks++ ? 1 : 256
        },
        b: [1],
      }
      assert.throws(() => codec.encode(fickle), refusal('REFUSED', { message: /not when looked at again/ }))
      const { proxy, revoke } = Proxy.revocable({ a: 1, b: [] }, {})
      revoke()
      assert.throws(() => codec.encode(proxy), refusal('REFUSED'))
    })

    it("decodes a Uint8Array and nothing else, which is nobody else's fault", () => {
      const codec = withExecution(record({ a: u16 }), execution)
      for (const wrong of [[1, 2], [1], 'ab', new ArrayBuffer(2), { length: 2 }, null, undefined])
        assert.throws(() => codec.decode(wrong as never), refusal('WRONG_TYPE'), String(wrong))
    })

    it('inspects the bits of a number', () => {
      const at = (schema: Schema<any, any, any>, ...given: number[]) =>
        withExecution(schema, execution)
          .inspect(Uint8Array.from(given))
          .fields!.map(({ path, offset, length, bits, value }) => [
            path,
            offset,
            length,
            bits!.first,
            bits!.count,
            value,
          ])
      assert.deepEqual(at(bits(u8, { failed: 1, fn: 7 }), 0x83), [
        ['failed', 0, 1, 0, 1, 1],
        ['fn', 0, 1, 1, 7, 3],
      ])
      assert.deepEqual(at(bits(u16, { a: 4, b: 8, c: 4 }), 0x12, 0x34), [
        ['a', 0, 1, 0, 4, 1],
        ['b', 0, 2, 4, 8, 0x23],
        ['c', 1, 1, 4, 4, 4],
      ])
    })
  })

describe('definitions that make no sense', () => {
  const refused: [string, () => unknown, RegExp][] = [
    ['a field called __proto__', () => record({ ['__proto__']: u8 }), /__proto__/],
    ['a field called constructor', () => record({ constructor: u8 } as never), /constructor/],
    ['a field called prototype', () => record({ prototype: u8 }), /prototype/],
    ...['__proto__', 'prototype', 'constructor'].flatMap((name): [string, () => unknown, RegExp][] => [
      [`bits called ${name}`, () => bits(u8, { [name]: 8 }), new RegExp(name)],
      [`a flag called ${name}`, () => flags(u8, { [name]: 1 }), new RegExp(name)],
      [`a value of a struct called ${name}`, () => fromStruct(struct('!H'), [name]), new RegExp(name)],
      [
        `a described field called ${name}`,
        () => fromDescription({ kind: 'record', fields: [{ name, of: { kind: 'u8' } }] }),
        new RegExp(name),
      ],
    ]),
    ['a field called by a number', () => record({ 1: u8 }), /number/],
    ['something behind the rest', () => record({ a: rest(), b: u8 }), /nothing can follow a/],
    ['an array of rests', () => array(rest()), /all the bytes/],
    ['bits that are too few', () => bits(u8, { a: 7 }), /7 bits in a number of 8/],
    ['bits called by a number', () => bits(u8, { b: 4, 2: 4 }), /move a number to the front/],
    ['a name for what its number cannot be', () => enumeration(u8, { a: 300 }), /^a: 300 does not fit u8/],
    ['a tag that its number cannot be', () => union(u8, { a: [300, u8] }), /^a: 300 does not fit u8/],
    ['a tag of another type', () => union(string(u8), { a: [1, u8] }), /^a: 1 is no string/],
    // @ts-expect-error it is no number
    ['a length that is no number', () => string(bool), /bool counts nothing/],
    // @ts-expect-error it is no number
    ['a count that is no number', () => array(u8, string(1)), /string counts nothing/],
    ['a count with a fraction', () => array(u8, f32), /f32 counts nothing/],
    ['an unknown encoding', () => string(u8, { encoding: 'foo' as never }), /no encoding is called "foo"/],
    ['bits in a signed number', () => bits(f32, { a: 32 }), /unsigned/],
    ['a constant that does not fit', () => constant(u8, 256), /does not fit u8/],
    ['a negative length', () => string(-1), /-1 is no length/],
    ['an empty terminator', () => string(until('')), /at least one byte/],
    ['something that is no codec', () => record({ a: 5 as never }), /5 is no codec/],
    ['two variants with one tag', () => union(u8, { a: [1, u8], b: [1, u8] }), /same tag/],
    ['two names for one number', () => enumeration(u8, { a: 1, b: 1 }), /same value/],
    [
      'a checksum of fields that do not exist',
      () => record({ a: u8, crc: checksum(crc32, u32, { from: 'b' }) }),
      /no fields from b/,
    ],
    ['a reference that is no path', () => field('a b'), /not a path/],
  ]
  for (const [what, define, expected] of refused)
    it(`refuses ${what}`, () => {
      assert.throws(define, refusal('BAD_DEFINITION', { message: expected }))
    })

  it('refuses a reference that no field answers, when it is used', () => {
    assert.throws(() => record({ a: array(u8, field('n')), n: u8 }).encode({ a: [1], n: 1 }), refusal('UNRESOLVED'))
  })

  it('refuses to scan for an end that nothing marks', () => {
    assert.throws(() => record({ a: rest() }).boundary(), refusal('ENDLESS'))
  })
})
