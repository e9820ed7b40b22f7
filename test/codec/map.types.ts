import { field, map, record, string, u8, u16, u64 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const Entries = map(string(u8), u64, u8)
expect<Equal<Infer<typeof Entries>, Map<string, bigint>>>()
expect<Equal<InferIn<typeof Entries>, ReadonlyMap<string, bigint | number>>>()
expect<Equal<Size<typeof Entries>, undefined>>()

const three = map(u8, u16, 3)
expect<Equal<Infer<typeof three>, Map<number, number>>>()
expect<Equal<Size<typeof three>, number>>()
const texts = map(u8, string(u8), 3)
expect<Equal<Size<typeof texts>, number | undefined>>()

const counted = record({ n: u8, entries: map(u8, u8, field('n')) })
expect<Equal<InferIn<typeof counted>, { entries: ReadonlyMap<number, number>; n?: number | undefined }>>()

// @ts-expect-error an object is no map
Entries.encode({ a: 1 })
// @ts-expect-error keys are texts
Entries.encode(new Map([[1, 1]]))
