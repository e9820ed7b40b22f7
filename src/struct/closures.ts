/** The engine for where code generation is forbidden, and for very long layouts: a loop over the slots. */
import { type Plan, place, type Reader, type Writer, wrongCount } from './engine.js'
import type { Slot } from './format.js'
import { bytesOf, checkObject, coerce, copyOf, pascalLength, putBytes, viewOf, zero } from './values.js'

export function writer({ size, gaps, names, slots }: Plan): Writer {
  const putValues = (b: Uint8Array, at: number, values: ArrayLike<unknown>) => {
    for (const [from, to] of gaps) zero(b, at + from, at + to)
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      const { scalar } = slot
      const value = values[i]
      if (!scalar) putBytes(b, at + slot.at, slot, i, value)
      else scalar.write(b, at + slot.at, (scalar.fits(value) ? value : coerce(slot, i, value)) as never)
    }
  }
  const count = (method: 'pack' | 'packInto', got: number | undefined) => {
    const expected = names ? 1 : slots.length
    if (got !== expected) wrongCount(method, expected, got)
  }
  const named = (value: unknown) => {
    checkObject(value)
    return names!.map((name) => value[name])
  }
  return {
    pack(...values) {
      count('pack', values.length)
      const bytes = new Uint8Array(size)
      putValues(bytes, 0, names ? named(values[0]) : values)
      return bytes
    },
    packInto(buffer, offset, ...values) {
      // biome-ignore lint/complexity/noArguments: only they tell how many there were
      count('packInto', arguments.length - 2)
      const bytes = bytesOf(buffer)
      const at = place('packInto', bytes.length, offset, size)
      putValues(bytes, at, names ? named(values[0]) : values)
    },
    put(bytes, at, value) {
      if (!names) count('pack', (value as unknown[])?.length)
      putValues(bytes, at, names ? named(value) : (value as unknown[]))
    },
  }
}

export function reader({ size, names, views, slots }: Plan): Reader {
  const tuple = (b: Uint8Array, at: number): unknown[] => {
    const values = new Array(slots.length)
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      const { scalar } = slot
      values[i] = scalar ? scalar.read(b, at + slot.at) : readSlot(slot, b, at, views)
    }
    return values
  }
  const get = names
    ? (bytes: Uint8Array, at: number) => Object.fromEntries(tuple(bytes, at).map((value, i) => [names[i], value]))
    : tuple
  return {
    get,
    each(bytes, rows, call) {
      for (let row = 0; row < rows; row++) call(get(bytes, row * size), row)
    },
    fill(bytes, rows, columns) {
      columns.forEach((column, i) => {
        const slot = slots[i]!
        for (let row = 0; row < rows; row++) column[row] = readSlot(slot, bytes, row * size, views)
      })
    },
  }
}

/** The value in a slot of the struct that begins at `at`. */
export function readSlot({ scalar, code, size, at: plus }: Slot, b: Uint8Array, at: number, views: boolean): unknown {
  const from = at + plus
  if (scalar) return scalar.read(b, from)
  const bytes = views ? viewOf : copyOf
  return code === 'p' ? bytes(b, from + 1, pascalLength(b, from, size)) : bytes(b, from, size)
}
