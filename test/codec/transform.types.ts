import { array, field, record, string, transform, u8, u16 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

// Both directions have types of their own.
const Celsius = transform(u16, { decode: (raw) => ({ raw }), encode: (c: { raw: number }) => c.raw })
expect<Equal<Infer<typeof Celsius>, { raw: number }>>()
expect<Equal<InferIn<typeof Celsius>, { raw: number }>>()
expect<Equal<Size<typeof Celsius>, 2>>()
const Loose = transform(u16, { decode: (raw) => String(raw), encode: (value: string | number) => Number(value) })
expect<Equal<Infer<typeof Loose>, string>>()
expect<Equal<InferIn<typeof Loose>, string | number>>()
// @ts-expect-error what it takes is no date
Loose.encode(new Date())
// @ts-expect-error the codec takes a number
transform(u16, { decode: (raw) => raw, encode: (c: { raw: number }) => c })
// @ts-expect-error and gives one
transform(u16, { decode: (raw: string) => raw, encode: (text: string) => Number(text) })
// @ts-expect-error both directions are said
transform(u16, { decode: (raw) => raw })

// What it stands for still implies its field.
const Joined = record({
  n: u8,
  text: transform(array(string(1), field('n')), {
    decode: (list) => list.join(''),
    encode: (text: string) => [...text],
  }),
})
expect<Equal<InferIn<typeof Joined>, { text: string; n?: number | undefined }>>()
