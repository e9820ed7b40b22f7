import { fromStruct, record, u8 } from 'wirewright/codec'
import { struct } from 'wirewright/struct'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const Named = fromStruct(struct('!HIq4s'), ['sensor', 'takenAt', 'value', 'tag'])
expect<Equal<Infer<typeof Named>, { sensor: number; takenAt: number; value: bigint; tag: Uint8Array }>>()
expect<
  Equal<
    InferIn<typeof Named>,
    Readonly<{
      sensor: number | bigint
      takenAt: number | bigint
      value: number | bigint
      tag: Uint8Array | string
    }>
  >
>()
expect<Equal<Size<typeof Named>, number>>()
const inside = record({ head: Named, z: u8 })
expect<Equal<Size<typeof inside>, number>>()
// @ts-expect-error a value is missing
Named.encode({ sensor: 1, takenAt: 2, value: 3n })
// @ts-expect-error text is no number
Named.encode({ sensor: '1', takenAt: 2, value: 3n, tag: 'x' })
