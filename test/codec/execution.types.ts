import { array, field, record, u8, u16, withExecution } from 'wirewright/codec'
import type { Infer, InferIn } from '#ground/codec'
import { type Equal, expect, type Size } from './support/types.js'

const Reading = record({ n: u8, list: array(u16, field('n')) })
const Interpreted = withExecution(Reading, 'interpret')
expect<Equal<Infer<typeof Interpreted>, Infer<typeof Reading>>>()
expect<Equal<InferIn<typeof Interpreted>, InferIn<typeof Reading>>>()
const fixed = withExecution(u16, 'generate')
expect<Equal<Size<typeof fixed>, 2>>()
const inner = record({ n: u8, list: withExecution(array(u16, field('n')), 'auto') })
expect<Equal<InferIn<typeof inner>, { list: readonly number[]; n?: number | undefined }>>()
// @ts-expect-error there is no such way
withExecution(Reading, 'fast')
