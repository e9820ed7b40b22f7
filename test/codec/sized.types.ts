import { array, field, record, rest, sized, string, u8, u16, u64, until } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

// The values are those of what it holds.
const list = sized(u16, array(u64))
expect<Equal<Infer<typeof list>, bigint[]>>()
expect<Equal<InferIn<typeof list>, readonly (bigint | number)[]>>()

// A number of bytes that is said is the size, whatever is in it; otherwise that may still be fixed.
const four = sized(4, rest())
expect<Equal<Size<typeof four>, number>>()
expect<Equal<Size<typeof list>, number | undefined>>()
const ended = sized(until(0), string())
expect<Equal<Size<typeof ended>, number | undefined>>()

// The field that says how many bytes need not be given, nor what is implied within.
const Sized = record({
  length: u16,
  n: u8,
  body: sized(field('length'), record({ a: u8, list: array(u8, field('n')) })),
})
expect<
  Equal<
    InferIn<typeof Sized>,
    { body: { a: number; list: readonly number[] }; length?: number | undefined; n?: number | undefined }
  >
>()
// @ts-expect-error nothing implies it
record({ length: u16, a: u8 }).encode({ a: 1 })
// @ts-expect-error there is no size of undefined holding nothing
sized(u8)
