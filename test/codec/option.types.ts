import { array, field, option, record, string, u8, u16 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const maybe = option(u16)
expect<Equal<Infer<typeof maybe>, number | undefined>>()
expect<Equal<InferIn<typeof maybe>, number | undefined>>()
expect<Equal<Size<typeof maybe>, undefined>>()

// In a record it may be left out when encoding, and is a property, perhaps undefined, when decoded.
const Entry = record({ id: u8, note: option(string(u8)) })
expect<Equal<Infer<typeof Entry>, { id: number; note: string | undefined }>>()
expect<Equal<InferIn<typeof Entry>, { id: number; note?: string | undefined }>>()
Entry.encode({ id: 1 })
Entry.encode({ id: 1, note: undefined })
// @ts-expect-error null is not nothing
Entry.encode({ id: 1, note: null })
// @ts-expect-error it may not be there
const length: number = Entry.decode(new Uint8Array(2)).note.length
void length

// What it holds may imply a field.
const counted = record({ n: u8, list: option(array(u8, field('n'))) })
expect<Equal<InferIn<typeof counted>, { n?: number | undefined; list?: readonly number[] | undefined }>>()
