import { array, be, field, le, record, u8, u16, u64, varint } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

// The order of bytes changes nothing about values and sizes.
const little = le(u16)
const big = be(u64)
expect<Equal<Infer<typeof little>, number>>()
expect<Equal<InferIn<typeof big>, bigint | number>>()
expect<Equal<Size<typeof little>, 2>>()
expect<Equal<Size<typeof big>, 8>>()
const varying = le(varint)
expect<Equal<Size<typeof varying>, undefined>>()

const Ordered = le(record({ a: u16, n: u8, b: array(be(u16), field('n')) }))
expect<Equal<Infer<typeof Ordered>, { a: number; n: number; b: number[] }>>()
expect<Equal<InferIn<typeof Ordered>, { a: number; b: readonly number[]; n?: number | undefined }>>()
// Nor about what is implied further out.
const Outer = record({ n: u8, list: le(array(u16, field('n'))) })
expect<Equal<InferIn<typeof Outer>, { list: readonly number[]; n?: number | undefined }>>()
// @ts-expect-error bytes have no order of their own
le(Uint8Array.of(1, 2))
