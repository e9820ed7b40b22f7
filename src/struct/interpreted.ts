/** The engine for where code generation is forbidden, and for very long layouts: a loop over the slots. */
import { numberRow, readRow, writeRow } from '../bytes/index.js'
import { checkCount, type Engine, type Plan, place } from './engine.js'
import { type Slot, slotsOf } from './format.js'
import { bytesOf, checkObject, coerce, named, putBytes, readBytes, zero } from './values.js'

export function interpreted({ size, groups, padded, names, views }: Plan): Engine {
  const slots = slotsOf(groups)
  const count = names ? 1 : slots.length
  const row = numberRow(slots)
  const values = reader(slots, views)
  const get = names ? (bytes: Uint8Array, at: number) => named(names, values(bytes, at)) : values
  const writeOther = (i: number, bytes: Uint8Array, at: number, value: unknown) => {
    const slot = slots[i]!
    return slot.number ? coerce(slot, i, value) : putBytes(bytes, at, slot, i, value)
  }
  const write = (bytes: Uint8Array, at: number, value: unknown) => {
    if (names) checkObject(value)
    const given = names ? names.map((name) => (value as Record<string, unknown>)[name]) : (value as unknown[])
    writeRow(row, bytes, at, given, writeOther)
  }
  return {
    slots,
    pack(...values) {
      checkCount('pack', count, values.length)
      const bytes = new Uint8Array(size)
      write(bytes, 0, names ? values[0] : values)
      return bytes
    },
    packInto(buffer, offset, ...values) {
      // biome-ignore lint/complexity/noArguments: only they tell how many there were
      checkCount('packInto', count, arguments.length - 2)
      const bytes = bytesOf(buffer)
      const at = place('packInto', bytes.length, offset as number, size)
      zero(bytes, at, at + size)
      write(bytes, at, names ? values[0] : values)
    },
    put(bytes, at, value) {
      if (!names) checkCount('pack', count, (value as unknown[] | undefined)?.length)
      if (padded) zero(bytes, at, at + size)
      write(bytes, at, value)
    },
    get,
    each(bytes, call) {
      for (let row = 0, at = 0; at < bytes.length; row++, at += size) call(get(bytes, at), row)
    },
    fill(bytes, columns) {
      for (let row = 0, at = 0; at < bytes.length; row++, at += size)
        values(bytes, at).forEach((value, i) => {
          columns[i]![row] = value
        })
    },
  }
}

/** Reads the values in these slots of the struct that begins at a place. */
export function reader(
  slots: readonly Slot[],
  views: boolean | undefined,
): (bytes: Uint8Array, at: number) => unknown[] {
  const row = numberRow(slots)
  // Copying an array takes half the time of making one of a length that V8 does not know; bigints, that it holds anything.
  const blank = slots.map<unknown>(() => 0n)
  const readOther = (i: number, bytes: Uint8Array, at: number) => readBytes(bytes, at, slots[i]!, views)
  return (bytes, at) => {
    const values = blank.slice()
    readRow(row, bytes, at, values, readOther)
    return values
  }
}
