/** A compiled format: Python's `struct.Struct`, and a codec like any other. */
import { canGenerate, type Execution, type Output } from '../bytes/index.js'
import type { Codec, Decoded, Description, Field } from '../codec.js'
import { type Column, type Engine, type Plan, place } from './engine.js'
import { StructDataError, StructError } from './errors.js'
import { parse } from './format.js'
import type { Argument, Value } from './format-types.js'
import { generated } from './generated.js'
import { interpreted, reader } from './interpreted.js'
import { bytesOf, elementOf, named } from './values.js'

/** Anything that holds bytes. */
export type Bytes = ArrayBufferView | ArrayBuffer

export interface StructOptions {
  /**
   * Unpacked `s`, `p` and `c` values are views: they share the memory of what was unpacked, and change with it. Faster for
   * long ones. Default false: values own their bytes, as in Python.
   */
  readonly views?: boolean
  /** Generated code or a loop. Default `'auto'`: generated code where the runtime allows it, found out at first use. */
  readonly execution?: Execution
}

/** What `pack` takes: the values one by one, or the one object when there are names. */
export type PackArguments<In> = In extends readonly unknown[] ? In : [value: In]

/** What `unpackColumns` gives: an array per value. */
export type Columns<Out> = { [K in keyof Out]: ColumnOf<Out[K]> }
type ColumnOf<T> = T extends bigint
  ? BigInt64Array | BigUint64Array
  : T extends number
    ? Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array
    : T extends boolean
      ? Uint8Array
      : Uint8Array[]

/**
 * A format, compiled at its first use. Make one with {@link struct}, which knows the types.
 *
 * `Out` is the tuple (or, with names, the object) that unpacking gives; `In` what packing takes. Immutable, safe to share.
 */
export class Struct<Out = Value[], In = Argument[]> implements Codec<Out, In> {
  /** The format string as it was given. */
  readonly format: string
  /** Bytes of the packed struct: Python's `calcsize(format)`. */
  readonly size: number
  /** What the values are called; undefined when they are a tuple. */
  readonly names: readonly string[] | undefined
  /** {@link Struct.size}: all values have as many bytes. */
  readonly fixedSize: number
  readonly minSize: number
  readonly maxSize: number
  readonly #plan: Plan & StructOptions
  #made: Engine | undefined

  /** @throws {StructError} `BAD_FORMAT`, `SIZE_OVERFLOW` or `BAD_NAMES` */
  constructor(format: string, names?: readonly string[], options: StructOptions = {}) {
    const layout = parse(format)
    const { count } = layout
    if (names && (names.length !== count || new Set([...RESERVED, ...names]).size !== RESERVED.length + count))
      throw new StructError(
        'BAD_NAMES',
        `${count} different names are required, none of them __proto__, prototype or constructor`,
      )
    this.format = format
    this.size = this.fixedSize = this.minSize = this.maxSize = layout.size
    this.names = names?.slice()
    this.#plan = { ...options, ...layout, names: this.names }
  }

  /**
   * Packs the values into bytes of their own.
   *
   * Integers are numbers or bigints; `?` goes by JavaScript's truth (to Python `NaN` is true, `[]` and `{}` are not);
   * strings for `s`, `p` and `c` are packed as UTF-8 (half a surrogate pair as U+FFFD), and like bytes they are cut, or
   * filled with zeros, to the length of the field.
   * @throws {StructError} `WRONG_COUNT`, `WRONG_TYPE`, `OUT_OF_RANGE` or `FLOAT_OVERFLOW`
   * @example
   * struct('!H2s').pack(258, 'ok')   // Uint8Array [1, 2, 111, 107]
   */
  get pack(): (...values: PackArguments<In>) => Uint8Array {
    return this.#engine.pack as never
  }

  /**
   * Packs the values into `buffer` from `offset` on; a negative offset counts from the end. Allocates nothing. When a value
   * is refused, those before it have been written, and zeros for the others.
   * @throws {StructError} as {@link Struct.pack}, and `OUT_OF_BOUNDS` when there is no room
   * @example
   * const buffer = new Uint8Array(4)
   * struct('!H').packInto(buffer, -2, 258)   // buffer: [0, 0, 1, 2]
   */
  get packInto(): (buffer: Bytes, offset: number, ...values: PackArguments<In>) => void {
    return this.#engine.packInto as never
  }

  /**
   * Unpacks bytes that hold exactly one struct.
   * @throws {StructError} `WRONG_SIZE`
   * @example
   * struct('!H2s').unpack(Uint8Array.of(1, 2, 111, 107))   // [258, Uint8Array [111, 107]]
   */
  unpack(buffer: Bytes): Out {
    const bytes = bytesOf(buffer)
    if (bytes.length !== this.size)
      throw new StructError('WRONG_SIZE', `unpack requires a buffer of ${this.size} bytes`)
    return this.#engine.get(bytes, 0) as Out
  }

  /**
   * Unpacks the struct at `offset`, whatever comes after it; a negative offset counts from the end.
   * @throws {StructError} `OUT_OF_BOUNDS`
   */
  unpackFrom(buffer: Bytes, offset = 0): Out {
    const bytes = bytesOf(buffer)
    return this.#engine.get(bytes, place('unpackFrom', bytes.length, offset, this.size)) as Out
  }

  /**
   * Unpacks struct after struct. The buffer is checked now, not when the first value is asked for.
   * @throws {StructError} `WRONG_SIZE` when it does not hold a whole number of them
   * @example
   * [...struct('!H').iterUnpack(Uint8Array.of(0, 1, 0, 2))]   // [[1], [2]]
   */
  iterUnpack(buffer: Bytes): IterableIterator<Out> {
    const bytes = this.#rows(buffer)
    const { size } = this
    const reader = this.#engine
    let at = 0
    return {
      next: () => {
        at += size
        // A buffer that was transferred elsewhere meanwhile has no bytes left.
        return at > bytes.length
          ? { value: undefined, done: true }
          : { value: reader.get(bytes, at - size) as Out, done: false }
      },
      [Symbol.iterator]() {
        return this
      },
    }
  }

  /**
   * Unpacks every struct in `buffer`: Python's `list(iter_unpack(…))`, in half the time of iterating.
   * @throws {StructError} `WRONG_SIZE` when it does not hold a whole number of them
   * @example
   * struct('!H').unpackAll(Uint8Array.of(0, 1, 0, 2))   // [[1], [2]]
   */
  unpackAll(buffer: Bytes): Out[] {
    const bytes = this.#rows(buffer)
    const all = new Array<Out>(bytes.length / this.size)
    this.#engine.each(bytes, (value, row) => {
      all[row] = value as Out
    })
    return all
  }

  /** Calls `each` with every struct in `buffer` and its number. Faster than iterating. @throws {StructError} `WRONG_SIZE` */
  forEach(buffer: Bytes, each: (value: Out, row: number) => void): void {
    this.#engine.each(this.#rows(buffer), each as never)
  }

  /**
   * Unpacks every struct in `buffer` into one array per value: typed arrays as narrow as the code (`B` a Uint8Array, `q` a
   * BigInt64Array, `e` a Float32Array, `?` a Uint8Array of 0 and 1), for `s`, `p` and `c` an array of Uint8Arrays. By far the fastest.
   * @throws {StructError} `WRONG_SIZE`
   * @example
   * struct('!Bh').unpackColumns(Uint8Array.of(1, 0, 5, 2, 255, 255))   // [Uint8Array [1, 2], Int16Array [5, -1]]
   */
  unpackColumns(buffer: Bytes): Columns<Out> {
    const bytes = this.#rows(buffer)
    const rows = bytes.length / this.size
    const { slots, fill } = this.#engine
    const columns: Column[] = slots.map(
      ({ number }) => new (number ? ARRAYS[`${elementOf(number)}Array`]! : Array)(rows),
    )
    fill(bytes, columns)
    return named(this.names, columns) as Columns<Out>
  }

  /** Packs struct after struct into one array. @throws {StructError} as {@link Struct.pack}; a tuple's length counts as well */
  packAll(rows: readonly In[]): Uint8Array {
    const { put, putAll } = this.#engine
    const bytes = new Uint8Array(rows.length * this.size)
    if (putAll && rows.length > FEW_ROWS) putAll(bytes, rows)
    else for (let i = 0; i < rows.length; i++) put(bytes, i * this.size, rows[i])
    return bytes
  }

  encode(value: In): Uint8Array {
    const bytes = new Uint8Array(this.size)
    this.#engine.put(bytes, 0, value)
    return bytes
  }

  encodeInto(value: In, target: Uint8Array, offset = 0): number {
    this.#engine.put(target, place('packInto', target.length, offset, this.size), value)
    return this.size
  }

  encodeTo(value: In, output: Output): void {
    const { put } = this.#engine
    const at = output.reserve(this.size)
    // Taken back until it is written, so that nothing is left behind when a value is refused.
    output.length = at
    put(output.bytes, at, value)
    output.length += this.size
  }

  encodedSize(): number {
    return this.size
  }

  /** @throws {StructDataError} `WRONG_SIZE` when `bytes[start, end)` is not one struct long */
  decode(bytes: Uint8Array, start = 0, end: number = bytes.length): Out {
    this.#check(bytes, start, end, end - start === this.size)
    return this.#engine.get(bytes, start) as Out
  }

  /** @throws {StructDataError} `WRONG_SIZE` when there are fewer bytes than the struct has */
  decodeFrom(bytes: Uint8Array, start = 0, end: number = bytes.length): Decoded<Out> {
    this.#check(bytes, start, end, end - start >= this.size)
    return { value: this.#engine.get(bytes, start) as Out, bytesRead: this.size }
  }

  inspect(bytes: Uint8Array, start = 0, end: number = bytes.length): Field {
    const { slots } = this.#engine
    const there = end - start
    const error = this.#wrongSize(bytes, start, end)
    const arrived = slots.filter(({ at, size }) => at + size <= there)
    const values = reader(arrived, this.#plan.views)(bytes, start)
    // What comes after the first that has not arrived has not arrived either.
    const fields = slots.slice(0, values.length + 1).map(
      ({ at, size }, i): Field => ({
        path: this.names?.[i] ?? `[${i}]`,
        offset: at,
        length: Math.max(0, Math.min(size, there - at)),
        ...(i < values.length ? { value: values[i] } : { error }),
      }),
    )
    const whole = there === this.size ? { value: this.#engine.get(bytes, start) } : { error }
    return { path: '', offset: 0, length: there, fields, ...whole }
  }

  /** `{ kind: 'struct', format }`, and `names` when there are any. */
  describe(): Description {
    const { format, names } = this
    return { kind: 'struct', format, ...(names && { names }) }
  }

  // Not before it is needed: '1000000000i' has a size, and more values than memory holds.
  get #engine(): Engine {
    const { count, execution } = this.#plan
    return (this.#made ??= (count <= LONGEST_LINE && canGenerate(execution) ? generated : interpreted)(this.#plan))
  }

  #rows(buffer: Bytes): Uint8Array {
    const bytes = bytesOf(buffer)
    const { size } = this
    // With a size of 0 the remainder is NaN.
    if (bytes.length % size !== 0)
      throw new StructError(
        'WRONG_SIZE',
        size > 0
          ? `iterative unpacking requires a buffer of a multiple of ${size} bytes`
          : 'cannot iteratively unpack with a struct of length 0',
      )
    return bytes
  }

  #check(bytes: Uint8Array, start: number, end: number, enough: boolean): void {
    if (!enough || start < 0 || end > bytes.length) throw this.#wrongSize(bytes, start, end)
  }

  #wrongSize(bytes: Uint8Array, start: number, end: number): StructDataError {
    const length = Math.max(0, Math.min(end, bytes.length) - start)
    return new StructDataError(
      'WRONG_SIZE',
      `struct('${this.format}') takes ${this.size} bytes, there are ${length}`,
      Math.min(length, this.size),
    )
  }
}

/** More values than this are better looped over: V8 leaves very long functions unoptimised. */
const LONGEST_LINE = 64

/** Up to here row after row is faster than what `putAll` prepares. */
const FEW_ROWS = 20

const ARRAYS = globalThis as unknown as Readonly<Record<string, { new (length: number): Column }>>

/** What objects have already, or may not have. */
const RESERVED = ['__proto__', 'prototype', 'constructor']
