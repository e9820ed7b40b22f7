import { array, field, record, string, u8, u16, u64, until } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const five = array(u16, 5)
const counted = array(u64, u8)
const terminated = array(u16, until(0xff))
const rest = array(string(u8))
expect<Equal<Infer<typeof five | typeof terminated>, number[]>>()
expect<Equal<InferIn<typeof five | typeof terminated>, readonly number[]>>()
expect<Equal<Infer<typeof counted>, bigint[]>>()
expect<Equal<InferIn<typeof counted>, readonly (bigint | number)[]>>()
expect<Equal<Infer<typeof rest>, string[]>>()

// The size is fixed where that of the elements and their number are.
expect<Equal<Size<typeof five>, number>>()
expect<Equal<Size<typeof counted | typeof terminated | typeof rest>, undefined>>()
const texts = array(string(u8), 5)
expect<Equal<Size<typeof texts>, undefined>>()
const perhaps = array(record({ a: string(u8) }), 5)
expect<Equal<Size<typeof perhaps>, number | undefined>>()

// The field that counts need not be given.
const Counted = record({ count: u8, items: array(u16, field('count')) })
expect<Equal<Infer<typeof Counted>, { count: number; items: number[] }>>()
expect<Equal<InferIn<typeof Counted>, { items: readonly number[]; count?: number | undefined }>>()

const nested = array(array(record({ x: u8 }), u8), u8)
expect<Equal<Infer<typeof nested>, { x: number }[][]>>()

const frozen: readonly number[] = Object.freeze([1, 2, 3, 4, 5])
five.encode(frozen)
// @ts-expect-error one of the elements is no number
five.encode([1, 2, '3', 4, 5])
// @ts-expect-error a typed array is no array
five.encode(new Uint16Array(5))
// @ts-expect-error an element is a codec
array(5, u8)
// @ts-expect-error the items are there
Counted.encode({ count: 0 })
