import { fromDescription, record, u8 } from 'wirewright/codec'
import type { Description, Infer } from '#ground/codec'
import { type Equal, expect } from './support/types.js'

const described: Description = record({ a: u8 }).describe()
// What plain data describes shows at run time only.
const again = fromDescription(described, { functions: { even: (n: number) => n % 2 === 0 }, foreign: () => undefined })
expect<Equal<Infer<typeof again>, any>>()
expect<Equal<Description['kind'], string>>()
// @ts-expect-error a description has a kind
fromDescription({ fields: [] })
// @ts-expect-error and is not text
fromDescription('record')
