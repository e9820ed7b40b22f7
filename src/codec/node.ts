/**
 * What every combinator builds on: one node of a codec.
 *
 * A node says how it is read and written twice, as closures and (where that pays) as source text; everything that users
 * see (`encode`, `decode`, `inspect`, …) is driven from these.
 */
import { canGenerate, type Execution, Output } from '../bytes/index.js'
import type { Boundary, Codec, CodecContext, Decoded, Description, Field } from '../codec.js'
import type { Seal } from './checksum.js'
import { badDefinition, CodecError, DecodeError, show } from './errors.js'
import { Mode } from './mode.js'
import { bytesInWords, damage, MISS, messageOf, type Read, Reader, type Trace } from './reader.js'
import type { Use } from './refs.js'
import { BoundaryScanner, type Scanner } from './scan.js'
import type { Schema } from './schema.js'
import { ReadSource, WriteSource } from './source.js'
import type { StandardProps } from './standard-schema.js'
import { finish, type Write, Writer } from './writer.js'

/** The fewest and the most bytes of a value. */
export type Sizes = readonly [min: number, max: number]

/** What a node is executed with, made at first use. */
interface Program {
  decode(bytes: Uint8Array, start: number, end: number, context: CodecContext | undefined): any
  read: Read
  append(output: Output, value: any, context: CodecContext | undefined): void
  /** For a target that has the room; false where the size is not fixed, undefined when that is not known yet. */
  put: Put | false | undefined
}

type Put = (value: any, target: Uint8Array, at: number) => void

/** A value of fixed size at a place that is known to be there. All three throw {@link MISS} where they cannot say no. */
export interface Raw {
  get(bytes: Uint8Array, at: number): any
  fits(value: unknown): boolean
  /** Writes a value that {@link Raw.fits}. */
  put(target: Uint8Array, at: number, value: any): void
}

interface Traced {
  readonly root: Trace
  readonly error: unknown
}

/** A storage that grew beyond this is not kept for the next message. */
const KEPT = 65_536
const NONE = new Uint8Array(0)
// Between two calls it holds nothing that anybody will see: every message begins at length 0.
let spare: Output | undefined

export abstract class Node<Out = any, In = any> implements Schema<Out, In, any, any> {
  declare readonly '~derives'?: never
  /** References to what is not among the node's own fields. */
  readonly uses: readonly Use[]
  /** Whether it takes whatever bytes are there, so that only the end of the message ends it. */
  readonly endless: boolean
  /** Whether decoding may read beyond the place where it ends. */
  readonly jumps: boolean
  /** Whether its value is nothing that anybody would want to see. */
  get silent(): boolean {
    return false
  }
  /** The checksum that it is. */
  get seal(): Seal | undefined {
    return undefined
  }
  /** The field beside it that its value implies, when it takes no more than {@link impliedSource} to know it. */
  get implies(): string | undefined {
    return undefined
  }
  /** Source for what the value that an expression stands for implies. */
  impliedSource(_source: WriteSource, _value: string): string {
    return 'undefined'
  }
  readonly execution: Execution = 'auto'
  #sizes: Sizes | undefined
  #program: Program | undefined
  #tracer: Read | undefined
  readonly #parts = new Map<Mode, { read?: Read; write?: Write }>()

  constructor(
    parts: readonly Node[] = [],
    uses: readonly Use[] = [],
    endless: boolean = parts.some((part) => part.endless),
  ) {
    this.uses = parts.length === 0 ? uses : [...uses, ...parts.flatMap((part) => part.uses)]
    this.endless = endless
    this.jumps = parts.some((part) => part.jumps)
  }

  // What a combinator says about itself.

  protected abstract measure(): Sizes
  abstract reader(mode: Mode): Read
  abstract writer(mode: Mode): Write
  abstract describe(): Description
  /** Source that reads the value, and the name of the variable it is in; undefined to be called instead. */
  emitRead(_source: ReadSource): string | undefined {
    return undefined
  }
  /** Source that writes the value named `value`; false to be called instead. */
  emitWrite(_source: WriteSource, _value: string): boolean {
    return false
  }
  /** Yields until the value's bytes are all there, and leaves the scanner behind them. */
  *scanner(s: Scanner, _mode: Mode): Generator<undefined, void> {
    yield* s.need(this.minSize)
    s.at += this.minSize
  }
  /** How to get at a number that lies at a known place, for nodes that are nothing but one. */
  raw(_mode: Mode): Raw | undefined {
    return undefined
  }
  /** The names of fields of an enclosing record that this one depends on. */
  fieldsUsed(): string[] {
    return [...new Set(this.uses.filter(({ ref }) => ref.source === 'field').map(({ ref }) => ref.path[0]!))]
  }

  /** As a part of something larger: the same functions for all who contain it. */
  partReader(mode: Mode): Read {
    return this.reader(mode)
  }
  partWriter(mode: Mode): Write {
    return this.writer(mode)
  }
  /** What {@link partReader} gives for nodes that are worth code of their own. */
  protected compiledReader(mode: Mode): Read {
    if (!mode.generates) return this.reader(mode)
    const part = this.#part(mode)
    // Not before it is called: by then a codec that contains itself is complete.
    return (r) => (part.read ??= new ReadSource(mode).partial(this))(r)
  }
  protected compiledWriter(mode: Mode): Write {
    if (!mode.generates) return this.writer(mode)
    const part = this.#part(mode)
    return (w, value) => (part.write ??= new WriteSource(mode, false).nested(this))(w, value)
  }
  #part(mode: Mode): { read?: Read; write?: Write } {
    let part = this.#parts.get(mode)
    if (!part) this.#parts.set(mode, (part = {}))
    return part
  }

  // What users see.

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
    return min === max ? min : undefined
  }

  encode(value: In, context?: CodecContext): Uint8Array {
    const program = this.#program ?? this.#compile()
    const put = program.put === undefined ? this.#putter(program) : program.put
    if (put) {
      const bytes = new Uint8Array(this.#sizes![0])
      try {
        put(value, bytes, 0)
      } catch (thrown) {
        throw this.#explain(thrown, value, context)
      }
      return bytes
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
    if (!(offset >= 0 && offset <= target.length))
      throw noRoom(`offset ${offset} lies outside of ${bytesInWords(target.length)}`)
    const program = this.#program ?? this.#compile()
    const put = program.put === undefined ? this.#putter(program) : program.put
    if (put && target.length - offset >= this.#sizes![0]) {
      try {
        put(value, target, offset)
      } catch (thrown) {
        throw this.#explain(thrown, value, context)
      }
      return this.#sizes![0]
    }
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
      ;(this.#program ?? this.#compile()).append(output, value, context)
    } catch (thrown) {
      output.length = start
      throw this.#explain(thrown, value, context)
    }
  }

  encodedSize(value: In, context?: CodecContext): number {
    const output = new Output()
    this.encodeTo(value, output, context)
    return output.length
  }

  decode(bytes: Uint8Array, start = 0, end: number = bytes.length, context?: CodecContext): Out {
    if (!(start >= 0 && start <= end && end <= bytes.length) || typeof bytes !== 'object')
      throw outside(bytes, start, end)
    try {
      return (this.#program ?? this.#compile()).decode(bytes, start, end, context)
    } catch (thrown) {
      throw this.#locate(thrown, bytes, start, end, context, true)
    }
  }

  decodeFrom(bytes: Uint8Array, start = 0, end: number = bytes.length, context?: CodecContext): Decoded<Out> {
    if (!(start >= 0 && start <= end && end <= bytes.length) || typeof bytes !== 'object')
      throw outside(bytes, start, end)
    const r = new Reader(bytes, start, end, context)
    try {
      const value = (this.#program ?? this.#compile()).read(r)
      return { value, bytesRead: Math.max(r.at, r.reach) - start }
    } catch (thrown) {
      throw this.#locate(thrown, bytes, start, end, context, false)
    }
  }

  inspect(bytes: Uint8Array, start = 0, end: number = bytes.length, context?: CodecContext): Field {
    if (!(start >= 0 && start <= end && end <= bytes.length) || typeof bytes !== 'object')
      throw outside(bytes, start, end)
    return this.#trace(bytes, start, end, context, true).root
  }

  boundary(context?: CodecContext): Boundary {
    if (this.endless) throw new CodecError('ENDLESS', 'nothing in the bytes tells where a value ends')
    const mode = Mode.of(false, false, false)
    return new BoundaryScanner(
      (s) => this.scanner(s, mode),
      (thrown, bytes, start, end) => this.#locate(thrown, bytes, start, end, context, false),
      context,
    )
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

  #compile(): Program {
    const mode = Mode.of(false, false, canGenerate(this.execution))
    const [unresolved] = this.fieldsUsed()
    if (unresolved !== undefined)
      throw new CodecError(
        'UNRESOLVED',
        `field('${unresolved}') is used, but no record around it has such a field before it`,
      )
    const program: Program = mode.generates
      ? // Most programs use a codec in one direction, or in one way: the others are made when they are wanted.
        {
          decode: (...args) => (program.decode = new ReadSource(mode).whole(this))(...args),
          read: (r) => (program.read = new ReadSource(mode).partial(this))(r),
          append: (...args) => (program.append = new WriteSource(mode, false).appending(this))(...args),
          put: undefined,
        }
      : compose(this.reader(mode), this.writer(mode))
    this.#program = program
    return program
  }

  #putter(program: Program): Put | false {
    const fixed = Number.isFinite(this.fixedSize ?? Number.NaN)
    const mode = Mode.of(false, false, canGenerate(this.execution))
    program.put =
      (fixed && (mode.generates ? new WriteSource(mode, true).exactly(this) : putterOf(this.raw(mode)))) || false
    return program.put
  }

  /** Encodes again, watching the path, to say what is wrong and where. */
  #explain(thrown: unknown, value: In, context: CodecContext | undefined): unknown {
    if (thrown instanceof CodecError) return thrown
    const w = new Writer(new Output(), context)
    w.path = ''
    try {
      this.writer(Mode.of(false, true, false))(w, value)
      finish(w)
    } catch (again) {
      return again instanceof CodecError ? again : refused(again)
    }
    return thrown === MISS
      ? new CodecError('REFUSED', 'the value was refused once, and not when looked at again')
      : refused(thrown)
  }

  #trace(bytes: Uint8Array, start: number, end: number, context: CodecContext | undefined, whole: boolean): Traced {
    const r = new Reader(bytes, start, end, context)
    const root: Trace = { path: '', offset: 0, length: 0 }
    r.trace = root
    try {
      this.#tracer ??= this.reader(Mode.of(false, true, false))
      root.value = this.#tracer(r)
      const at = Math.max(r.at, r.reach)
      root.length = at - start
      if (whole && at !== end) {
        root.error = new DecodeError('TRAILING_BYTES', `${bytesInWords(end - at)} left over`, '', at - start)
        return { root, error: root.error }
      }
      return { root, error: undefined }
    } catch (thrown) {
      return { root, error: damage(r, root, thrown) }
    }
  }

  /** Decodes again, watching the path, to say what is wrong and where. */
  #locate(
    thrown: unknown,
    bytes: Uint8Array,
    start: number,
    end: number,
    context: CodecContext | undefined,
    whole: boolean,
  ): unknown {
    if (thrown instanceof CodecError) return thrown
    const { error } = this.#trace(bytes, start, end, context, whole)
    return (
      error ??
      new DecodeError('REFUSED', 'the bytes were refused once, and not when looked at again', '', 0, { cause: thrown })
    )
  }
}

function putterOf(raw: Raw | undefined): Put | undefined {
  return (
    raw &&
    ((value, target, at) => {
      if (!raw.fits(value)) throw MISS
      raw.put(target, at, value)
    })
  )
}

export function anything(): true {
  return true
}

/** The program without generated code. */
function compose(read: Read, write: Write): Program {
  return {
    read,
    decode: (bytes, start, end, context) => {
      const r = new Reader(bytes, start, end, context)
      const value = read(r)
      if (Math.max(r.at, r.reach) !== end) throw MISS
      return value
    },
    append: (output, value, context) => {
      const w = new Writer(output, context)
      write(w, value)
      if (w.later) finish(w)
    },
    put: undefined,
  }
}

/** The node that a codec is, or one that stands for a codec made elsewhere, such as a `Struct`. */
export function nodeOf(codec: Codec<any, any>): Node {
  return codec instanceof Node ? codec : new Foreign(codec)
}

/** A codec from elsewhere: its bytes are its own business. */
class Foreign extends Node {
  readonly #codec: Codec<any, any>
  constructor(codec: Codec<any, any>) {
    if (typeof codec?.decodeFrom !== 'function') throw badDefinition(`${show(codec)} is no codec`)
    super()
    this.#codec = codec
  }
  measure(): Sizes {
    return [this.#codec.minSize, this.#codec.maxSize]
  }
  describe(): Description {
    return this.#codec.describe()
  }
  reader(): Read {
    const codec = this.#codec
    return (r) => {
      const { value, bytesRead } = codec.decodeFrom(r.bytes, r.at, r.end, r.context)
      r.at += bytesRead
      return value
    }
  }
  writer(): Write {
    return (w, value) => this.#codec.encodeTo(value, w.out, w.context)
  }
}

/** A node that is another one in all that it does not say itself. */
export abstract class Wrapper extends Node {
  readonly inner: Node
  constructor(inner: Node, uses: readonly Use[] = []) {
    super([inner], uses)
    this.inner = inner
  }
  measure(): Sizes {
    return [this.inner.minSize, this.inner.maxSize]
  }
  reader(mode: Mode): Read {
    return this.inner.reader(mode)
  }
  writer(mode: Mode): Write {
    return this.inner.writer(mode)
  }
  override emitRead(source: ReadSource): string | undefined {
    return this.inner.emitRead(source)
  }
  override emitWrite(source: WriteSource, value: string): boolean {
    return this.inner.emitWrite(source, value)
  }
  override scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    return this.inner.scanner(s, mode)
  }
  override get silent(): boolean {
    return this.inner.silent
  }
  override get seal(): Seal | undefined {
    return this.inner.seal
  }
  override get implies(): string | undefined {
    return this.inner.implies
  }
  override impliedSource(source: WriteSource, value: string): string {
    return this.inner.impliedSource(source, value)
  }
  override raw(mode: Mode): Raw | undefined {
    return this.inner.raw(mode)
  }
  describe(): Description {
    return this.inner.describe()
  }
}

function refused(thrown: unknown): CodecError {
  return new CodecError('REFUSED', messageOf(thrown), '', 0, { cause: thrown })
}

function noRoom(message: string): CodecError {
  return new CodecError('NO_ROOM', message)
}

function outside(bytes: Uint8Array, start: number, end: number): CodecError {
  return typeof bytes === 'object' && bytes.length >= 0
    ? noRoom(`[${start}, ${end}) lies outside of ${bytesInWords(bytes.length)}`)
    : new CodecError('WRONG_TYPE', `decodes a Uint8Array, not ${show(bytes)}`)
}

/** The keys along a path as {@link join} wrote it. */
function keysOf(path: string): (string | number)[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|[^.[\]]+/g)].map(([whole, text, index]) =>
    index !== undefined ? Number(index) : text !== undefined ? JSON.parse(`"${text}"`) : whole,
  )
}
