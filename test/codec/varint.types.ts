import { varint, varint4, varint64, zigzag, zigzag64 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

expect<Equal<Infer<typeof varint | typeof varint4 | typeof zigzag>, number>>()
expect<Equal<InferIn<typeof varint | typeof varint4 | typeof zigzag>, number>>()
expect<Equal<Infer<typeof varint64 | typeof zigzag64>, bigint>>()
expect<Equal<InferIn<typeof varint64 | typeof zigzag64>, bigint | number>>()
expect<Equal<Size<typeof varint | typeof varint4 | typeof varint64 | typeof zigzag | typeof zigzag64>, undefined>>()

varint64.encode(5)
// @ts-expect-error 32 bits need no bigint
varint.encode(5n)
// @ts-expect-error text is no number
zigzag64.encode('5')
void [varint4, zigzag]
