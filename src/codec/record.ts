/**
 * Named fields, one after the other in the order in which they were named.
 *
 *   record({ id: u16, name: string(u8) })      | id | length | name … |
 *
 * A field that others imply (a length, a count, a tag, a checksum) need not be given for encoding; where it is given, it
 * must be what they imply.
 */
import { quote } from '../bytes/index.js'
import type { Codec, Description } from '../codec.js'
import type { Seal } from './checksum.js'
import { badDefinition, show } from './errors.js'
import { nodeOf } from './foreign.js'
import type { Mode } from './mode.js'
import { checkName } from './names.js'
import { Node, type Sizes } from './node.js'
import type { Raw } from './raw.js'
import { fail, join, MISS, type Read, type Reader } from './reader.js'
import type { Scanner } from './scan.js'
import type { DerivesOf, Flat, InOf, OutOf, Schema, SizeOf } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import { assembler, disassembler, type Part } from './unrolled.js'
import { type Frame, refuse, type Write, type Writer } from './writer.js'

interface FieldPlan {
  readonly name: string
  readonly node: Node
  /** Whether a later field implies it. */
  readonly implied: boolean
  readonly seal: SealPlan | undefined
}

/** A checksum over the fields from one index to another, both included. */
interface SealPlan {
  readonly seal: Seal
  readonly from: number
  readonly to: number
}

const nameOf = ({ name }: { name: string }): string => name
const placeOf = ({ place }: { place: number }): number => place

class RecordNode extends Node {
  readonly #fields: readonly FieldPlan[]
  /** The checksums by their places, each before those that cover it. */
  readonly #seals: readonly number[]
  /** Whether fields depend on others of the record. */
  readonly #scoped: boolean

  constructor(definition: Readonly<Record<string, Codec<any, any>>>) {
    const names = Object.keys(definition)
    const nodes = names.map((name) => nodeOf(definition[name]!))
    const isOwn = (name: string, before: number) => {
      const index = names.indexOf(name)
      return index >= 0 && index < before
    }
    // What a field of this record answers is nobody else's business.
    super(nodes, [], undefined, ({ ref }, part) => ref.source === 'field' && isOwn(ref.path[0]!, part))
    const uses = nodes.map((node) => node.uses)
    this.#scoped = nodes.some((node, i) => node.fieldsUsed().some((name) => isOwn(name, i)))
    this.#fields = names.map((name, i) => {
      checkName(name, 'field')
      if (/^(0|[1-9]\d*)$/.test(name)) throw badDefinition(`field ${name}: JavaScript would move a number to the front`)
      if (nodes[i]!.endless && i < names.length - 1)
        throw badDefinition(`nothing can follow ${name}, which takes all the bytes that are left`)
      const implied = uses.some((of, j) => j > i && of.some(({ ref, derives }) => derives && ref.path[0] === name))
      const seal = nodes[i]!.seal
      if (!seal) return { name, node: nodes[i]!, implied, seal }
      const from = seal.from === undefined ? 0 : names.indexOf(seal.from)
      const to = seal.to === undefined ? i - 1 : names.indexOf(seal.to)
      if (from < 0 || to < from)
        throw badDefinition(`${name}: no fields from ${seal.from ?? 'the first'} to ${seal.to ?? 'the one before'}`)
      return { name, node: nodes[i]!, implied, seal: { seal, from, to } }
    })
    this.#seals = inOrder(this.#fields)
  }

  get #sealed(): boolean {
    return this.#seals.length > 0
  }

  protected measure(): Sizes {
    let min = 0
    let max = 0
    for (const { node } of this.#fields) {
      min += node.minSize
      max += node.maxSize
    }
    return [min, max]
  }

  describe(): Description {
    return { kind: 'record', fields: this.#fields.map(({ name, node }) => ({ name, of: node.describe() })) }
  }

  override raw(mode: Mode): Raw | undefined {
    if (this.#scoped || this.#sealed) return undefined
    let size = 0
    const fields: { name: string; raw: Raw; place: number; silent: boolean }[] = []
    for (const { name, node } of this.#fields) {
      const raw = node.raw(mode)
      if (!raw) return undefined
      fields.push({ name, raw, place: size, silent: node.silent })
      size += node.minSize
    }
    const shown = fields.filter(({ silent }) => !silent)
    const put = disassembler(
      fields.map(nameOf),
      fields.map(({ raw }) => raw.put),
      fields.map(placeOf),
    )
    return {
      get: assembler(
        shown.map(nameOf),
        shown.map(({ raw }) => raw.get),
        shown.map(placeOf),
      ),
      put: (target, at, values) => {
        if (typeof values !== 'object' || values === null) throw MISS
        put(target, at, values)
      },
    }
  }

  override partReader(mode: Mode): Read {
    return this.compiledReader(mode)
  }

  override partWriter(mode: Mode): Write {
    return this.#emitsWriting() ? this.compiledWriter(mode) : this.writer(mode)
  }

  reader(mode: Mode): Read {
    const raw = mode.traces ? undefined : this.raw(mode)
    const size = this.minSize
    if (raw)
      return (r) => {
        const { at } = r
        if (r.end - at < size) fail(r, 'TRUNCATED', '')
        r.at += size
        return raw.get(r.bytes, at)
      }
    const sealed = this.#sealed
    const scoped = this.#scoped
    const fields = this.#fields.map(({ name, node, seal }) => ({
      name,
      silent: node.silent,
      read: mode.read(node, name),
      seal,
    }))
    if (!scoped && !sealed && !fields.some(({ silent }) => silent)) {
      const assemble = assembler(
        fields.map(nameOf),
        fields.map(({ read }) => read as Part<Reader>),
        fields.map(() => 0),
      )
      return (r) => assemble(r, 0)
    }
    return (r) => {
      const values: Record<string, unknown> = {}
      const starts: number[] = []
      if (scoped) r.scope = { values, outer: r.scope }
      for (let i = 0; i < fields.length; i++) {
        const field = fields[i]!
        if (sealed) starts.push(r.at)
        const value = field.read(r)
        if (!field.silent) values[field.name] = value
      }
      if (scoped) r.scope = r.scope!.outer
      if (sealed) {
        starts.push(r.at)
        for (const [i, { name, seal }] of fields.entries()) if (seal) checkSeal(r, seal, values[name], starts, i)
      }
      return values
    }
  }

  writer(mode: Mode): Write {
    const framed = this.#scoped || this.#sealed
    const fields = this.#fields.map(({ name, node, implied, seal }) => ({
      name,
      seal,
      write: mode.write(node, name),
      later: seal || implied,
      size: node.fixedSize ?? 0,
    }))
    const writeAll = disassembler<Writer>(
      fields.map(nameOf),
      fields.map(
        ({ write }) =>
          (w, _at, value) =>
            write(w, value),
      ),
      fields.map(() => 0),
    )
    return (w, values) => {
      if (typeof values !== 'object' || values === null) refuse(w, 'WRONG_TYPE', `${show(values)} is no object`)
      if (!framed) {
        writeAll(w, 0, values)
        return
      }
      const frame: Frame = { values, outer: w.frame, pending: new Map(), starts: new Map(), path: w.path }
      w.frame = frame
      const later = w.later?.length ?? 0
      for (let i = 0; i < fields.length; i++) {
        const { name, later, write, size, seal } = fields[i]!
        const at = w.out.length
        frame.starts.set(name, at)
        if (later && (seal || values[name] === undefined)) {
          frame.pending.set(name, { at, size, write })
          w.out.reserve(size)
          w.out.bytes.fill(0, at, at + size)
        } else write(w, values[name])
      }
      for (const { name, seal } of fields) {
        const slot = frame.pending.get(name)
        if (slot && !slot.known && !seal)
          refuse(w, 'UNRESOLVED', `${name} was left out, and nothing in the value implies it`)
      }
      const end = w.out.length
      // What lies elsewhere fills in its offset when all else is written: only then is there something to sum up.
      if (w.later && w.later.length > later) w.later.push(() => this.#seal(w, frame, end))
      else this.#seal(w, frame, end)
      w.frame = frame.outer
    }
  }

  /** Fills in the checksums of a record that is written up to `end`. */
  #seal(w: Writer, frame: Frame, end: number): void {
    const { out } = w
    const stop = out.length
    const starts = [...frame.starts.values(), end]
    for (const i of this.#seals) {
      const { name } = this.#fields[i]!
      const { seal, from, to } = this.#fields[i]!.seal!
      const slot = frame.pending.get(name)!
      const own = starts[i]!
      const sum = seal.of(out.bytes, starts[from]!, starts[to + 1]!, own, own + slot.size)
      const given = frame.values[name]
      out.length = own
      // biome-ignore lint/suspicious/noDoubleEquals: 5 and 5n are the same sum.
      if (given !== undefined && given != sum) {
        if (w.path !== undefined) w.path = join(frame.path!, name)
        refuse(w, 'MISMATCH', `is ${show(given)}, but the checksum is ${sum}`)
      }
      slot.write(w, sum)
      out.length = stop
    }
  }

  override *scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    // Only what others depend on is decoded here.
    const used = new Set(this.#fields.flatMap(({ node }) => node.fieldsUsed()))
    const values: Record<string, unknown> = {}
    if (this.#scoped) s.scope = { values, outer: s.scope }
    for (const { name, node } of this.#fields)
      if (used.has(name)) values[name] = yield* s.value(node, node.reader(mode), mode)
      else yield* node.scanner(s, mode)
    if (this.#scoped) s.scope = s.scope!.outer
  }

  override emitRead(source: ReadSource): string {
    const outer = source.fields
    const fields = new Map(outer)
    source.fields = fields
    const starts: string[] = []
    for (const [i, { name, node }] of this.#fields.entries()) {
      source.need(this.#run(i))
      if (this.#sealed) starts.push(source.let(`p+${source.plus}`))
      fields.set(name, source.part(node))
    }
    if (this.#sealed) starts.push(source.let(`p+${source.plus}`))
    for (const [i, { name, seal }] of this.#fields.entries())
      if (seal) {
        const own = `${starts[i]},${starts[i + 1]}`
        source.missIf(
          `${source.outside(seal.seal)}.of(b,${starts[seal.from]},${starts[seal.to + 1]},${own})!=${fields.get(name)}`,
        )
      }
    source.fields = outer
    const shown = this.#fields.filter(({ node }) => !node.silent)
    return source.let(`{${shown.map(({ name }) => `${quote(name)}:${fields.get(name)}`).join()}}`)
  }

  override emitWrite(source: WriteSource, value: string): boolean {
    if (!this.#emitsWriting()) return false
    const outer = source.fields
    const fields = new Map(outer)
    const around = source.leftOut
    const leftOut = new Map([...around].filter(([name]) => !this.#fields.some((field) => field.name === name)))
    source.fields = fields
    source.leftOut = leftOut
    source.missIf(`typeof ${value}!=='object'||${value}===null`)
    for (const [i, { name, node, implied }] of this.#fields.entries()) {
      source.need(this.#run(i))
      const part = source.let(`${value}[${quote(name)}]`)
      fields.set(name, part)
      if (implied) {
        const implying = this.#implying(name)!
        const missing = source.let(`${part}===undefined`)
        leftOut.set(name, missing)
        source.line(
          `if(${missing})${part}=${implying.node.impliedSource(source, `${value}[${quote(implying.name)}]`)};`,
        )
      }
      source.part(node, part)
    }
    source.fields = outer
    source.leftOut = around
    return true
  }

  /** Bytes that are sure to come, from a field on to the next whose size depends on its value. */
  #run(from: number): number {
    let size = 0
    for (let i = from; i < this.#fields.length; i++) {
      const { node } = this.#fields[i]!
      size += node.minSize
      if (node.fixedSize === undefined) break
    }
    return size
  }

  #implying(name: string): FieldPlan | undefined {
    return this.#fields.find(({ node }) => node.implies === name)
  }

  #emitsWriting(): boolean {
    return !this.#sealed && this.#fields.every(({ name, implied }) => !implied || this.#implying(name))
  }
}

function inOrder(fields: readonly FieldPlan[]): number[] {
  const left = new Set([...fields.keys()].filter((i) => fields[i]!.seal))
  const order: number[] = []
  while (left.size > 0) {
    const next = [...left].find((i) => {
      const { from, to } = fields[i]!.seal!
      return ![...left].some((other) => other !== i && other >= from && other <= to)
    })
    if (next === undefined) throw badDefinition('checksums that cover each other')
    order.push(next)
    left.delete(next)
  }
  return order
}

function checkSeal(r: Reader, { seal, from, to }: SealPlan, value: unknown, starts: number[], i: number): void {
  const sum = seal.of(r.bytes, starts[from]!, starts[to + 1]!, starts[i]!, starts[i + 1]!)
  // biome-ignore lint/suspicious/noDoubleEquals: 5 and 5n are the same sum.
  if (value == sum) return
  if (r.trace) r.trace = r.trace.fields![i]!
  const hex = (n: unknown): string => showHex(n, starts[i + 1]! - starts[i]!)
  fail(r, 'BAD_CHECKSUM', `says ${hex(value)}, the bytes say ${hex(sum)}`, starts[i])
}

/** A checksum as data sheets print it: as many digits as its bytes have. */
function showHex(sum: unknown, size: number): string {
  if (typeof sum !== 'bigint' && !Number.isInteger(sum)) return show(sum)
  return `0x${BigInt.asUintN(8 * size, BigInt(sum as number))
    .toString(16)
    .padStart(2 * size, '0')}`
}

/** The fields of a record by their names. */
export type Fields = Readonly<Record<string, Codec<any, any>>>

type Shown<F extends Fields> = { [K in keyof F]: [OutOf<F[K]>] extends [never] ? never : K }[keyof F]
type Implied<F extends Fields> = { [K in keyof F]: DerivesOf<F[K]> }[keyof F]
type Optional<F extends Fields> = {
  [K in keyof F]: K extends Implied<F> ? K : undefined extends InOf<F[K]> ? K : never
}[keyof F]

/** What decoding a record gives. */
export type RecordOut<F extends Fields> = Flat<{ [K in Shown<F>]: OutOf<F[K]> }>
/** What encoding a record takes. */
export type RecordIn<F extends Fields> = Flat<
  { [K in Exclude<Shown<F>, Optional<F>>]: InOf<F[K]> } & {
    [K in Extract<keyof F, Optional<F> & Shown<F>>]?: InOf<F[K]> | undefined
  }
>
type RecordSize<F extends Fields> = [SizeOf<F[keyof F]>] extends [number] ? number : number | undefined

/**
 * Named fields in wire order. Decoding gives a plain object; padding does not show in it.
 *
 * @throws {CodecError} `BAD_DEFINITION` for a field called `__proto__`, `prototype`, `constructor` or like a number.
 * @example
 * const Point = record({ x: i16, y: i16 })
 * Point.encode({ x: 1, y: -1 })                            // 00 01 ff ff
 * Point.decode(new Uint8Array([0, 1, 0xff, 0xff]))         // { x: 1, y: -1 }
 */
export function record<F extends Fields>(
  fields: F,
): Schema<RecordOut<F>, RecordIn<F>, RecordSize<F>, Exclude<Implied<F>, keyof F>> {
  return new RecordNode(fields)
}
