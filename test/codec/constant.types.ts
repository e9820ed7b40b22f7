import { bytes, constant, record, string, u8, u16, u64 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

// The value itself is the type, and need not be given.
const Header = record({ magic: constant(u16, 0xcafe), mode: constant(string(2), 'rw'), version: u8 })
expect<Equal<Infer<typeof Header>, { magic: 0xcafe; mode: 'rw'; version: number }>>()
expect<Equal<InferIn<typeof Header>, { version: number; magic?: 0xcafe | undefined; mode?: 'rw' | undefined }>>()
Header.encode({ version: 1 })
Header.encode({ version: 1, magic: 0xcafe })
// @ts-expect-error another constant
Header.encode({ magic: 1, version: 1 })
// @ts-expect-error what the codec does not take
constant(u16, 'x')
const big = constant(u64, 5n)
expect<Equal<Infer<typeof big>, 5n>>()

// Its size is fixed, whatever that of its codec is.
const magic = constant(u16, 0xcafe)
expect<Equal<Size<typeof magic>, 2>>()
const counted = constant(string(u8), 'RIFF')
expect<Equal<Size<typeof counted>, number>>()
const raw = constant(bytes(2), Uint8Array.of(1, 2))
expect<Infer<typeof raw> extends Uint8Array ? true : false>()
