/**
 * What decoding found, laid out byte by byte: fields in wire order, and between them what belongs to no field.
 *
 *   | length | kind | pad | count |
 *     frame    kind         count          the framing's own bytes, and padding, are rows, too
 */
import type { Field } from '../codec.js'

/** One row: a run of bytes and what it says. */
export interface Row {
  readonly offset: number
  readonly length: number
  readonly bits: Field['bits']
  /**
   * `frame` bytes belong to the framing, `padding` to nobody; `count` says how many elements a list has, or how long it is,
   * and `end` that there are no more.
   */
  readonly part: 'field' | 'frame' | 'padding' | 'count' | 'end'
  readonly path: string
  readonly value: unknown
  readonly error: string | undefined
}

/**
 * The leaves of `field`, with the gaps between them. What is numbered is a list with a count or an end, unless it may be the
 * tuple of a struct, which has padding.
 */
export function rowsOf(field: Field, name = 'value', mayBeTuple: () => boolean = () => false): Row[] {
  const rows: Row[] = []
  let at = field.offset
  const gap = (to: number, part: Row['part'], path = ''): void => {
    if (to > at) rows.push({ ...ownerless(part, at, to - at), path })
    at = Math.max(at, to)
  }
  const walk = (part: Field): void => {
    const { offset, length, bits, path, value, error, fields = [] } = part
    const list = fields[0]?.path === `${path}[0]` && !mayBeTuple() ? path || name : ''
    for (const [i, inner] of fields.entries()) {
      gap(inner.offset, list && i === 0 ? 'count' : 'padding', list)
      walk(inner)
    }
    if (fields.length > 0) {
      if (!error) gap(offset + length, list ? 'end' : 'padding', list)
    } else if (length > 0 || error || part.fields === undefined) {
      // An empty record or list that takes no bytes says nothing.
      gap(offset, 'padding')
      rows.push({ ...{ offset, length, bits, part: 'field', path: path || name, value }, error: error?.message })
      at = Math.max(at, offset + length)
    }
  }
  walk(field)
  // Damage of the whole that none of its parts has: bytes left over, for one.
  if (field.error && !rows.some(({ error }) => error !== undefined))
    rows.push({
      ...ownerless('padding', at, field.offset + field.length - at),
      part: 'field',
      error: field.error.message,
    })
  return rows
}

export function ownerless(part: Row['part'], offset: number, length: number): Row {
  return { ...{ offset, length, bits: undefined, part, path: '' }, ...{ value: undefined, error: undefined } }
}

/** What a row is called: the path of a field, or what else the bytes are for. */
export function titleOf({ part, path }: Row): string {
  if (part === 'field') return path
  return part === 'frame' ? '(framing)' : path ? `${path} (${part})` : `(${part})`
}
