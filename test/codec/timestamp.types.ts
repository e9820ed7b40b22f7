import { i64, record, timestamp, u32, varint64 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const Dated = record({ when: timestamp(u32, 's') })
expect<Equal<Infer<typeof Dated>, { when: Date }>>()
expect<Equal<InferIn<typeof Dated>, { when: Date }>>()
const millis = timestamp(i64, 'ms')
expect<Equal<Size<typeof millis>, 8>>()
const varying = timestamp(varint64, 'ns')
expect<Equal<Size<typeof varying>, undefined>>()
// @ts-expect-error a number is no date
Dated.encode({ when: 5 })
// @ts-expect-error there is no such unit
timestamp(u32, 'fortnights')
