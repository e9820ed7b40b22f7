import { bits, le, u8, u16, u64 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const Op = bits(u8, { failed: 1, fn: 7 })
expect<Equal<Infer<typeof Op>, { failed: number; fn: number }>>()
expect<Equal<InferIn<typeof Op>, { readonly failed: number; readonly fn: number }>>()
expect<Equal<Size<typeof Op>, 1>>()
// Numbers, also in 64 bits: a part has at most 53.
const wide = bits(le(u64), { low: 12, high: 52 }, { first: 'lsb' })
expect<Equal<Infer<typeof wide>, { low: number; high: number }>>()
expect<Equal<Size<typeof wide>, 8>>()
// @ts-expect-error every part is said
Op.encode({ fn: 1 })
// @ts-expect-error a part is a number
Op.encode({ failed: true, fn: 1 })
// @ts-expect-error so many bits are a number
bits(u16, { a: '4', b: 12 })
// @ts-expect-error the first one is the most or the least significant
bits(u16, { a: 4, b: 12 }, { first: 'left' })
