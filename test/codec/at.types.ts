import { at, backref, bytes, field, header, record, string, u8, u16, u32, u64 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const File = record({ name: at(u32, bytes(u8)), fixed: at(16, u64), told: at(header('where'), u8) })
expect<Equal<Infer<typeof File>, { name: Uint8Array; fixed: bigint; told: number }>>()
expect<Equal<InferIn<typeof File>, { name: Uint8Array | string; fixed: bigint | number; told: number }>>()
const there = at(u32, u8)
expect<Equal<Size<typeof there>, undefined>>()
// A field that says where is to be given: nothing implies a place.
const Placed = record({ where: u8, x: at(field('where'), u16) })
expect<Equal<InferIn<typeof Placed>, { where: number; x: number }>>()
// @ts-expect-error the place is missing
Placed.encode({ x: 1 })

const name = backref(record({ label: string(u8) }), { pointer: u16, mark: 0xc000 })
expect<Equal<Infer<typeof name>, { label: string }>>()
expect<Equal<Size<typeof name>, number | undefined>>()
// @ts-expect-error what marks a pointer is to be said
backref(string(u8), { pointer: u16 })
// @ts-expect-error a pointer is a number
backref(string(u8), { pointer: string(u8), mark: 0xc000 })
// @ts-expect-error of at most 32 bits, which no bigint is
backref(string(u8), { pointer: u64, mark: 0xc000 })
