/** When a declared length does not fit: what would, and how one would say it. */
import { type LengthField, otherOrder } from './length-field.js'
import { extraFor, type LengthCounts, type LengthLayout } from './length-layout.js'
import { showFraming } from './spelling.js'

/** Most often the two sides disagree about byte order. */
export function otherOrderHint(
  layout: LengthLayout,
  bytes: Uint8Array,
  start: number,
  limit: number,
): string | undefined {
  const field = otherOrder(layout.field)
  if (!field) return undefined
  const declared = field.read(bytes, start + layout.offset)
  const length = declared + layout.extra
  if (length < layout.least || length - layout.strip > limit) return undefined
  return `read ${orderOf(field)} it is ${declared}: did you mean ${spell(layout, field, layout.counts)}?`
}

/** Next to that, about whether the length counts itself. */
export function countsHint(layout: LengthLayout, bytes: Uint8Array, start: number, limit: number): string | undefined {
  const declared = layout.field.read(bytes, start + layout.offset)
  const counts = layout.counts === 'after' ? 'all' : 'after'
  const length = declared + extraFor(layout.field.size, layout.offset, counts, layout.adjustment)
  if (length < layout.least || length - layout.strip > limit) return undefined
  const how = counts === 'all' ? 'counting itself' : 'counting only what follows it'
  return `${how}, it makes a frame of ${length} bytes: did you mean ${spell(layout, layout.field, counts)}?`
}

/** The stream ended in a frame: was that its end, read in another way? */
export function shortEndHint(layout: LengthLayout, bytes: Uint8Array, start: number, end: number): string | undefined {
  const held = end - start
  const other = otherOrder(layout.field)
  if (other && other.read(bytes, start + layout.offset) + layout.extra === held)
    return `with the length read ${orderOf(other)} the frame would end here: did you mean ${spell(layout, other, layout.counts)}?`
  const declared = layout.field.read(bytes, start + layout.offset)
  for (const counts of ['all', 'from-itself'] as const)
    if (
      layout.counts === 'after' &&
      declared + extraFor(layout.field.size, layout.offset, counts, layout.adjustment) === held
    )
      return `with a length that counts itself the frame would end here: did you mean ${spell(layout, layout.field, counts)}?`
  return undefined
}

/** The same layout in the other byte order, counting something else, or both: as descriptions would have it. */
export function alternatives(layout: LengthLayout): { format: string; counts: LengthCounts }[] {
  const other = otherOrder(layout.field)
  const formats = other ? [layout.field.format, other.format] : [layout.field.format]
  const counts: LengthCounts[] = layout.offset === 0 ? ['after', 'all'] : ['after', 'from-itself', 'all']
  const now = layout.offset === 0 && layout.counts === 'from-itself' ? 'all' : layout.counts
  const { field, offset, adjustment, least } = layout
  const possible = counts.filter((counts) => field.max + extraFor(field.size, offset, counts, adjustment) >= least)
  return formats
    .flatMap((format) => possible.map((counts) => ({ format, counts })))
    .filter(({ format, counts }) => format !== field.format || counts !== now)
}

function orderOf({ littleEndian }: LengthField): string {
  return littleEndian ? 'little-endian' : 'big-endian'
}

function spell({ offset, adjustment, strip }: LengthLayout, field: LengthField, counts: LengthCounts): string {
  const details = { lengthOffset: offset, counts, lengthAdjustment: adjustment, strip }
  return showFraming({ kind: 'lengthPrefix', format: field.format, ...details })
}
