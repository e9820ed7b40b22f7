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
  /** `frame` bytes belong to the framing, `padding` to nobody. */
  readonly part: 'field' | 'frame' | 'padding'
  readonly path: string
  readonly value: unknown
  readonly error: string | undefined
}

/** The leaves of `field`, with the gaps between them. */
export function rowsOf(field: Field, name = 'value'): Row[] {
  const rows: Row[] = []
  let at = field.offset
  const gap = (to: number): void => {
    if (to > at) rows.push(ownerless('padding', at, to - at))
    at = Math.max(at, to)
  }
  for (const leaf of leaves(field)) {
    const { offset, length, bits, path, value, error } = leaf
    gap(offset)
    rows.push({ ...{ offset, length, bits, part: 'field', path: path || name, value }, error: error?.message })
    at = Math.max(at, offset + length)
  }
  if (!field.error) gap(field.offset + field.length)
  // Damage of the whole that none of its parts has: bytes left over, for one.
  else if (!rows.some(({ error }) => error !== undefined))
    rows.push({
      ...ownerless('padding', at, field.offset + field.length - at),
      part: 'field',
      error: field.error.message,
    })
  return rows
}

export function ownerless(part: 'frame' | 'padding', offset: number, length: number): Row {
  return { ...{ offset, length, bits: undefined, part, path: '' }, ...{ value: undefined, error: undefined } }
}

function* leaves(field: Field): Generator<Field> {
  if (!field.fields || field.fields.length === 0) {
    // An empty record or array takes no bytes and says nothing.
    if (field.length > 0 || field.error || field.fields === undefined) yield field
  } else for (const part of field.fields) yield* leaves(part)
}
