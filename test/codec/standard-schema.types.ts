import {
  array,
  lazy,
  record,
  type Schema,
  type StandardResult,
  type StandardSchema,
  u8,
  u64,
  union,
} from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect } from './support/types.js'

// Every codec is one, for what it decodes.
const Reading = record({ a: u64, list: array(u8, u8) })
const standards: readonly [
  StandardSchema<Infer<typeof Reading>>,
  StandardSchema<number>,
  StandardSchema<number[]>,
  StandardSchema<{ type: 'a'; value: number }>,
  StandardSchema<number>,
] = [Reading, u8, array(u8, 3), union(u8, { a: [1, u8] }), lazy(() => u8)]
void standards
type Result = Awaited<ReturnType<(typeof Reading)['~standard']['validate']>>
expect<Equal<Result, StandardResult<{ a: bigint; list: number[] }>>>()

declare const result: Result
// @ts-expect-error whether there is a value shows in the issues
result.value
if (!result.issues) expect<Equal<typeof result.value, { a: bigint; list: number[] }>>()
else expect<Equal<(typeof result.issues)[number]['message'], string>>()
// @ts-expect-error it is of records, not of numbers
const wrong: StandardSchema<number> = Reading
void wrong
const schema: Schema<Infer<typeof Reading>, InferIn<typeof Reading>> = Reading
void schema
