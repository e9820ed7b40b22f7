import { bool, bytes, field, header, record, rest, string, u8, u16, union } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const Shape = union(u8, { circle: [1, record({ r: u16 })], square: [2, record({ side: u16, name: string(u8) })] })
type Shape = Infer<typeof Shape>
expect<
  Equal<Shape, { type: 'circle'; value: { r: number } } | { type: 'square'; value: { side: number; name: string } }>
>()
expect<
  Equal<
    InferIn<typeof Shape>,
    | { readonly type: 'circle'; readonly value: { r: number } }
    | { readonly type: 'square'; readonly value: { side: number; name: string } }
  >
>()

/** The type tells what the value is, and no case is left. */
export function area(shape: Shape): number {
  switch (shape.type) {
    case 'circle':
      return shape.value.r ** 2 * Math.PI
    case 'square':
      return shape.value.side ** 2
  }
}
declare const shape: Shape
// @ts-expect-error before the type is known, no value is
void shape.value.r
// @ts-expect-error a circle has no side
Shape.encode({ type: 'circle', value: { side: 1 } })
// @ts-expect-error there is no such shape
Shape.encode({ type: 'line', value: {} })
// @ts-expect-error a variant has a tag
union(u8, { circle: record({ r: u16 }) })

// The tag may be a field, which then need not be given; so may what the variants imply.
const Tagged = record({ kind: u8, n: u8, body: union(field('kind'), { a: [1, bytes(field('n'))], b: [2, bool] }) })
expect<
  Equal<
    InferIn<typeof Tagged>,
    {
      body:
        | { readonly type: 'a'; readonly value: Uint8Array | string }
        | { readonly type: 'b'; readonly value: boolean }
      kind?: number | undefined
      n?: number | undefined
    }
  >
>()
expect<Equal<Infer<typeof Tagged>['kind'], number>>()
const Told = union(header('kind'), { a: [1, u8] })
Told.encode({ type: 'a', value: 1 })

// What has no name keeps its tag.
const Open = union(u8, { a: [1, u8] }, { otherwise: rest() })
expect<Equal<Infer<typeof Open>, { type: 'a'; value: number } | { type: 'otherwise'; tag: any; value: Uint8Array }>>()
Open.encode({ type: 'otherwise', tag: 9, value: 'rest' })
// @ts-expect-error which one is it?
Open.encode({ type: 'otherwise', value: 'rest' })

// Variants that happen to be equally long make a fixed size; the type does not say so.
expect<Equal<Size<typeof Shape>, number | undefined>>()
