import { array, field, header, record, state, u8, u16, when } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const Publish = record({ first: u8, id: when(header('qos').gt(0), u16) })
expect<Equal<Infer<typeof Publish>, { first: number; id: number | undefined }>>()
expect<Equal<InferIn<typeof Publish>, { first: number; id?: number | undefined }>>()
Publish.encode({ first: 1 })
const maybe = when(state('version').eq(5), u16)
expect<Equal<Size<typeof maybe>, undefined>>()

// The field that it asks about is to be given, unless what is there implies it.
const Asked = record({ flags: u8, id: when(field('flags').has(2), u16) })
expect<Equal<InferIn<typeof Asked>, { flags: number; id?: number | undefined }>>()
const Implied = record({ n: u8, list: when(field('n').gt(0), array(u8, field('n'))) })
expect<Equal<InferIn<typeof Implied>, { n?: number | undefined; list?: readonly number[] | undefined }>>()

// @ts-expect-error it may not be there
const id: number = Publish.decode(new Uint8Array(1)).id
void id
// @ts-expect-error a reference is no condition
when(header('qos'), u16)
// @ts-expect-error nor is a function, which no description could contain
when(() => true, u16)
