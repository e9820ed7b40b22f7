/**
 * What every combinator builds on: one node of a codec.
 *
 * A node is its shape, the plain data that describes it with its parts in their places, and two functions that read and
 * write one value. What has a fixed size also says how to get at a value at a known place, as closures and, where that
 * pays, as source text. All that users see (`encode`, `decode`, `inspect`, …) is driven from these.
 */
import { canGenerate, type Execution, Output } from '../bytes/index.js'
import type { Boundary, CodecContext, Decoded, Description, Field } from '../codec.js'
import { explain, locate, traced } from './blame.js'
import { CodecError, DecodeError, show } from './errors.js'
import { GENERATES } from './mode.js'
import type { Raw } from './raw.js'
import { bytesInWords, keysOf, MISS, Reader } from './reader.js'
import { namesField, Reference, type Use } from './reference.js'
import { BoundaryScanner, type Scan, type Scanner } from './scan.js'
import type { Schema } from './schema.js'
import type { Seal } from './seals.js'
import { describeOnce, found, type Known, type Shape } from './shape.js'
import type { Source } from './source.js'
import type { StandardProps } from './standard-schema.js'
import { finish, Writer } from './writer.js'

/** Decodes the value at `r.at` and leaves `r.at` behind it. */
export type Read = (r: Reader) => any
/** Encodes the value at the end of `w.out`. */
export type Write = (w: Writer, value: any) => void

/** The fewest and the most bytes of a value. */
export type Sizes = readonly [min: number, max: number]

/** What the shape does not say. */
export interface Nature {
  /** The parts, where they are others than those of the shape. */
  readonly parts?: readonly Node[]
  /** The reference whose field the value implies. */
  readonly implies?: Reference | undefined
  /** Whether it takes whatever bytes are there, so that only the end of the message ends it. As its parts do. */
  readonly endless?: boolean
}

/** How a codec is run as a whole message. */
interface Program {
  readonly mode: number
  readonly read: Read
  readonly write: Write
  /** Where a message is one value of this size at a known place. */
  readonly raw: Raw | undefined
  readonly size: number
  /** The optimiser throws its work away when the last object of a kind is collected; these two keep it. */
  readonly alive: readonly [Reader, Writer]
}

/** A storage that grew beyond this is not kept for the next message. */
const KEPT = 65_536
const NONE = new Uint8Array(0)
// Between two calls it holds nothing that anybody will see: every message begins at length 0.
let spare: Output | undefined

export abstract class Node<Out = any, In = any> implements Schema<Out, In, any, any> {
  declare readonly '~derives'?: never
  readonly shape: Shape
  /** References to what is not among the node's own fields. */
  readonly uses: readonly Use[]
  readonly endless: boolean
  readonly execution: Execution = 'auto'
  /** Made at its first use. One object, as every look at a field of a node, of which there are so many kinds, costs time. */
  #program: Program | undefined
  #sizes: Sizes | undefined
  /** By mode; null where there is none. */
  readonly #raws: (Raw | null)[] = []
  readonly #readers: Read[] = []
  readonly #writers: Write[] = []

  constructor(shape: Shape, { parts = found(shape, Node), implies, endless }: Nature = {}) {
    this.shape = shape
    const own = found(shape, Reference).map((ref) => ({ ref, derives: ref === implies && namesField(ref) }))
    this.uses = [...own, ...this.usesOf(parts)]
    this.endless = endless ?? parts.some((part) => part.endless)
  }

  // What a combinator says about itself.

  protected abstract measure(): Sizes
  abstract read(r: Reader): any
  abstract write(w: Writer, value: any): void
  /** What reads in one mode where nobody watches the path. */
  protected makeReader(mode: number): Read {
    const raw = this.raw(mode)
    const size = this.minSize
    if (!raw) return (r) => this.read(r)
    return (r) => {
      const { at } = r
      if (r.end - at < size) throw MISS
      r.at = at + size
      return raw.get(r.bytes, at)
    }
  }
  /** What writes in one mode where nobody watches the path. */
  protected makeWriter(mode: number): Write {
    const raw = this.raw(mode)
    const size = this.minSize
    if (!raw) return (w, value) => this.write(w, value)
    return (w, value) => {
      const at = w.out.reserve(size)
      raw.put(w.out.bytes, at, value)
    }
  }
  /** How to get at a value that lies at a known place, for what has a fixed size and depends on nothing else. */
  protected makeRaw(_mode: number): Raw | undefined {
    return undefined
  }
  /** An expression for the value at `p + plus`, where {@link raw} knows how to get at it. */
  getSource(source: Source, plus: number): string {
    return `${source.outside(this.raw(source.mode))}.get(b,p+${plus})`
  }
  /** Statements that write the value named `value` at `p + plus`. */
  putSource(source: Source, plus: number, value: string): void {
    source.line(`${source.outside(this.raw(source.mode))}.put(t,p+${plus},${value});`)
  }
  /** Statements that read the value at `p` and go behind it, and its name; undefined to be called instead. */
  readSource(_source: Source): string | undefined {
    return undefined
  }
  /** Statements that write the value named `value` at the end of `o`; false to be called instead. */
  writeSource(_source: Source, _value: string): boolean {
    return false
  }
  /** Goes behind the value, or to the part that it ends with, in a step that can be tried again when more has arrived. */
  head(r: Reader): Node | undefined {
    this.read(r)
    return undefined
  }
  /** Yields until the value's bytes are all there, and leaves the scanner behind them. */
  *scan(s: Scanner): Scan {
    const next = yield* s.step(() => this.head(s))
    if (next) yield* next.scan(s)
  }
  /** Whether its value is nothing that anybody would want to see. */
  get silent(): boolean {
    return false
  }
  /** The checksum that it is. */
  get seal(): Seal | undefined {
    return undefined
  }
  /** The references of parts that lead beyond the node. */
  protected usesOf(parts: readonly Node[]): Use[] {
    return parts.flatMap((part) => part.uses)
  }

  describe(): Description {
    return this.describeIn(new Map())
  }
  /** The same as a part of another, of which these parts are described already. */
  describeIn(known: Known, shape: Shape = this.shape): Description {
    return describeOnce(this, shape, known)
  }
  /** See {@link makeRaw}. */
  raw(mode: number): Raw | undefined {
    let raw = this.#raws[mode]
    if (raw === undefined) raw = this.#raws[mode] = this.makeRaw(mode) ?? null
    return raw ?? undefined
  }
  /** See {@link makeReader}. */
  reader(mode: number): Read {
    return (this.#readers[mode] ??= this.makeReader(mode))
  }
  /** See {@link makeWriter}. */
  writer(mode: number): Write {
    return (this.#writers[mode] ??= this.makeWriter(mode))
  }
  /** The names of fields of an enclosing record that this one depends on. */
  fieldsUsed(): string[] {
    return [...new Set(this.uses.filter(({ ref }) => ref.source === 'field').map(({ ref }) => ref.path[0]!))]
  }
  get #measured(): Sizes {
    return (this.#sizes ??= this.measure())
  }
  get minSize(): number {
    return this.#measured[0]
  }
  get maxSize(): number {
    return this.#measured[1]
  }
  get fixedSize(): any {
    const [min, max] = this.#measured
    return min === max && max !== Number.POSITIVE_INFINITY ? min : undefined
  }

  // What users see.

  encode(value: In, context?: CodecContext): Uint8Array {
    const { raw, size } = this.#program ?? this.#begin()
    if (raw) {
      try {
        if (raw.encode) return raw.encode(value)
        const bytes = new Uint8Array(size)
        raw.put(bytes, 0, value)
        return bytes
      } catch (thrown) {
        throw explain(this, thrown, value, context)
      }
    }
    const output = spare ?? new Output()
    // Functions of the user's may encode in turn: they find no spare one and make their own.
    spare = undefined
    output.length = 0
    this.encodeTo(value, output, context)
    spare = output
    const { bytes } = output
    // A large storage is not kept; and where it was made to measure, it need not be copied either.
    if (bytes.length > KEPT) output.bytes = NONE
    return bytes.length > KEPT && bytes.length === output.length
      ? bytes
      : Uint8Array.prototype.slice.call(bytes, 0, output.length)
  }

  encodeInto(value: In, target: Uint8Array, offset = 0, context?: CodecContext): number {
    if (!(offset >= 0 && offset <= target.length && Number.isInteger(offset)))
      throw noRoom(`offset ${offset} lies outside of ${bytesInWords(target.length)}`)
    const output = new Output(0)
    output.bytes = target
    output.length = offset
    this.encodeTo(value, output, context)
    const end = output.length
    // Whoever outgrew the target has moved to a storage of its own.
    if (end > target.length)
      throw noRoom(`needs ${bytesInWords(end - offset)}, the target has ${target.length - offset}`)
    if (output.bytes !== target) target.set(output.bytes.subarray(offset, end), offset)
    return end - offset
  }

  encodeTo(value: In, output: Output, context?: CodecContext): void {
    const start = output.length
    try {
      const { raw, size, mode, write } = this.#program ?? this.#begin()
      if (raw) {
        output.reserve(size)
        raw.put(output.bytes, start, value)
      } else {
        const w = new Writer(output, context, mode)
        write(w, value)
        if (w.later) finish(w)
      }
    } catch (thrown) {
      output.length = start
      throw explain(this, thrown, value, context)
    }
  }

  encodedSize(value: In, context?: CodecContext): number {
    const output = new Output()
    this.encodeTo(value, output, context)
    return output.length
  }

  decode(bytes: Uint8Array, start = 0, end: number = bytes?.length, context?: CodecContext): Out {
    checkRange(bytes, start, end)
    try {
      const { raw, size, mode, read } = this.#program ?? this.#begin()
      if (raw) {
        if (end - start !== size) throw MISS
        return raw.get(bytes, start)
      }
      const r = new Reader(bytes, start, end, context, mode)
      const value = read(r)
      if (r.reached !== end) throw MISS
      return value
    } catch (thrown) {
      throw locate(this, thrown, bytes, start, end, context, true)
    }
  }

  decodeFrom(bytes: Uint8Array, start = 0, end: number = bytes?.length, context?: CodecContext): Decoded<Out> {
    checkRange(bytes, start, end)
    try {
      const { mode } = this.#program ?? this.#begin()
      const r = new Reader(bytes, start, end, context, mode)
      const value = this.read(r)
      return { value, bytesRead: r.reached - start }
    } catch (thrown) {
      throw locate(this, thrown, bytes, start, end, context, false)
    }
  }

  inspect(bytes: Uint8Array, start = 0, end: number = bytes?.length, context?: CodecContext): Field {
    checkRange(bytes, start, end)
    return traced(this, bytes, start, end, context, true).root
  }

  boundary(context?: CodecContext): Boundary {
    if (this.endless) throw new CodecError('ENDLESS', 'nothing in the bytes tells where a value ends')
    return new BoundaryScanner(this, context)
  }

  get '~standard'(): StandardProps<Out> {
    return {
      version: 1,
      vendor: 'wirewright',
      validate: (value) => {
        try {
          return { value: this.decode(this.encode(value as In)) }
        } catch (thrown) {
          if (!(thrown instanceof CodecError) && !(thrown instanceof DecodeError)) throw thrown
          return { issues: [{ message: thrown.message, path: keysOf(thrown.path) }] }
        }
      },
    }
  }

  #begin(): Program {
    const [unresolved] = this.fieldsUsed()
    if (unresolved !== undefined)
      throw new CodecError(
        'UNRESOLVED',
        `field('${unresolved}') is used, but no record around it has such a field before it`,
      )
    const mode = canGenerate(this.execution) ? GENERATES : 0
    const alive = [new Reader(NONE, 0, 0, undefined, mode), new Writer(new Output(), undefined, mode)] as const
    return (this.#program = {
      ...{ mode, alive },
      read: this.reader(mode),
      write: this.writer(mode),
      raw: this.raw(mode),
      size: this.minSize,
    })
  }
}

function noRoom(message: string): CodecError {
  return new CodecError('NO_ROOM', message)
}

function checkRange(bytes: Uint8Array, start: number, end: number): void {
  const isInside = start >= 0 && start <= end && end <= bytes.length && Number.isInteger(start) && Number.isInteger(end)
  const areBytes = ArrayBuffer.isView(bytes)
  if (isInside && areBytes) return
  throw areBytes && bytes.length >= 0
    ? noRoom(`[${start}, ${end}) lies outside of ${bytesInWords(bytes.length)}`)
    : new CodecError('WRONG_TYPE', `decodes a Uint8Array, not ${show(bytes)}`)
}
