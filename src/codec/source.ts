/**
 * Straight-line source text for one codec, all its parts inlined where that pays.
 *
 *   b[p + 3]     bytes and place when reading; `e` is the end
 *   t[p + 3]     target and place when writing
 *
 * Only the generator's own words, numbers, names that it made itself (`v7`, `k3`) and texts that went through `quote` get
 * into the text. Bounds are checked once for each run of parts of fixed size; a part that has no source of its own is
 * called as a closure.
 */
import { generate, type Output, quote } from '../bytes/index.js'
import type { Mode } from './mode.js'
import type { Node } from './node.js'
import { MISS, Reader } from './reader.js'
import { lookUp, type Ref, report, resolveRead, resolveWrite } from './refs.js'
import { finish, Writer } from './writer.js'

/** Beyond this many characters parts are called, not inlined. */
const LONG = 20_000

/** Bytes of numbers beyond which a DataView, which costs as much as some thirty of them, is the faster way. */
const WORTH_A_VIEW = 512

export abstract class Source {
  mode: Mode
  body = ''
  /** Constant distance from `p` to the place that comes next. */
  plus = 0
  /** How many bytes from `p` on are known to be there. */
  sure = 0
  /** Whether a closure is called, which needs the object that closures work on. */
  calls = false
  /** The name of a DataView of the bytes, where many numbers make one worth its construction. */
  view: string | undefined
  /** The variables that hold the fields of the enclosing record. */
  fields: ReadonlyMap<string, string> = new Map()
  protected readonly scope: Record<string, unknown> = { M: MISS }
  readonly #named = new Map<unknown, string>()
  #names = 0

  constructor(mode: Mode) {
    this.mode = mode
  }

  line(text: string): void {
    this.body += `${text}\n`
  }

  /** A variable's name that nothing else has. */
  name(): string {
    return `v${this.#names++}`
  }

  /** Keeps the value of an expression. */
  let(expression: string): string {
    const name = this.name()
    this.line(`let ${name}=${expression};`)
    return name
  }

  /** A name for an object from outside. */
  outside(value: unknown): string {
    let name = this.#named.get(value)
    if (name === undefined) {
      name = `k${this.#named.size}`
      this.#named.set(value, name)
      this.scope[name] = value
    }
    return name
  }

  /** Gives up when the condition holds; the search for what is wrong begins elsewhere. */
  missIf(condition: string): void {
    this.line(`if(${condition})throw M;`)
  }

  /** The offset from `p` of `count` bytes that are made sure of and taken. */
  take(count: number): number {
    this.need(count)
    this.plus += count
    return this.plus - count
  }

  need(count: number): void {
    if (this.plus + count <= this.sure) return
    this.sure = this.plus + count
    this.line(this.check(String(this.sure)))
  }

  /** Makes `p` itself the place that comes next. */
  settle(): void {
    if (this.plus > 0) this.line(`p+=${this.plus};`)
    this.sure -= this.plus
    this.plus = 0
  }

  /** Also forgets what is known about the bytes that follow, as after a branch. */
  forget(): void {
    this.settle()
    this.sure = 0
  }

  /** Code between braces, behind which nothing is known about the place but `p`. */
  block(head: string, inside: () => void, sure = 0, last = ''): void {
    this.forget()
    this.line(`${head}{`)
    this.sure = this.atStart(sure)
    inside()
    this.forget()
    this.line(`${last}}`)
  }

  /** What is sure at the start of a block. */
  protected atStart(sure: number): number {
    return sure
  }

  /** A loop over elements of fixed size; when there are many, through a DataView. */
  loop(head: string, bytes: string, length: string, size: number | undefined, inside: () => void): void {
    this.forget()
    if (size === undefined || this.view !== undefined) {
      this.block(head, inside, size)
      return
    }
    this.block(`if(${length}*${size}>${WORTH_A_VIEW})`, () => {
      this.view = this.let(`new DataView(${bytes}.buffer,${bytes}.byteOffset,${bytes}.byteLength)`)
      this.block(head, inside, size)
      this.view = undefined
    })
    this.block('else', () => this.block(head, inside, size))
  }

  /** Whether a part is better called than inlined. */
  long(): boolean {
    return this.body.length > LONG
  }

  protected make(head: string, tail: string): any {
    return generate(`${head}\n${this.body}${tail}`, this.scope)
  }

  /** Source that makes sure of `count` bytes from `p` on, an expression. */
  protected abstract check(count: string): string

  /** An expression for what a reference stands for. */
  ref(ref: Ref): string {
    const name = ref.source === 'field' ? this.fields.get(ref.path[0]!) : undefined
    if (name === undefined) return this.refFromOutside(ref)
    return ref.path.length === 1 ? name : `${this.outside(lookUp)}(${name},${this.outside(ref.path.slice(1))})`
  }

  protected abstract refFromOutside(ref: Ref): string

  /** Source for the beginning of an object that holds the fields which a called part depends on. */
  protected fieldsFor(node: Node): { values: string; names: string } | undefined {
    const names = node.fieldsUsed().filter((name) => this.fields.has(name))
    return names.length === 0
      ? undefined
      : {
          values: names.map((name) => `${quote(name)}:${this.fields.get(name)}`).join(),
          names: names.map((name) => `[${quote(name)},0]`).join(),
        }
  }
}

export class ReadSource extends Source {
  protected check(count: string): string {
    return `if(e-p<${count})throw M;`
  }

  /** Makes sure of a computed number of bytes from `p` on. */
  needExpression(count: string): void {
    this.forget()
    this.line(this.check(count))
  }

  override ref(ref: Ref): string {
    // An optional field that others depend on may be absent; closures refuse that, too.
    const value = this.let(super.ref(ref))
    this.missIf(`${value}===undefined||${value}===null`)
    return value
  }

  /** Inlines a part, or calls it. Returns the name of the variable that holds the value. */
  part(node: Node): string {
    return (this.long() ? undefined : node.emitRead(this)) ?? this.call(node)
  }

  call(node: Node): string {
    this.calls = true
    this.forget()
    const fields = this.fieldsFor(node)
    if (fields) this.line(`r.scope={values:{${fields.values}},outer:r.scope};`)
    this.line('r.at=p;r.end=e;')
    const value = this.let(`${this.outside(node.partReader(this.mode))}(r)`)
    this.line('p=r.at;')
    if (fields) this.line('r.scope=r.scope.outer;')
    return value
  }

  protected refFromOutside(ref: Ref): string {
    this.calls = true
    return `${this.outside(resolveRead)}(r,${this.outside(ref)})`
  }

  /** `(bytes, start, end, context) => value`, for exactly these bytes. */
  whole(node: Node): (bytes: Uint8Array, start: number, end: number, context: unknown) => any {
    const value = this.part(node)
    this.settle()
    this.scope.R = Reader
    return this.make(
      `return (b,p,e,c)=>{${this.calls ? 'const r=new R(b,p,e,c);' : ''}`,
      `${node.jumps ? 'if(r.reach>p)p=r.reach;' : ''}if(p!==e)throw M;return ${value}}`,
    )
  }

  /** `(reader) => value`. */
  partial(node: Node): (reader: Reader) => any {
    const value = node.emitRead(this) ?? this.call(node)
    this.settle()
    return this.make('return (r)=>{const b=r.bytes;let p=r.at,e=r.end;', `r.at=p;return ${value}}`)
  }
}

/** Both ways to encode a value of fixed size. */
export interface Exact {
  encode(value: unknown): Uint8Array
  put(value: unknown, target: Uint8Array, at: number): void
}

export class WriteSource extends Source {
  /** For fields that may be left out: the variables that tell whether they are. */
  leftOut: ReadonlyMap<string, string> = new Map()
  /** Whether the target has been made to measure, so that nothing is to be checked or moved. */
  readonly exact: boolean

  constructor(mode: Mode, exact: boolean) {
    super(mode)
    this.exact = exact
    if (exact) this.sure = Number.POSITIVE_INFINITY
    this.scope.G = grow
  }

  protected check(count: string): string {
    return `if(t.length-p<${count})t=G(o,p,${count});`
  }

  override need(count: number): void {
    // Growing keeps what is written up to `p`.
    if (this.plus + count > this.sure) this.settle()
    super.need(count)
  }

  override forget(): void {
    this.settle()
    if (!this.exact) this.sure = 0
  }

  protected override atStart(sure: number): number {
    return this.exact ? Number.POSITIVE_INFINITY : sure
  }

  /** Makes room for a computed number of bytes from `p` on. */
  room(count: string): void {
    this.forget()
    if (!this.exact) this.line(this.check(count))
  }

  part(node: Node, value: string): void {
    if (this.long() || !node.emitWrite(this, value)) this.call(node, value)
  }

  call(node: Node, value: string): void {
    this.calls = true
    this.forget()
    const fields = this.fieldsFor(node)
    if (fields)
      this.line(
        `w.frame={values:{${fields.values}},outer:w.frame,pending:new Map(),starts:new Map([${fields.names}])};`,
      )
    this.line(`o.length=p;${this.outside(node.partWriter(this.mode))}(w,${value});p=o.length;t=o.bytes;`)
    if (fields) this.line('w.frame=w.frame.outer;')
  }

  protected refFromOutside(ref: Ref): string {
    this.calls = true
    return `${this.outside(resolveWrite)}(w,${this.outside(ref)})`
  }

  /** Tells a field what it has to say, or makes sure that it says it. */
  report(ref: Ref, value: string): void {
    if (ref.source === 'field' && this.fields.has(ref.path[0]!)) {
      this.missIf(`${this.ref(ref)}!=${value}`)
      return
    }
    this.calls = true
    this.forget()
    this.line(`o.length=p;${this.outside(report)}(w,${this.outside(ref)},${value});p=o.length;t=o.bytes;`)
  }

  /**
   * For a codec whose {@link Node.allocation} is known: `value => bytes`, and `(value, target, at)` for a target that has
   * the room. Undefined when a part must be called.
   */
  exactly(node: Node): Exact | undefined {
    this.part(node, 'v')
    if (this.calls) return undefined
    // A size that is a number in the text saves 4 ns.
    const allocate = `const t=new Uint8Array(${node.allocation()});let p=0;`
    return {
      encode: this.make(`return (v)=>{${allocate}`, 'return t}'),
      put: this.make('return (v,t,p)=>{', '}'),
    }
  }

  /** `(output, value, context)`, which appends. */
  appending(node: Node): (output: Output, value: unknown, context: unknown) => void {
    this.part(node, 'v')
    this.settle()
    Object.assign(this.scope, { W: Writer, finish })
    const writer = this.calls ? 'const w=new W(o,c);' : ''
    return this.make(
      `return (o,v,c)=>{let p=o.length,t=o.bytes;${writer}`,
      `o.length=p;${node.jumps && this.calls ? 'finish(w);' : ''}}`,
    )
  }

  /** `(writer, value)`, which appends. */
  nested(node: Node): (writer: Writer, value: unknown) => void {
    if (!node.emitWrite(this, 'v')) this.call(node, 'v')
    this.settle()
    return this.make('return (w,v)=>{const o=w.out;let p=o.length,t=o.bytes;', 'o.length=p}')
  }
}

/** The output's storage with room for `count` more bytes behind `at`. */
function grow(output: Output, at: number, count: number): Uint8Array {
  output.length = at
  output.reserve(count)
  output.length = at
  return output.bytes
}
