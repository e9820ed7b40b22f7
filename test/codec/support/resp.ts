/** RESP, the protocol of Redis, said with the public names alone: a grammar that is its own boundary. */
import {
  array,
  bytes,
  constant,
  field,
  lazy,
  record,
  type Schema,
  string,
  transform,
  union,
  until,
  when,
} from 'wirewright/codec'

export type Value = null | string | number | Uint8Array | Error | Value[]

const line = string(until('\r\n'), { encoding: 'latin1' })
export const decimal = {
  name: 'decimal',
  decode(text: string): number {
    if (!/^(0|-?[1-9]\d{0,14})$/.test(text)) throw new Error(`not a decimal: ${text}`)
    return Number(text)
  },
  encode: (value: number): string => String(value),
}
const Decimal = transform(line, decimal)
const crlf = constant(string(2), '\r\n')
const Bulk = record({
  length: Decimal,
  body: when(field('length').ge(0), record({ data: bytes(field('length')), end: crlf })),
})
const List = record({
  count: Decimal,
  items: when(
    field('count').ge(0),
    array(
      lazy(() => Resp),
      field('count'),
    ),
  ),
})
export const Variant: Schema<any> = union(string(1), {
  simple: ['+', line],
  error: ['-', line],
  integer: [':', Decimal],
  bulk: ['$', Bulk],
  list: ['*', List],
})
export const resp = {
  name: 'resp',
  decode({ type, value }: any): Value {
    switch (type) {
      case 'bulk':
        return value.body ? value.body.data : null
      case 'list':
        return value.items ?? null
      case 'error':
        return new Error(value)
      default:
        return value
    }
  },
  encode(value: Value): unknown {
    if (value === null) return { type: 'bulk', value: { length: -1 } } as const
    if (typeof value === 'string') return { type: 'simple', value } as const
    if (typeof value === 'number') return { type: 'integer', value } as const
    if (value instanceof Error) return { type: 'error', value: value.message } as const
    if (value instanceof Uint8Array) return { type: 'bulk', value: { body: { data: value } } } as const
    return { type: 'list', value: { items: value } } as const
  },
}
export const Resp: Schema<Value> = transform(Variant, resp)
