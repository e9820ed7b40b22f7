import { enumeration, string, u8, u64, varint } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const Level = enumeration(u8, { info: 1, alarm: 2 })
expect<Equal<Infer<typeof Level>, 'info' | 'alarm'>>()
expect<Equal<InferIn<typeof Level>, 'info' | 'alarm'>>()
expect<Equal<Size<typeof Level>, 1>>()
// @ts-expect-error no such name
Level.encode('warning')
// @ts-expect-error a number is no name
Level.encode(1)

const wide = enumeration(u64, { first: 1n, second: 2 })
expect<Equal<Infer<typeof wide>, 'first' | 'second'>>()
const texts = enumeration(string(1), { read: 'r', write: 'w' })
expect<Equal<Infer<typeof texts>, 'read' | 'write'>>()
const varying = enumeration(varint, { a: 1 })
expect<Equal<Size<typeof varying>, undefined>>()
// @ts-expect-error a value is a number or text
enumeration(u8, { on: true })

/** Every name has its case, or it does not compile. */
export function words(level: Infer<typeof Level>): string {
  switch (level) {
    case 'info':
      return 'just so you know'
    case 'alarm':
      return 'run'
  }
}
