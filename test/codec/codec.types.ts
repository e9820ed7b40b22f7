/** What the types of codecs promise; compiled, never run. */
import {
  array,
  type at,
  type backref,
  be,
  type bitArray,
  bits,
  bool,
  bytes,
  checksum,
  constant,
  crc32,
  type cstring,
  enumeration,
  f32,
  type f64,
  field,
  flags,
  fromStruct,
  header,
  type i64,
  type ipv4,
  lazy,
  le,
  map,
  option,
  padding,
  type Ref,
  record,
  refine,
  rest,
  type Schema,
  type StandardSchema,
  sized,
  string,
  timestamp,
  transform,
  u8,
  u16,
  type u24,
  u32,
  type u48,
  u64,
  union,
  until,
  type uuid,
  type varint,
  type varint64,
  when,
  withExecution,
  type zigzag,
} from 'wirewright/codec'
import { struct } from 'wirewright/struct'
import type { Codec, Infer, InferIn } from '#ground/codec'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function expect<_T extends true>(): void

// numbers
expect<Equal<Infer<typeof u8>, number>>()
expect<Equal<Infer<typeof u48>, number>>()
expect<Equal<Infer<typeof u64>, bigint>>()
expect<Equal<InferIn<typeof i64>, bigint | number>>()
expect<Equal<typeof u24.fixedSize, 3>>()
expect<Equal<typeof f64.fixedSize, 8>>()
// @ts-expect-error a string is no number
u8.encode('1')

// records: flat, as one would write them
const Reading = record({
  sensor: u16,
  takenAt: u64,
  label: string(u8),
  samples: array(f32, u16),
  fault: option(string(u8)),
})
type Reading = Infer<typeof Reading>
expect<
  Equal<Reading, { sensor: number; takenAt: bigint; label: string; samples: number[]; fault: string | undefined }>
>()
expect<
  Equal<
    InferIn<typeof Reading>,
    { sensor: number; takenAt: bigint | number; label: string; samples: readonly number[]; fault?: string | undefined }
  >
>()
Reading.encode({ sensor: 1, takenAt: 2, label: 'x', samples: [1] })
// @ts-expect-error a field is missing
Reading.encode({ sensor: 1, takenAt: 2, label: 'x' })
// @ts-expect-error one of the samples is no number
Reading.encode({ sensor: 1, takenAt: 2, label: 'x', samples: ['1'] })
// @ts-expect-error there is no such field
Reading.decode(new Uint8Array(0)).sensors
// @ts-expect-error a field is a codec
record({ a: 5 })

// a fixed size is known
const Fixed = record({ a: u8, b: record({ c: u16 }), d: array(u8, 4), e: string(4) })
expect<Equal<typeof Fixed.fixedSize, number>>()
expect<Equal<typeof Reading.fixedSize, number | undefined>>()
const text = string(u8)
expect<Equal<typeof text.fixedSize, undefined>>()
const five = array(u16, 5)
expect<Equal<typeof five.fixedSize, number>>()

// nested records stay flat
const Nested = record({ list: array(record({ x: u8, y: be(u16) }), u8) })
expect<Equal<Infer<typeof Nested>, { list: { x: number; y: number }[] }>>()

// text, bytes
expect<Equal<Infer<ReturnType<typeof cstring>>, string>>()
expect<Equal<Infer<ReturnType<typeof rest>>, Uint8Array>>()
expect<Equal<InferIn<ReturnType<typeof rest>>, Uint8Array | string>>()
string(u8, { encoding: 'latin1' })
// @ts-expect-error there is no such encoding
string(u8, { encoding: 'ebcdic' })
bytes(until('\r\n'))

// what is implied need not be given, but is there when decoded
const Counted = record({ count: u8, items: array(u16, field('count')) })
expect<Equal<Infer<typeof Counted>, { count: number; items: number[] }>>()
expect<Equal<InferIn<typeof Counted>, { items: readonly number[]; count?: number | undefined }>>()
const Outer = record({ n: u8, inner: record({ data: bytes(field('n')) }) })
expect<Equal<InferIn<typeof Outer>, { inner: { data: Uint8Array | string }; n?: number | undefined }>>()
const Checked = record({ id: u8, crc: checksum(crc32, u32) })
expect<Equal<Infer<typeof Checked>, { id: number; crc: number }>>()
Checked.encode({ id: 1 })
const Sized = record({ length: u16, body: sized(field('length'), record({ a: u8 })) })
Sized.encode({ body: { a: 1 } })
// @ts-expect-error nothing implies it
record({ length: u16, a: u8 }).encode({ a: 1 })

// constants and padding
const Header = record({ magic: constant(u16, 0xcafe), gap: padding(2), version: u8 })
expect<Equal<Infer<typeof Header>, { magic: 0xcafe; version: number }>>()
Header.encode({ version: 1 })
// @ts-expect-error another constant
Header.encode({ magic: 1, version: 1 })
// @ts-expect-error what the codec does not take
constant(u16, 'x')

// names, flags, bits
const Level = enumeration(u8, { info: 1, alarm: 2 })
expect<Equal<Infer<typeof Level>, 'info' | 'alarm'>>()
// @ts-expect-error no such name
Level.encode('warning')
const Access = flags(u8, { read: 1, write: 2 })
expect<Equal<Infer<typeof Access>, { read: boolean; write: boolean }>>()
const Op = bits(u8, { failed: 1, fn: 7 })
expect<Equal<Infer<typeof Op>, { failed: number; fn: number }>>()
expect<Equal<Infer<ReturnType<typeof bitArray>>, boolean[]>>()

// unions
const Shape = union(u8, { circle: [1, record({ r: u16 })], square: [2, record({ side: u16 })] })
type Shape = Infer<typeof Shape>
expect<Equal<Shape, { type: 'circle'; value: { r: number } } | { type: 'square'; value: { side: number } }>>()
// @ts-expect-error a circle has no side
Shape.encode({ type: 'circle', value: { side: 1 } })
function area(shape: Shape): number {
  return shape.type === 'circle' ? shape.value.r ** 2 : shape.value.side ** 2
}
area(Shape.decode(new Uint8Array(3)))
const Tagged = record({ kind: u8, body: union(field('kind'), { a: [1, u8], b: [2, bool] }) })
Tagged.encode({ body: { type: 'a', value: 1 } })
const Open = union(u8, { a: [1, u8] }, { otherwise: rest() })
expect<Equal<Infer<typeof Open>['type'], 'a' | 'otherwise'>>()

// conditions
const Maybe = record({ first: u8, id: when(header('qos').gt(0), u16) })
expect<Equal<Infer<typeof Maybe>, { first: number; id: number | undefined }>>()
Maybe.encode({ first: 1 })
const ref: Ref = header('first.qos')
void ref

// the rest
expect<Equal<Infer<typeof varint>, number>>()
expect<Equal<Infer<typeof varint64>, bigint>>()
expect<Equal<Infer<typeof zigzag>, number>>()
expect<Equal<Infer<typeof uuid>, string>>()
expect<Equal<typeof ipv4.fixedSize, 4>>()
const Dated = record({ when: timestamp(u32, 's') })
expect<Equal<Infer<typeof Dated>, { when: Date }>>()
const Entries = map(string(u8), u16, u8)
expect<Equal<Infer<typeof Entries>, Map<string, number>>>()
const Celsius = transform(u16, { decode: (raw) => ({ raw }), encode: (c: { raw: number }) => c.raw })
expect<Equal<Infer<typeof Celsius>, { raw: number }>>()
declare const Brand: StandardSchema<number, number & { __brand: 'even' }>
const Even = refine(u8, Brand)
expect<Equal<Infer<typeof Even>, number & { __brand: 'even' }>>()
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
expect<Equal<Infer<typeof Tree>, Tree>>()
expect<Equal<Infer<ReturnType<typeof at<typeof u16>>>, number>>()
expect<Equal<Infer<ReturnType<typeof backref<typeof Reading>>>, Reading>>()
const Ordered = le(record({ a: u16, n: u8, b: array(be(u16), field('n')) }))
Ordered.encode({ a: 1, b: [1] })
const Executed = withExecution(Reading, 'interpret')
expect<Equal<Infer<typeof Executed>, Reading>>()

// formats of Python's struct
const Named = fromStruct(struct('!HIq'), ['sensor', 'takenAt', 'value'])
expect<Equal<Infer<typeof Named>, { sensor: number; takenAt: number; value: bigint }>>()
const WithStruct = record({ head: struct('!HB'), label: string(u8) })
expect<Equal<Infer<typeof WithStruct>, { head: [number, number]; label: string }>>()

// every codec is a Codec and a Standard Schema
const codec: Codec<Reading, InferIn<typeof Reading>> = Reading
const standard: StandardSchema<Reading> = Reading
void [codec, standard]
