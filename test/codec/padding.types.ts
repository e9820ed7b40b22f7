import { align, padding, record, u8, u16 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

// It shows in neither direction.
const Header = record({ kind: u8, gap: padding(1), size: u16, end: align(4) })
expect<Equal<Infer<typeof Header>, { kind: number; size: number }>>()
expect<Equal<InferIn<typeof Header>, { kind: number; size: number }>>()
Header.encode({ kind: 1, size: 2 })
// @ts-expect-error what means nothing has no value
Header.encode({ kind: 1, size: 2, gap: 0 })
// @ts-expect-error nor when decoded
Header.decode(new Uint8Array(4)).gap

const gap = padding(3)
expect<Equal<Size<typeof gap>, number>>()
const Padded = record({ a: u8, gap: padding(3) })
expect<Equal<Size<typeof Padded>, number>>()
// How many bytes it takes depends on where it is; that of 1 is always none.
const aligned = align(4)
expect<Equal<Size<typeof aligned>, number | undefined>>()
// @ts-expect-error a length is a number here
padding(u8)
