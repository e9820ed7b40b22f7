import { flags, string, u8, u16, u64 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const Access = flags(u8, { read: 1, write: 2 })
expect<Equal<Infer<typeof Access>, { read: boolean; write: boolean }>>()
expect<Equal<InferIn<typeof Access>, { readonly read: boolean; readonly write: boolean }>>()
expect<Equal<Size<typeof Access>, 1>>()
// @ts-expect-error each of them is said
Access.encode({ read: true })
// @ts-expect-error and nothing else
Access.encode({ read: true, write: false, run: true })
// @ts-expect-error a mask is a number
flags(u16, { read: true })
// @ts-expect-error 64 bits are no number
flags(u64, { read: 1 })
// @ts-expect-error text has no bits
flags(string(1), { read: 1 })
