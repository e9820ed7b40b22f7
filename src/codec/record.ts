/**
 * Named fields, one after the other in the order in which they were named.
 *
 *   record({ id: u16, name: string(u8) })      | id | length | name … |
 *
 * A field that others imply (a length, a count, a tag, a checksum) need not be given for encoding; where it is given, it
 * must be what they imply.
 */
import { quote } from '../bytes/index.js'
import type { Codec } from '../codec.js'
import { badDefinition, show } from './errors.js'
import { nodeOf } from './foreign.js'
import { GENERATES } from './mode.js'
import { checkName } from './names.js'
import { Node, type Read, type Sizes, type Write } from './node.js'
import type { Raw } from './raw.js'
import { MISS, type Reader, readPart } from './reader.js'
import type { Use } from './reference.js'
import type { Scan, Scanner } from './scan.js'
import type { DerivesOf, Flat, InOf, OutOf, Schema, SizeOf } from './schema.js'
import type { Seals } from './seals.js'
import { compiled, type Source } from './source.js'
import { assembler, disassembler } from './unrolled.js'
import { type Frame, refuse, type Writer, writePart } from './writer.js'

interface Field {
  readonly name: string
  readonly node: Node
  /** Whether other fields of the record depend on it. */
  readonly used: boolean
  /** Whether it is written when what it says is known: a later field implies it, or it is a checksum. */
  readonly later: boolean
}

/** Fields in a row. */
interface Run {
  /** Whether they lie at places that are known from its first. */
  readonly plain: boolean
  readonly fields: Field[]
  size: number
}

class RecordNode extends Node {
  readonly #fields: readonly Field[]
  readonly #seals: Seals | undefined
  /** Whether fields depend on others of the record. */
  readonly #scoped: boolean
  /** Whether anything in it depends on anything else in it. */
  readonly #framed: boolean

  constructor(definition: Readonly<Record<string, Codec<any, any>>>) {
    const named = Object.entries(definition).map(([name, codec]) => ({ name, of: nodeOf(codec) }))
    super({ kind: 'record', fields: named })
    this.#fields = named.map(({ name, of: node }, i) => {
      checkName(name, 'field')
      if (node.endless && i < named.length - 1)
        throw badDefinition(`nothing can follow ${name}, which takes all the bytes that are left`)
      const uses = named.slice(i + 1).flatMap(({ of }) => of.uses.filter((use) => nameOf(use) === name))
      return {
        name,
        node,
        used: uses.length > 0,
        later: node.seal !== undefined || uses.some(({ derives }) => derives),
      }
    })
    this.#seals = this.#fields.find(({ node }) => node.seal)?.node.seal?.all(this.#fields)
    this.#scoped = this.#fields.some(({ used }) => used)
    this.#framed = this.#scoped || this.#seals !== undefined
  }

  /** What an earlier field of this record answers is nobody else's business. */
  protected override usesOf(parts: readonly Node[]): Use[] {
    const names = (this.shape.fields as { name: string }[]).map(({ name }) => name)
    return parts.flatMap((part, i) => part.uses.filter((use) => !names.slice(0, i).includes(nameOf(use)!)))
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

  // Reading.

  read(r: Reader): any {
    return r.trace ? this.#readFields(r) : this.reader(r.mode)(r)
  }

  protected override makeReader(mode: number): Read {
    if (this.raw(mode)) return super.makeReader(mode)
    if (mode & GENERATES) return this.#generateReader(mode)
    if (this.#framed || this.#fields.some(({ node }) => node.silent)) return (r) => this.#readFields(r)
    const assemble = assembler<Reader>(this.#fields.map(({ name, node }) => ({ name, at: 0, make: node.reader(mode) })))
    return (r) => assemble(r, 0)
  }

  #readFields(r: Reader): any {
    const values: Record<string, unknown> = {}
    const starts: number[] = []
    const outer = r.scope
    r.scope = { values, outer }
    for (const { name, node } of this.#fields) {
      starts.push(r.at)
      const value = readPart(r, node, name)
      if (!node.silent) values[name] = value
    }
    r.scope = outer
    this.#seals?.check(r, values, [...starts, r.at])
    return values
  }

  #generateReader(mode: number): Read {
    return compiled(mode, '(r)=>', (source) => {
      const places: string[] = []
      const shown: string[] = []
      source.line('const b=r.bytes;let p=r.at;')
      if (this.#scoped) source.line('const s={};r.scope={values:s,outer:r.scope};')
      for (const { plain, size, fields } of this.#runs(({ node }) => node.raw(mode) !== undefined)) {
        if (plain) source.missIf(`r.end-p<${size}`)
        let plus = 0
        for (const { name, node, used } of fields) {
          if (this.#seals) places.push(source.let(`p+${plus}`))
          const value = plain ? source.let(source.get(node, plus)) : (node.readSource(source) ?? source.read(node))
          plus += node.minSize
          if (used) source.line(`s[${quote(name)}]=${value};`)
          if (!node.silent) shown.push(`${quote(name)}:${value}`)
        }
        if (plain) source.line(`p+=${size};`)
      }
      source.line(`r.at=p;${this.#scoped ? 'r.scope=r.scope.outer;' : ''}const o={${shown}};`)
      if (this.#seals) source.line(`${source.outside(this.#seals)}.check(r,o,[${places},p]);`)
      source.line('return o')
    })
  }

  /** Fields at known places follow one another in runs, whose bytes are made sure of at once. Each other one is by itself. */
  #runs(isPlain: (field: Field) => boolean): Run[] {
    const runs: Run[] = []
    for (const field of this.#fields) {
      const plain = isPlain(field)
      let run = runs.at(-1)
      if (!(plain && run?.plain)) runs.push((run = { plain, size: 0, fields: [] }))
      run.fields.push(field)
      run.size += field.node.minSize
    }
    return runs
  }

  // Writing.

  write(w: Writer, values: any): void {
    if (w.path === undefined) this.writer(w.mode)(w, values)
    else this.#writeFields(w, values)
  }

  protected override makeWriter(mode: number): Write {
    if (this.raw(mode)) return super.makeWriter(mode)
    if (mode & GENERATES) return this.#generateWriter(mode)
    if (this.#framed) return (w, values) => this.#writeFields(w, values)
    const parts = this.#fields.map(({ name, node }) => {
      const write = node.writer(mode)
      return { name, at: 0, put: (w: Writer, _at: number, value: unknown) => write(w, value) }
    })
    const write = disassembler<Writer>(parts)
    return (w, values) => {
      if (!isObject(values)) throw MISS
      write(w, 0, values)
    }
  }

  #writeFields(w: Writer, values: any): void {
    if (!isObject(values)) refuse(w, 'WRONG_TYPE', `${show(values)} is no object`)
    const frame = this.#begin(w, values)
    for (const field of this.#fields) this.#writeField(w, frame, field)
    this.#complete(w, frame)
  }

  #begin(w: Writer, values: any): Frame {
    const { frame: outer, mode, path } = w
    return (w.frame = { values, outer, fields: this.#fields, starts: [], pending: [], mode, path })
  }

  #writeField(w: Writer, frame: Frame, { name, node, later }: Field): void {
    const value = frame.values[name]
    const i = frame.starts.push(w.out.length) - 1
    if (!later || (value !== undefined && !node.seal)) writePart(w, node, value, name)
    else {
      frame.pending[i] = {}
      w.out.bytes.fill(0, w.out.reserve(node.fixedSize ?? 0), w.out.length)
    }
  }

  /** Makes sure that nothing was left out but checksums, and fills these in. */
  #complete(w: Writer, frame: Frame): void {
    const { pending } = frame
    const missing = pending.findIndex((slot, i) => slot && slot.known === undefined && !this.#fields[i]!.node.seal)
    if (missing >= 0)
      refuse(w, 'UNRESOLVED', `${this.#fields[missing]!.name} was left out, and nothing in the value implies it`)
    frame.starts.push(w.out.length)
    // What lies elsewhere fills in its offset when all else is written: only then is there something to sum up.
    const seals = this.#seals
    if (seals && w.later) w.later.push(() => seals.fill(w, frame))
    else seals?.fill(w, frame)
    w.frame = frame.outer
  }

  #generateWriter(mode: number): Write {
    const framed = this.#framed
    return compiled(mode, '(w,v)=>', (source) => {
      source.missIf(noObject('v'))
      source.line('const o=w.out;let p,t;')
      if (framed) source.line(`const f=${source.outside((w: Writer, values: unknown) => this.#begin(w, values))}(w,v);`)
      for (const { plain, size, fields } of this.#runs(({ node, later }) => !later && node.raw(mode) !== undefined)) {
        if (plain) source.line(`p=o.reserve(${size});t=o.bytes;`)
        let plus = 0
        for (const field of fields) {
          const { name, node, later } = field
          if (later) {
            const write = (w: Writer, frame: Frame): void => this.#writeField(w, frame, field)
            source.line(`${source.outside(write)}(w,f);`)
            continue
          }
          if (framed) source.line(`f.starts.push(${plain ? `p+${plus}` : 'o.length'});`)
          const value = source.let(`v[${quote(name)}]`)
          if (plain) source.put(node, plus, value)
          else if (!node.writeSource(source, value)) source.line(`${source.outside(node)}.write(w,${value});`)
          plus += node.minSize
        }
      }
      if (framed) source.line(`${source.outside((w: Writer, frame: Frame) => this.#complete(w, frame))}(w,f);`)
    })
  }

  override *scan(s: Scanner): Scan {
    // Only what others depend on is decoded here.
    const values: Record<string, unknown> = {}
    const outer = s.scope
    s.scope = { values, outer }
    for (const { name, node, used } of this.#fields)
      if (used) values[name] = yield* s.value(node)
      else yield* node.scan(s)
    s.scope = outer
  }

  // At a known place.

  protected override makeRaw(mode: number): Raw | undefined {
    const raws = this.#fields.map(({ node }) => node.raw(mode))
    if (this.#framed || raws.includes(undefined)) return undefined
    return mode & GENERATES ? this.#generateRaw(mode) : this.#assembleRaw(raws as Raw[])
  }

  #generateRaw(mode: number): Raw {
    // Most programs use a codec in one direction: the other is made when it is wanted.
    const raw: Raw = {
      get: (...given) => {
        raw.get = compiled(mode, '(b,p)=>', (source) => source.line(`return ${this.getSource(source, 0)}`))
        return raw.get(...given)
      },
      put: (...given) => {
        raw.put = compiled(mode, '(t,p,v)=>', (source) => this.putSource(source, 0, 'v'))
        raw.put(...given)
      },
      // With the size and every place as literals: a third faster than `put` into an array made elsewhere.
      encode: (value) => {
        raw.encode = compiled(mode, '(v)=>', (source) => {
          source.line(`const t=new Uint8Array(${this.minSize}),p=0;`)
          this.putSource(source, 0, 'v')
          source.line('return t')
        })
        return raw.encode!(value)
      },
    }
    return raw
  }

  override getSource(source: Source, plus: number): string {
    const shown: string[] = []
    for (const { name, node } of this.#fields) {
      const value = source.get(node, plus)
      if (!node.silent) shown.push(`${quote(name)}:${value}`)
      plus += node.minSize
    }
    return `{${shown}}`
  }

  override putSource(source: Source, plus: number, values: string): void {
    source.missIf(noObject(values))
    for (const { name, node } of this.#fields) {
      source.put(node, plus, source.let(`${values}[${quote(name)}]`))
      plus += node.minSize
    }
  }

  #assembleRaw(raws: readonly Raw[]): Raw {
    let size = 0
    const parts = this.#fields.map(({ name, node }, i) => {
      const at = size
      size += node.minSize
      const { get, put } = raws[i]!
      return { name, at, make: get, put, silent: node.silent }
    })
    const put = disassembler(parts)
    return {
      get: assembler(parts.filter(({ silent }) => !silent)),
      put: (target, at, values) => {
        if (!isObject(values)) throw MISS
        put(target, at, values)
      },
    }
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** {@link isObject} in source text, the other way round. */
function noObject(value: string): string {
  return `typeof ${value}!=='object'||${value}===null`
}

/** The field of a record that a use is about. */
function nameOf({ ref }: Use): string | undefined {
  return ref.source === 'field' ? ref.path[0] : undefined
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
