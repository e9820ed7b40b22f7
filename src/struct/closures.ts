/**
 * The engine for where code generation is forbidden, and for very long layouts.
 *
 * Up to sixteen values, each has a call of its own in the text below, so that the optimiser can tell them apart; beyond
 * that, a loop over the items.
 */
import { type Column, type Filler, type Plan, place, type Reader, type Writer, wrongCount } from './engine.js'
import type { Item, Layout } from './format.js'
import { bytesOf, coerce, copyOf, pascalLength, putBytes, viewOf, zero } from './values.js'

type Read = (bytes: Uint8Array, at: number) => unknown
type Write = (bytes: Uint8Array, at: number, value: unknown, index: number) => void

const MOST_ARGUMENTS = 16

export function writer({ layout, names }: Plan): Writer {
  const { size, count, gaps } = layout
  const putValues = inOrder(layout)
  const put = (bytes: Uint8Array, at: number, values: ArrayLike<unknown>) => {
    for (const [from, to] of gaps) zero(bytes, at + from, at + to)
    putValues(bytes, at, values)
  }
  const given = names ? 1 : count
  const check = (method: 'pack' | 'packInto', got: number) => {
    if (got !== given) wrongCount(method, given, got)
  }
  const valuesOf = names
    ? ([object]: ArrayLike<unknown> & Iterable<unknown>) =>
        names.map((name) => (object as Record<string, unknown>)[name])
    : (values: unknown[]) => values
  return {
    pack(...values) {
      check('pack', values.length)
      const bytes = new Uint8Array(size)
      putValues(bytes, 0, valuesOf(values))
      return bytes
    },
    packInto(...values) {
      check('packInto', values.length - 2)
      const [buffer, offset] = values.splice(0, 2)
      const bytes = bytesOf(buffer)
      put(bytes, place('packInto', bytes.length, offset, size), valuesOf(values))
    },
    put(bytes, at, value) {
      if (names) put(bytes, at, valuesOf([value]))
      else {
        const values = value as ArrayLike<unknown>
        check('pack', values.length)
        put(bytes, at, values)
      }
    },
  }
}

export function reader({ layout, names, views }: Plan): Reader {
  const read = tuple(layout, views)
  if (!names) return read
  return (bytes, at) => {
    const values = read(bytes, at)
    const object: Record<string, unknown> = {}
    for (let i = 0; i < names.length; i++) object[names[i]!] = values[i]
    return object
  }
}

export function filler({ layout, views }: Plan): Filler {
  const { size: stride, items } = layout
  const reads = items.map((item) => readOf(item, views))
  return (bytes, start, rows, columns) => {
    let next = 0
    for (let k = 0; k < items.length; k++) {
      const { at, size, count } = items[k]!
      for (let i = 0; i < count; i++) column(columns[next++]!, reads[k]!, bytes, start + at + i * size, stride, rows)
    }
  }
}

function column(into: Column, read: Read, bytes: Uint8Array, at: number, stride: number, rows: number): void {
  for (let row = 0; row < rows; row++, at += stride) into[row] = read(bytes, at)
}

export function readOf({ scalar, code, size }: Item, views: boolean): Read {
  if (scalar) return scalar.read
  const bytes = views ? viewOf : copyOf
  return code === 'p' ? (b, at) => bytes(b, at + 1, pascalLength(b, at, size)) : (b, at) => bytes(b, at, size)
}

function writeOf(item: Item): Write {
  const { scalar, code, lenient } = item
  if (!scalar) return (b, at, value, index) => putBytes(b, at, item, index, value)
  const { write, fits, name } = scalar
  if (name === 'bool') return (b, at, value) => write(b, at, value as boolean)
  const accepts = lenient && code === 'f' ? (value: unknown) => typeof value === 'number' : fits
  return (b, at, value, index) => write(b, at, (accepts(value) ? value : coerce(item, index, value)) as number)
}

/** Every value of the layout by itself, with its place. */
function each<T>(layout: Layout, make: (item: Item) => T): { at: number[]; made: T[] } {
  const at: number[] = []
  const made: T[] = []
  for (const item of layout.items)
    for (let k = 0; k < item.count; k++) {
      at.push(item.at + k * item.size)
      made.push(make(item))
    }
  return { at, made }
}

function tuple(layout: Layout, views: boolean): (bytes: Uint8Array, at: number) => unknown[] {
  const { count, items } = layout
  if (count > MOST_ARGUMENTS) {
    const reads = items.map((item) => readOf(item, views))
    return (bytes, start) => {
      const values: unknown[] = []
      for (let i = 0; i < items.length; i++) {
        const { count, size, at } = items[i]!
        const read = reads[i]!
        for (let k = 0; k < count; k++) values.push(read(bytes, start + at + k * size))
      }
      return values
    }
  }
  const { at, made } = each(layout, (item) => readOf(item, views))
  const [a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15] = at as never as Sixteen<number>
  const [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15] = made as never as Sixteen<Read>
  return (b, at) => {
    const values: unknown[] = new Array(count)
    if (count === 0) return values
    values[0] = r0(b, at + a0)
    if (count === 1) return values
    values[1] = r1(b, at + a1)
    if (count === 2) return values
    values[2] = r2(b, at + a2)
    if (count === 3) return values
    values[3] = r3(b, at + a3)
    if (count === 4) return values
    values[4] = r4(b, at + a4)
    if (count === 5) return values
    values[5] = r5(b, at + a5)
    if (count === 6) return values
    values[6] = r6(b, at + a6)
    if (count === 7) return values
    values[7] = r7(b, at + a7)
    if (count === 8) return values
    values[8] = r8(b, at + a8)
    if (count === 9) return values
    values[9] = r9(b, at + a9)
    if (count === 10) return values
    values[10] = r10(b, at + a10)
    if (count === 11) return values
    values[11] = r11(b, at + a11)
    if (count === 12) return values
    values[12] = r12(b, at + a12)
    if (count === 13) return values
    values[13] = r13(b, at + a13)
    if (count === 14) return values
    values[14] = r14(b, at + a14)
    if (count === 15) return values
    values[15] = r15(b, at + a15)
    return values
  }
}

function inOrder(layout: Layout): (bytes: Uint8Array, at: number, values: ArrayLike<unknown>) => void {
  const { count, items } = layout
  if (count > MOST_ARGUMENTS) {
    const writes = items.map(writeOf)
    return (bytes, start, values) => {
      for (let i = 0; i < items.length; i++) {
        const { count, size, at, index } = items[i]!
        const write = writes[i]!
        for (let k = 0; k < count; k++) write(bytes, start + at + k * size, values[index + k], index + k)
      }
    }
  }
  const { at, made } = each(layout, writeOf)
  const [a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15] = at as never as Sixteen<number>
  const [w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15] = made as never as Sixteen<Write>
  return (b, at, values) => {
    if (count === 0) return
    w0(b, at + a0, values[0], 0)
    if (count === 1) return
    w1(b, at + a1, values[1], 1)
    if (count === 2) return
    w2(b, at + a2, values[2], 2)
    if (count === 3) return
    w3(b, at + a3, values[3], 3)
    if (count === 4) return
    w4(b, at + a4, values[4], 4)
    if (count === 5) return
    w5(b, at + a5, values[5], 5)
    if (count === 6) return
    w6(b, at + a6, values[6], 6)
    if (count === 7) return
    w7(b, at + a7, values[7], 7)
    if (count === 8) return
    w8(b, at + a8, values[8], 8)
    if (count === 9) return
    w9(b, at + a9, values[9], 9)
    if (count === 10) return
    w10(b, at + a10, values[10], 10)
    if (count === 11) return
    w11(b, at + a11, values[11], 11)
    if (count === 12) return
    w12(b, at + a12, values[12], 12)
    if (count === 13) return
    w13(b, at + a13, values[13], 13)
    if (count === 14) return
    w14(b, at + a14, values[14], 14)
    if (count === 15) return
    w15(b, at + a15, values[15], 15)
  }
}

type Sixteen<T> = readonly [T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T]
