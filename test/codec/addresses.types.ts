import { ipv4, ipv6, uuid } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

expect<Equal<Infer<typeof uuid | typeof ipv4 | typeof ipv6>, string>>()
expect<Equal<InferIn<typeof uuid | typeof ipv4 | typeof ipv6>, string>>()
expect<Equal<Size<typeof uuid>, 16>>()
expect<Equal<Size<typeof ipv4>, 4>>()
expect<Equal<Size<typeof ipv6>, 16>>()
// @ts-expect-error an address is text
ipv4.encode(0x7f000001)
// @ts-expect-error an identifier is text
uuid.encode(new Uint8Array(16))
void ipv6
