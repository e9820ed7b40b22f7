import { array, be, f32, option, record, string, u8, u16, u64 } from 'wirewright/codec'
import { struct } from 'wirewright/struct'
import type { Codec, Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

// Flat, as one would write it.
const Reading = record({
  sensor: u16,
  takenAt: u64,
  label: string(u8),
  samples: array(f32, u16),
  fault: option(string(u8)),
})
expect<
  Equal<
    Infer<typeof Reading>,
    { sensor: number; takenAt: bigint; label: string; samples: number[]; fault: string | undefined }
  >
>()
expect<
  Equal<
    InferIn<typeof Reading>,
    { sensor: number; takenAt: bigint | number; label: string; samples: readonly number[]; fault?: string | undefined }
  >
>()
Reading.encode({ sensor: 1, takenAt: 2, label: 'x', samples: [1] })
// @ts-expect-error a field is missing
Reading.encode({ sensor: 1, takenAt: 2, label: 'x' })
// @ts-expect-error one of the samples is no number
Reading.encode({ sensor: 1, takenAt: 2, label: 'x', samples: ['1'] })
// @ts-expect-error there is no such field to encode
Reading.encode({ sensor: 1, takenAt: 2, label: 'x', samples: [], sensors: 2 })
// @ts-expect-error nor to decode
Reading.decode(new Uint8Array(0)).sensors
// @ts-expect-error a field is a codec
record({ a: 5 })

// What is decoded can be encoded.
Reading.encode(Reading.decode(new Uint8Array(0)))

// Nested ones stay flat.
const Nested = record({ list: array(record({ x: u8, y: be(u16) }), u8) })
expect<Equal<Infer<typeof Nested>, { list: { x: number; y: number }[] }>>()
const Empty = record({})
expect<Equal<Infer<typeof Empty>, {}>>()

// The size is fixed where that of every field is.
const Fixed = record({ a: u8, b: record({ c: u16 }), d: array(u8, 4), e: string(4) })
expect<Equal<Size<typeof Fixed>, number>>()
expect<Equal<Size<typeof Reading>, number | undefined>>()

// A struct is a codec like others.
const WithStruct = record({ head: struct('!HB'), label: string(u8) })
expect<Equal<Infer<typeof WithStruct>, { head: [number, number]; label: string }>>()
const FixedStruct = record({ head: struct('!HB') })
expect<Equal<Size<typeof FixedStruct>, number>>()

const codec: Codec<Infer<typeof Reading>, InferIn<typeof Reading>> = Reading
void codec
