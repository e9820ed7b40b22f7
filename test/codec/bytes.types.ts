import { bytes, field, record, type rest, u8, u16, until } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const fixed = bytes(4)
const counted = bytes(u16, { views: true })
const terminated = bytes(until(0))
expect<Equal<Infer<typeof fixed | typeof counted | typeof terminated>, Uint8Array>>()
expect<Equal<InferIn<typeof fixed | typeof counted | typeof terminated>, Uint8Array | string>>()
expect<Equal<Infer<ReturnType<typeof rest>>, Uint8Array>>()
expect<Equal<InferIn<ReturnType<typeof rest>>, Uint8Array | string>>()
expect<Equal<Size<typeof fixed>, number>>()
expect<Equal<Size<typeof counted | typeof terminated | ReturnType<typeof rest>>, undefined>>()

// The field that says how many there are need not be given, also when it is one of a record around.
const outer = record({ n: u8, inner: record({ data: bytes(field('n')) }) })
expect<Equal<Infer<typeof outer>, { n: number; inner: { data: Uint8Array } }>>()
expect<Equal<InferIn<typeof outer>, { inner: { data: Uint8Array | string }; n?: number | undefined }>>()

fixed.encode(Buffer.from('abcd'))
// @ts-expect-error a list of numbers is not bytes
fixed.encode([1, 2, 3, 4])
// @ts-expect-error nor is a buffer without a view
fixed.encode(new ArrayBuffer(4))
// @ts-expect-error views are there or not
bytes(4, { views: 'yes' })
// @ts-expect-error a terminator is said with until()
bytes(Uint8Array.of(0))
