import { f16, f32, f64, i8, i16, i24, i32, i48, i64, u8, u16, u24, u32, u48, u64 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

// Up to 48 bits and in floats a number; in 64 bits a bigint, for which encoding takes a number as well.
type Numbers =
  | typeof u8
  | typeof i8
  | typeof u16
  | typeof i16
  | typeof u24
  | typeof i24
  | typeof u32
  | typeof i32
  | typeof u48
  | typeof i48
  | typeof f16
  | typeof f32
  | typeof f64
expect<Equal<Infer<Numbers>, number>>()
expect<Equal<InferIn<Numbers>, number>>()
expect<Equal<Infer<typeof u64 | typeof i64>, bigint>>()
expect<Equal<InferIn<typeof u64 | typeof i64>, bigint | number>>()

expect<Equal<Size<typeof u8 | typeof i8>, 1>>()
expect<Equal<Size<typeof u16 | typeof i16 | typeof f16>, 2>>()
expect<Equal<Size<typeof u24 | typeof i24>, 3>>()
expect<Equal<Size<typeof u32 | typeof i32 | typeof f32>, 4>>()
expect<Equal<Size<typeof u48 | typeof i48>, 6>>()
expect<Equal<Size<typeof u64 | typeof i64 | typeof f64>, 8>>()

i64.encode(1)
i64.encode(1n)
// @ts-expect-error a string is no number
u8.encode('1')
// @ts-expect-error a bigint is more than 48 bits hold
u48.encode(1n)
// @ts-expect-error nor is it a float
f64.encode(1n)
// @ts-expect-error nothing is no number
u16.encode(undefined)
// @ts-expect-error what is decoded is a bigint
const small: number = u64.decode(new Uint8Array(8))
void [small, i8, i16, i24, i32, i48, u24, u32, f16, f32]
