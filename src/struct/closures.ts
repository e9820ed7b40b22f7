/**
 * The engine for where code generation is forbidden, and for very long layouts: closures in a loop.
 *
 * The loops below call sixteen times where once would do: the optimiser remembers for each call in the text who was called,
 * and can put the called function in its place when it was always the same.
 */
import { type Plan, place, type Reader, type Writer, wrongCount } from './engine.js'
import type { Slot } from './format.js'
import { bytesOf, checkObject, coerce, copyOf, pascalLength, putBytes, viewOf, zero } from './values.js'

export function writer({ size, gaps, names, slots }: Plan): Writer {
  const places = slots.map(({ at }) => at)
  const writes = slots.map(writeOf)
  const accepts = slots.map(acceptsOf)
  const end = slots.length
  const refused = (index: number, value: unknown) => coerce(slots[index]!, index, value)
  const putValues = (b: Uint8Array, at: number, v: ArrayLike<unknown>) => {
    let i = 0
    let x: unknown
    for (;;) {
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
      if (i === end) return
      x = v[i]
      writes[i]!(b, at + places[i]!, accepts[i]!(x) ? x : refused(i, x), i++)
    }
  }
  const put = (bytes: Uint8Array, at: number, values: ArrayLike<unknown>) => {
    for (const [from, to] of gaps) zero(bytes, at + from, at + to)
    putValues(bytes, at, values)
  }
  const valuesOf = (method: 'pack' | 'packInto', given: ArrayLike<unknown>, length = given?.length) => {
    const expected = names ? 1 : end
    if (length !== expected) wrongCount(method, expected, length)
    if (!names) return given
    const [object] = given as unknown[]
    checkObject(object)
    return names.map((name) => object[name])
  }
  return {
    pack(...values) {
      const checked = valuesOf('pack', values)
      const bytes = new Uint8Array(size)
      putValues(bytes, 0, checked)
      return bytes
    },
    packInto(buffer, offset, ...values) {
      // biome-ignore lint/complexity/noArguments: only they tell how many there were
      const checked = valuesOf('packInto', values, arguments.length - 2)
      const bytes = bytesOf(buffer)
      put(bytes, place('packInto', bytes.length, offset, size), checked)
    },
    put(bytes, at, value) {
      put(bytes, at, valuesOf('pack', names ? [value] : (value as unknown[])))
    },
  }
}

function writeOf(slot: Slot): (bytes: Uint8Array, at: number, value: unknown, index: number) => void {
  return (slot.scalar?.write as never) ?? ((bytes, at, value, index) => putBytes(bytes, at, slot, index, value))
}

function acceptsOf({ scalar, code, lenient }: Slot): (value: unknown) => boolean {
  return !scalar || code === '?' ? () => true : lenient && code === 'f' ? (v) => typeof v === 'number' : scalar.fits
}

export function reader({ size, names, views, slots }: Plan): Reader {
  const places = slots.map(({ at }) => at)
  const reads = slots.map((slot) => readOf(slot, views))
  const end = slots.length
  const tuple = (b: Uint8Array, at: number): unknown[] => {
    const values = new Array(end)
    let i = 0
    for (;;) {
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
      if (i === end) return values
      values[i] = reads[i]!(b, at + places[i]!)
      i++
    }
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
        const read = reads[i]!
        for (let row = 0, at = places[i]!; row < rows; row++, at += size) column[row] = read(bytes, at)
      })
    },
  }
}

/** How the value in a slot is read. */
export function readOf({ scalar, code, size }: Slot, views: boolean): (bytes: Uint8Array, at: number) => unknown {
  if (scalar) return scalar.read
  const bytes = views ? viewOf : copyOf
  return code === 'p' ? (b, at) => bytes(b, at + 1, pascalLength(b, at, size)) : (b, at) => bytes(b, at, size)
}
