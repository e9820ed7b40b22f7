/**
 * What every combinator builds on: one node of a codec.
 *
 * A node says how it is read and written twice, as closures and (where that pays) as source text; everything that users
 * see (`encode`, `decode`, `inspect`, …) is driven from these.
 */
import { canGenerate, type Execution, Output } from '../bytes/index.js'
import type { Boundary, CodecContext, Decoded, Description, Field } from '../codec.js'
import type { Seal } from './checksum.js'
import { CodecError, DecodeError, show } from './errors.js'
import { Mode } from './mode.js'
import { compose, exactOf, oneOfEach, type Program } from './program.js'
import type { Raw } from './raw.js'
import { bytesInWords, damage, MISS, messageOf, type Read, Reader, type Trace } from './reader.js'
import type { Use } from './refs.js'
import { BoundaryScanner, type Scanner } from './scan.js'
import type { Schema } from './schema.js'
import { type Exact, ReadSource, WriteSource } from './source.js'
import type { StandardProps } from './standard-schema.js'
import { finish, type Write, Writer } from './writer.js'

/** The fewest and the most bytes of a value. */
export type Sizes = readonly [min: number, max: number]

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
    answers: (use: Use, part: number) => boolean = () => false,
  ) {
    this.uses = [...uses, ...parts.flatMap((part, i) => part.uses.filter((use) => !answers(use, i)))]
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
  /** Source for the size of the value named `v`, where that takes no more than a look at it. */
  allocation(): string | undefined {
    return this.fixedSize === undefined ? undefined : String(this.minSize)
  }
  /** Yields until the value's bytes are all there, and leaves the scanner behind them. */
  *scanner(s: Scanner, _mode: Mode): Generator<undefined, void> {
    yield* s.need(this.minSize)
    s.at += this.minSize
  }
  /** How to get at a value that lies at a known place, for nodes of fixed size that nothing else depends on. */
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
    return min === max && max !== Number.POSITIVE_INFINITY ? min : undefined
  }

  encode(value: In, context?: CodecContext): Uint8Array {
    const program = this.#program ?? this.#compile()
    const exact = program.exact === undefined ? this.#findExact(program) : program.exact
    if (exact)
      try {
        return exact.encode(value)
      } catch (thrown) {
        throw this.#explain(thrown, value, context)
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
    const program = this.#program ?? this.#compile()
    const exact = program.exact === undefined ? this.#findExact(program) : program.exact
    if (exact && this.fixedSize <= target.length - offset) {
      try {
        exact.put(value, target, offset)
      } catch (thrown) {
        throw this.#explain(thrown, value, context)
      }
      return this.minSize
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

  decode(bytes: Uint8Array, start = 0, end: number = bytes?.length, context?: CodecContext): Out {
    if (
      !(start >= 0 && start <= end && end <= bytes.length && Number.isInteger(start) && Number.isInteger(end)) ||
      typeof bytes !== 'object'
    )
      throw outside(bytes, start, end)
    try {
      return (this.#program ?? this.#compile()).decode(bytes, start, end, context)
    } catch (thrown) {
      throw this.#locate(thrown, bytes, start, end, context, true)
    }
  }

  decodeFrom(bytes: Uint8Array, start = 0, end: number = bytes?.length, context?: CodecContext): Decoded<Out> {
    if (
      !(start >= 0 && start <= end && end <= bytes.length && Number.isInteger(start) && Number.isInteger(end)) ||
      typeof bytes !== 'object'
    )
      throw outside(bytes, start, end)
    const r = new Reader(bytes, start, end, context)
    try {
      const value = (this.#program ?? this.#compile()).read(r)
      return { value, bytesRead: Math.max(r.at, r.reach) - start }
    } catch (thrown) {
      throw this.#locate(thrown, bytes, start, end, context, false)
    }
  }

  inspect(bytes: Uint8Array, start = 0, end: number = bytes?.length, context?: CodecContext): Field {
    if (
      !(start >= 0 && start <= end && end <= bytes.length && Number.isInteger(start) && Number.isInteger(end)) ||
      typeof bytes !== 'object'
    )
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
          alive: oneOfEach(),
          exact: undefined,
        }
      : compose(this.reader(mode), this.writer(mode))
    this.#program = program
    return program
  }

  #findExact(program: Program): Exact | false {
    const [size, max] = this.#measured
    const mode = Mode.of(false, false, canGenerate(this.execution))
    program.exact =
      (mode.generates
        ? this.allocation() !== undefined && new WriteSource(mode, true).exactly(this)
        : size === max && exactOf(this.raw(mode), size)) || false
    return program.exact
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

function refused(thrown: unknown): CodecError {
  return new CodecError('REFUSED', messageOf(thrown), '', 0, { cause: thrown })
}

function noRoom(message: string): CodecError {
  return new CodecError('NO_ROOM', message)
}

function outside(bytes: Uint8Array, start: number, end: number): CodecError {
  return typeof bytes === 'object' && bytes?.length >= 0
    ? noRoom(`[${start}, ${end}) lies outside of ${bytesInWords(bytes.length)}`)
    : new CodecError('WRONG_TYPE', `decodes a Uint8Array, not ${show(bytes)}`)
}

/** The keys along a path as {@link join} wrote it. */
function keysOf(path: string): (string | number)[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|[^.[\]]+/g)].map(([whole, text, index]) =>
    index !== undefined ? Number(index) : text !== undefined ? JSON.parse(`"${text}"`) : whole,
  )
}
