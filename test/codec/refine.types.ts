import * as v from 'valibot'
import { i64, option, record, refine, type StandardSchema, u8 } from 'wirewright/codec'
import { z } from 'zod'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

declare const evenNumber: StandardSchema<number, number & { __brand: 'even' }>
const Even = refine(u8, evenNumber)
expect<Equal<Infer<typeof Even>, number & { __brand: 'even' }>>()
expect<Equal<InferIn<typeof Even>, number>>()
expect<Equal<Size<typeof Even>, 1>>()
declare const shortText: StandardSchema<string>
// @ts-expect-error a schema of texts refines no numbers
refine(u8, shortText)

// A schema has to take what the codec gives, and may take more: other types, absent fields, anything.
const Fault = record({ f: option(u8) })
const zodFault = refine(Fault, z.object({ f: z.number().optional() }))
expect<Equal<Infer<typeof zodFault>, { f?: number | undefined }>>()
const valibotFault = refine(Fault, v.object({ f: v.optional(v.number()) }))
expect<Equal<Infer<typeof valibotFault>, { f?: number | undefined }>>()
expect<Equal<InferIn<typeof valibotFault>, InferIn<typeof Fault>>>()
const anything = refine(u8, z.unknown())
expect<Equal<Infer<typeof anything>, unknown>>()
const either = refine(u8, z.union([z.number(), z.string()]))
expect<Equal<Infer<typeof either>, string | number>>()
const maybe = refine(u8, z.number().optional())
expect<Equal<Infer<typeof maybe>, number | undefined>>()
const five = refine(u8, z.number().default(5))
expect<Equal<Infer<typeof five>, number>>()
const text = refine(u8, v.pipe(v.number(), v.transform(String)))
expect<Equal<Infer<typeof text>, string>>()
expect<Equal<InferIn<typeof text>, number>>()
const loose = refine(u8, v.any())
expect<Equal<Infer<typeof loose>, any>>()
const big = refine(i64, z.bigint().positive())
expect<Equal<Infer<typeof big>, bigint>>()
// @ts-expect-error it takes texts only
refine(u8, z.string())
// @ts-expect-error it takes texts only
refine(u8, v.string())
// @ts-expect-error the field may be absent
refine(Fault, z.object({ f: z.number() }))
// @ts-expect-error 64 bits are bigints
refine(i64, v.number())
// @ts-expect-error a field that the codec does not give
refine(Fault, z.object({ f: z.number().optional(), g: z.number() }))
