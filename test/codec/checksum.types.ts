import { checksum, crc32, record, u8, u32, u64 } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

// It is there when decoded, and need not be given.
const Frame = record({ id: u8, crc: checksum(crc32, u32) })
expect<Equal<Infer<typeof Frame>, { id: number; crc: number }>>()
expect<Equal<InferIn<typeof Frame>, { id: number; crc?: number | bigint | undefined }>>()
expect<Equal<Size<typeof Frame>, number>>()
Frame.encode({ id: 1 })
Frame.encode({ id: 1, crc: 5 })

const own = checksum((bytes) => bytes.reduce((sum, byte) => sum + BigInt(byte), 0n), u64, { from: 'id', to: 'id' })
expect<Equal<Infer<typeof own>, bigint>>()
expect<Equal<Size<typeof own>, 8>>()

// @ts-expect-error a sum is a number
checksum(() => 'sum', u32)
// @ts-expect-error a range has two ends
checksum(crc32, u32, { after: 'id' })
// @ts-expect-error a sum is a number
Frame.encode({ id: 1, crc: 'x' })
