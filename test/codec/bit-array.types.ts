import { asked, bitArray, field, record, u8 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const ten = bitArray(10)
const counted = bitArray(u8, { first: 'msb' })
const told = bitArray(asked('quantity'))
expect<Equal<Infer<typeof ten | typeof counted | typeof told>, boolean[]>>()
expect<Equal<InferIn<typeof ten | typeof counted | typeof told>, readonly boolean[]>>()
expect<Equal<Size<typeof ten>, number>>()
expect<Equal<Size<typeof counted | typeof told>, undefined>>()
const Coils = record({ n: u8, coils: bitArray(field('n')) })
expect<Equal<InferIn<typeof Coils>, { coils: readonly boolean[]; n?: number | undefined }>>()
// @ts-expect-error 1 is no boolean
ten.encode([1, 0])
// @ts-expect-error it cannot go on to the end, whose last bits would be nobody's
bitArray(undefined)
// @ts-expect-error the first one is the most or the least significant
bitArray(10, { first: 'left' })
