/** Python's module-level functions: the format first, compiled once and remembered. */
import type { Format, NamesOf, Packed, PackedObject, Unpacked, UnpackedObject } from './format-types.js'
import { type Bytes, Struct, type StructOptions } from './struct.js'

/**
 * A compiled format, its types read from the format string.
 *
 * Integers to 32 bits unpack as numbers; `q`, `Q` and native `l`, `L`, `n`, `N`, `P` as bigints; `s`, `p` and `c` as
 * Uint8Arrays of their own. The format is Python's (https://docs.python.org/3/library/struct.html), native mode is that of
 * 64-bit machines, with the byte order of this one.
 * @param names one for each value: packs and unpacks objects instead of tuples
 * @throws {StructError} `BAD_FORMAT`, `SIZE_OVERFLOW` or `BAD_NAMES`; a bad literal does not compile in the first place
 * @example
 * const header = struct('!H2sq')   // Struct<[number, Uint8Array, bigint], …>
 * header.size                      // 12
 * header.unpack(header.pack(1, 'ab', 5))   // [1, Uint8Array [97, 98], 5n]
 *
 * const point = struct('<2h', ['x', 'y'])
 * point.unpack(point.pack({ x: 1, y: -1 }))   // { x: 1, y: -1 }
 */
export function struct<const F extends string>(
  format: Format<F>,
  options?: StructOptions,
): Struct<Unpacked<F>, Packed<F>>
export function struct<const F extends string, const Names extends NamesOf<F>>(
  format: Format<F>,
  names: Names,
  options?: StructOptions,
): Struct<UnpackedObject<F, Names>, PackedObject<F, Names>>
export function struct(format: string, second?: readonly string[] | StructOptions, third?: StructOptions): unknown {
  return Array.isArray(second)
    ? new Struct(format, second, third)
    : new Struct(format, undefined, second as StructOptions)
}

// As many as CPython remembers, and like CPython it forgets them all when there are more.
const MOST_REMEMBERED = 100
const remembered = new Map<string, Struct<any, any>>()

function compiled(format: string): Struct<any, any> {
  let found = remembered.get(format)
  if (!found) {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear()
    found = new Struct(format)
    remembered.set(format, found)
  }
  return found
}

/** Bytes of the struct that `format` describes. @example calcsize('!HBxI 4s 2q')   // 28 */
export function calcsize<const F extends string>(format: Format<F>): number {
  return compiled(format as string).size
}

/** {@link Struct.pack} for a format. @example pack('!H2s', 258, 'ok')   // Uint8Array [1, 2, 111, 107] */
export function pack<const F extends string>(format: Format<F>, ...values: Packed<F>): Uint8Array {
  return compiled(format as string).pack(...values)
}

/** {@link Struct.packInto} for a format. */
export function packInto<const F extends string>(
  format: Format<F>,
  buffer: Bytes,
  offset: number,
  ...values: Packed<F>
): void {
  compiled(format as string).packInto(buffer, offset, ...values)
}

/** {@link Struct.unpack} for a format. @example unpack('!h', Uint8Array.of(255, 254))   // [-2] */
export function unpack<const F extends string>(format: Format<F>, buffer: Bytes): Unpacked<F> {
  return compiled(format as string).unpack(buffer)
}

/** {@link Struct.unpackFrom} for a format. */
export function unpackFrom<const F extends string>(format: Format<F>, buffer: Bytes, offset?: number): Unpacked<F> {
  return compiled(format as string).unpackFrom(buffer, offset)
}

/** {@link Struct.iterUnpack} for a format. */
export function iterUnpack<const F extends string>(format: Format<F>, buffer: Bytes): IterableIterator<Unpacked<F>> {
  return compiled(format as string).iterUnpack(buffer)
}
