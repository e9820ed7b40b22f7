import { bool } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

expect<Equal<Infer<typeof bool>, boolean>>()
expect<Equal<InferIn<typeof bool>, boolean>>()
expect<Equal<Size<typeof bool>, 1>>()
// @ts-expect-error 1 is no boolean
bool.encode(1)
