/** The engine for where code generation is forbidden, and for very long layouts: a loop over the slots. */
import { fitsNumber, writeNumber } from '../bytes/index.js'
import { checkCount, type Engine, type Plan, place } from './engine.js'
import { slotsOf } from './format.js'
import { bytesOf, checkObject, coerce, named, putBytes, readSlot, zero } from './values.js'

export function interpreted({ size, groups, gaps, names, views }: Plan): Engine {
  const slots = slotsOf(groups)
  const count = names ? 1 : slots.length
  const putAt = (bytes: Uint8Array, at: number, value: unknown) => {
    if (names) checkObject(value)
    for (const [from, to] of gaps) zero(bytes, at + from, at + to)
    const values = names ? names.map((name) => (value as Record<string, unknown>)[name]) : (value as unknown[])
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      const { number } = slot
      const one = values[i]
      if (!number) putBytes(bytes, at, slot, i, one)
      else writeNumber(number, bytes, at + slot.at, fitsNumber(number, one) ? one : coerce(slot, i, one))
    }
  }
  const get = (bytes: Uint8Array, at: number) => {
    const values = new Array<unknown>(slots.length)
    for (let i = 0; i < slots.length; i++) values[i] = readSlot(bytes, at, slots[i]!, views)
    return named(names, values)
  }
  return {
    slots,
    pack(...values) {
      checkCount('pack', count, values.length)
      const bytes = new Uint8Array(size)
      putAt(bytes, 0, names ? values[0] : values)
      return bytes
    },
    packInto(buffer, offset, ...values) {
      // biome-ignore lint/complexity/noArguments: only they tell how many there were
      checkCount('packInto', count, arguments.length - 2)
      const bytes = bytesOf(buffer)
      putAt(bytes, place('packInto', bytes.length, offset as number, size), names ? values[0] : values)
    },
    put(bytes, at, value) {
      if (!names) checkCount('pack', count, (value as unknown[] | undefined)?.length)
      putAt(bytes, at, value)
    },
    get,
    each(bytes, call) {
      for (let row = 0, at = 0; at < bytes.length; row++, at += size) call(get(bytes, at), row)
    },
    fill(bytes, columns) {
      columns.forEach((column, i) => {
        for (let row = 0, at = 0; at < bytes.length; row++, at += size)
          column[row] = readSlot(bytes, at, slots[i]!, views)
      })
    },
  }
}
