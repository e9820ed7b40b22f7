/** What the type checker makes of a format string. */
import {
  type Packed,
  pack,
  packInto,
  type Struct,
  type StructError,
  struct,
  type Unpacked,
  unpack,
  type Value,
} from 'wirewright/struct'
import type { Codec, Infer, InferIn } from '#ground/codec'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T
type Bytes = Uint8Array
type Int = number | bigint

const header = struct('!HBxI 4s 2q')
export type Tuples = [
  Expect<
    Equal<
      typeof header,
      Struct<[number, number, number, Bytes, bigint, bigint], [Int, Int, Int, Bytes | string, Int, Int]>
    >
  >,
  Expect<Equal<Infer<typeof header>, [number, number, number, Bytes, bigint, bigint]>>,
  Expect<Equal<InferIn<typeof header>, [Int, Int, Int, Bytes | string, Int, Int]>>,
  Expect<Equal<Unpacked<''>, []>>,
  Expect<Equal<Unpacked<'<'>, []>>,
  Expect<Equal<Unpacked<' x 3x 0i 0c'>, []>>,
  Expect<Equal<Unpacked<'0s0p'>, [Bytes, Bytes]>>,
  Expect<Equal<Unpacked<'<c?efd2c'>, [Bytes, boolean, number, number, number, Bytes, Bytes]>>,
  Expect<Equal<Unpacked<'<lLqQ'>, [number, number, bigint, bigint]>>,
  Expect<Equal<Unpacked<'lLnNP'>, [bigint, bigint, bigint, bigint, bigint]>>,
  Expect<Equal<Unpacked<'@l'>, [bigint]>>,
  Expect<Equal<Unpacked<'=l'>, [number]>>,
  Expect<Equal<Unpacked<'00002h'>, [number, number]>>,
  Expect<Equal<Unpacked<'<12b'>['length'], 12>>,
  Expect<Equal<Unpacked<'<999I'>['length'], 999>>,
  Expect<Equal<Unpacked<'<1000I'>, number[]>>,
  Expect<Equal<Unpacked<'<B1000qB'>, [number, ...bigint[], number]>>,
  Expect<Equal<Unpacked<'<1000000s'>, [Bytes]>>,
  Expect<Equal<Packed<'<?d'>, [boolean, number]>>,
  Expect<Equal<Unpacked<'<H' | '>Hq'>, [number] | [number, bigint]>>,
]

// A format that is not known while compiling: anything may come out, and anything that fits some code may go in.
declare const unknownFormat: string
declare const partlyKnown: `!${string}`
const general = struct(unknownFormat)
export type General = [
  Expect<Equal<typeof general, Struct<Value[], (Value | string)[]>>>,
  Expect<Equal<Unpacked<typeof partlyKnown>, Value[]>>,
]
general.pack(1, 'a', true, 2n)

// A thousand codes and more: the checker does not give up, it stops counting.
type Ten<S extends string> = `${S}${S}${S}${S}${S}${S}${S}${S}${S}${S}`
type Hundred<S extends string> = Ten<Ten<S>>
export type LongFormats = [
  Expect<Equal<Unpacked<`${Ten<Ten<'I'>>}`>['length'], 100>>,
  Expect<Equal<Unpacked<`${Hundred<'IHB q'>}${Hundred<'hhh'>}`>['length'], 700>>,
  Expect<Equal<Unpacked<`${Hundred<'I'>}${Hundred<Ten<'b'>>}`>, Value[]>>,
  Expect<Equal<Unpacked<`<${Ten<'999I'>}`>[number], number>>,
  // An array within a tuple, and counts behind it: the checker allows no tuple of more than 10 000.
  Expect<Equal<Unpacked<`<1000f${Ten<'999I'>}${Ten<'999s'>}${Ten<'999H'>}`>[number], number | Uint8Array>>,
  Expect<Equal<Unpacked<'999B999B999H999f999q999s999h999?999B999B999B999B999B999B'>[0], number>>,
  Expect<Equal<Unpacked<`<${Hundred<'99I'>}q`>[number], number | bigint>>,
]

// What does not fit does not compile.
header.pack(1, 2, 512, 'tag', 7, 8n)
header.pack(1n, 2, 512, new Uint8Array(4), 7, 8n)
// @ts-expect-error one value is missing
header.pack(1, 2, 512, 'tag', 7)
// @ts-expect-error a string is no q
header.pack(1, 2, 512, 'tag', '7', 8n)
// @ts-expect-error a number is no s
struct('4s').pack(5)
// @ts-expect-error a bigint is no float
struct('d').pack(5n)
// @ts-expect-error bad char in struct format: 'Z'
struct('<Z')
// @ts-expect-error bad char in struct format: 'n' has no standard size
struct('!n')
// @ts-expect-error repeat count given without format specifier
struct('<3')
// @ts-expect-error bad char in struct format: a space after a count
struct('<2 i')
// @ts-expect-error a prefix is only a prefix in front
struct('i<')
// @ts-expect-error embedded null character
struct('i\0')
// @ts-expect-error the wrong number of values
pack('!HH', 1)
// @ts-expect-error bad char
unpack('!G', new Uint8Array(1))
packInto('!H2s', new Uint8Array(4), 0, 1, 'ok')
const [id, flag]: [number, boolean] = unpack('!H?', new Uint8Array(3))
void [id, flag]

// With names, objects.
const named = struct('!I2sf', ['id', 'tag', 'ratio'])
type Named = { id: number; tag: Bytes; ratio: number }
type NamedIn = { id: Int; tag: Bytes | string; ratio: number }
export type Objects = [Expect<Equal<Infer<typeof named>, Named>>, Expect<Equal<InferIn<typeof named>, NamedIn>>]
named.pack({ id: 1, tag: 'ab', ratio: 0.5 })
export const ratio: number = named.unpack(new Uint8Array(10)).ratio
export const ids: ArrayLike<number> = named.unpackColumns(new Uint8Array(10)).id
// @ts-expect-error one name is missing
struct('!I2sf', ['id', 'tag'])
// @ts-expect-error one name too many
struct('!I2sf', ['id', 'tag', 'ratio', 'more'])
// @ts-expect-error no such field
named.pack({ id: 1, tag: 'ab', ration: 0.5 })

// A struct is a codec.
export const codec: Codec<[number, boolean], [Int, boolean]> = struct('!H?')
export const objects: Codec<Named, NamedIn> = named
// @ts-expect-error it gives a number, not a string
export const wrong: Codec<[string]> = struct('!H')

// Columns.
const [counts, words] = struct('!Bq4s').unpackColumns(new Uint8Array(0))
export const count: number | undefined = counts[0]
export const word: bigint | undefined = words[0]

// The codes are a closed list.
export function tell(error: StructError): string {
  switch (error.code) {
    case 'BAD_FORMAT':
      return 'format'
    // @ts-expect-error no such code
    case 'NO_SUCH_CODE':
      return ''
    default:
      return error.code
  }
}
