import { type cstring, field, header, record, string, u8, u16, until, varint } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const fixed = string(8)
const counted = string(u16)
const terminated = string(until('\r\n'))
const rest = string()
const told = string(header('length'))
expect<Equal<Infer<typeof fixed | typeof counted | typeof terminated | typeof rest | typeof told>, string>>()
expect<Equal<InferIn<typeof fixed | typeof counted | typeof terminated | typeof rest | typeof told>, string>>()
expect<Equal<Infer<ReturnType<typeof cstring>>, string>>()
expect<Equal<Size<typeof fixed>, number>>()
expect<Equal<Size<typeof counted | typeof terminated | typeof rest | typeof told>, undefined>>()
expect<Equal<Size<ReturnType<typeof cstring>>, undefined>>()

// The field that says how long it is need not be given.
const named = record({ n: varint, name: string(field('n')) })
expect<Equal<Infer<typeof named>, { n: number; name: string }>>()
expect<Equal<InferIn<typeof named>, { name: string; n?: number | undefined }>>()

for (const encoding of ['utf8', 'ascii', 'latin1', 'utf16be', 'utf16le'] as const) string(u8, { encoding })
// @ts-expect-error there is no such encoding
string(u8, { encoding: 'ebcdic' })
// @ts-expect-error nor such an option
string(u8, { charset: 'utf8' })
// @ts-expect-error bytes are no text
counted.encode(new Uint8Array(2))
// @ts-expect-error a terminator is said with until()
string('\r\n')
