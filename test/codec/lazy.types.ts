import { array, lazy, record, type Schema, u8 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

interface Tree {
  value: number
  children: Tree[]
}
const Tree: Schema<Tree> = record({
  value: u8,
  children: array(
    lazy(() => Tree),
    u8,
  ),
})
expect<Equal<Infer<typeof Tree>, Tree>>()
expect<Equal<InferIn<typeof Tree>, Tree>>()
Tree.encode({ value: 1, children: [{ value: 2, children: [] }] })
// @ts-expect-error all the way down
Tree.encode({ value: 1, children: [{ value: '2', children: [] }] })

// What it is shows only later: perhaps its size is fixed.
const later = lazy(() => u8, { depth: 3 })
expect<Equal<Infer<typeof later>, number>>()
expect<Equal<Size<typeof later>, number | undefined>>()
// @ts-expect-error a codec itself would be there too early
lazy(u8)
// @ts-expect-error levels are a number
lazy(() => u8, { depth: '3' })
