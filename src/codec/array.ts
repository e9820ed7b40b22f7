/**
 * Elements of one kind, one after the other.
 *
 *   array(u16, 3)              | 0001 | 0002 | 0003 |
 *   array(u16, u8)             | 02 | 0001 | 0002 |
 *   array(u16, field('n'))     | n: 02 | … | 0001 | 0002 |
 *   array(u16, until(0xff))    | 0001 | 0002 | ff |
 *   array(u16)                 | 0001 | 0002 |              to the end
 *
 * By length in bytes: `sized(u16, array(…))`.
 */
import type { Codec } from '../codec.js'
import { badDefinition, show } from './errors.js'
import { Extent, type ExtentArgument } from './extent.js'
import { nodeOf } from './foreign.js'
import { GENERATES } from './mode.js'
import { Node, type Sizes } from './node.js'
import type { Raw } from './raw.js'
import { fail, MISS, need, type Reader, readPart } from './reader.js'
import type { FieldRef } from './refs.js'
import type { Scan, Scanner } from './scan.js'
import type { InOf, OutOf, Schema, SizeOf } from './schema.js'
import { compiled, type Source } from './source.js'
import { refuse, type Writer, writePart } from './writer.js'

/** Elements that take no bytes are not justified by any; a message may still have a few, in all its arrays together. */
const MOST_FOR_NOTHING = 1024
/** Bytes of numbers beyond which a DataView, which costs as much as some thirty of them, is the faster way. */
const WORTH_A_VIEW = 512
/** Elements of fixed size at places that are known to be there. */
interface RawList {
  /** Bytes of an element. */
  readonly size: number
  get(bytes: Uint8Array, at: number, count: number): unknown[]
  put(target: Uint8Array, at: number, values: readonly unknown[]): void
}

export class ArrayNode extends Node {
  readonly extent: Extent
  readonly #element: Node
  /** By mode; null where there is none. */
  readonly #lists: (RawList | null)[] = []

  constructor(element: Node, extent: Extent) {
    super({ kind: 'array', of: element, count: extent.argument }, { implies: extent.ref, endless: extent.rest })
    if (element.endless) throw badDefinition('an element of an array cannot take all the bytes that are left')
    this.#element = element
    this.extent = extent
  }

  protected measure(): Sizes {
    return this.extent.sizes(this.#element.minSize, this.#element.maxSize)
  }

  read(r: Reader): unknown[] {
    const { extent } = this
    const list = r.trace || extent.until ? undefined : this.#list(r.mode)
    const { size } = list ?? { size: this.#element.minSize }
    if (extent.until || (extent.rest && !(list && size > 0))) return this.#readToEnd(r)
    const count = extent.rest ? (r.end - r.at) / size : extent.count(r)
    if (extent.rest && !Number.isInteger(count)) throw MISS
    if (extent.fixed === undefined) justify(r, count, size)
    if (list) {
      if (size === 0) countFree(r, count)
      need(r, count * size)
      const { at } = r
      r.at += count * size
      return list.get(r.bytes, at, count)
    }
    const values: unknown[] = []
    for (let i = 0; i < count; i++) values.push(this.#readElement(r, i))
    return values
  }

  #readToEnd(r: Reader): unknown[] {
    const { until } = this.extent
    const values: unknown[] = []
    while (until ? !until.isNext(r) : r.at < r.end) values.push(this.#readElement(r, values.length))
    r.at += this.extent.tail
    return values
  }

  #readElement(r: Reader, i: number): unknown {
    const { at } = r
    const value = readPart(r, this.#element, i)
    if (r.at === at) countFree(r, 1)
    return value
  }

  write(w: Writer, values: unknown): void {
    const { out } = w
    const element = this.#element
    const { until, rest } = this.extent
    if (!Array.isArray(values)) refuse(w, 'WRONG_TYPE', `${show(values)} is no array`)
    this.extent.begin(w, values.length)
    const isFree = rest && element.minSize === 0
    const list = w.path !== undefined || until || isFree ? undefined : this.#list(w.mode)
    if (list) {
      const at = out.reserve(values.length * list.size)
      list.put(out.bytes, at, values)
      return
    }
    const starts: number[] = []
    for (let i = 0; i < values.length; i++) {
      const at = out.length
      if (until) starts.push(at)
      writePart(w, element, values[i], i)
      if (isFree && out.length === at)
        refuse(w, 'MISMATCH', `element ${i} takes no bytes: decoding, which goes by the end, would not find it`)
    }
    until?.closeList(w, starts)
  }

  override readSource(source: Source): string | undefined {
    const list = this.#list(source.mode)
    if (!list?.size) return undefined
    return this.extent.readSource(source, list.size, (count) => `${source.outside(list)}.get(b,p,${count})`)
  }

  override writeSource(source: Source, values: string): boolean {
    const list = this.#list(source.mode)
    if (!list) return false
    source.missIf(`!Array.isArray(${values})`)
    const before = this.extent.roomSource(source, `${values}.length*${this.#element.minSize}`)
    if (before === undefined) return false
    source.put(this.extent.prefix!, 0, source.let(`${values}.length`))
    source.line(`${source.outside(list)}.put(t,p+${before},${values});`)
    return true
  }

  override *scan(s: Scanner): Scan {
    const { extent } = this
    const element = this.#element
    const { until } = extent
    if (until) {
      while (!(yield* until.scanNext(s))) yield* this.#scanElement(s)
      s.at += extent.tail
      return
    }
    const count = yield* extent.scanCount(s)
    const size = element.fixedSize
    if (size !== undefined) {
      if (size === 0) countFree(s, count)
      yield* s.need(count * size)
      s.at += count * size
      return
    }
    for (let i = 0; i < count; i++) {
      s.atLeast = Math.max(s.atLeast, s.at - s.start + (count - i) * element.minSize)
      yield* this.#scanElement(s)
    }
  }

  *#scanElement(s: Scanner): Scan {
    const from = s.at - s.start
    yield* this.#element.scan(s)
    if (s.at - s.start === from) countFree(s, 1)
  }

  protected override makeRaw(mode: number): Raw | undefined {
    const { fixed } = this.extent
    // Elements that take no bytes are counted, which takes a reader.
    const list = fixed === undefined || this.#element.minSize === 0 ? undefined : this.#list(mode)
    return (
      list && {
        get: (bytes, at) => list.get(bytes, at, fixed!),
        put: (target, at, values) => {
          if (!Array.isArray(values) || values.length !== fixed) throw MISS
          list.put(target, at, values)
        },
      }
    )
  }

  #list(mode: number): RawList | undefined {
    const made = this.#lists[mode]
    if (made !== undefined) return made ?? undefined
    const element = this.#element
    const raw = element.raw(mode)
    const list = raw && (mode & GENERATES ? generated(element, mode) : looped(raw, element.minSize))
    this.#lists[mode] = list ?? null
    return list
  }
}

function looped(raw: Raw, size: number): RawList {
  return {
    size,
    get(bytes, at, count) {
      const values = new Array(count)
      for (let i = 0; i < count; i++, at += size) values[i] = raw.get(bytes, at)
      return values
    },
    put(target, at, values) {
      for (let i = 0; i < values.length; i++, at += size) raw.put(target, at, values[i])
    },
  }
}

function generated(element: Node, mode: number): RawList {
  const loop = (count: string) => `for(let i=0;i<${count};i++,p+=${element.minSize}){`
  // Most programs use a codec in one direction: the other is made when it is wanted.
  const list: RawList = {
    size: element.minSize,
    get(...given) {
      list.get = compiled(mode, '(b,p,n)=>', (source) => {
        source.line(`const a=new Array(n);${loop('n')}`)
        source.line(`a[i]=${source.get(element, 0)};}`)
        source.line('return a')
      })
      return list.get(...given)
    },
    put(...given) {
      list.put = compiled(mode, '(t,p,a)=>', (source) => {
        const putAll = (): void => {
          source.line(loop('n'))
          source.put(element, 0, source.let('a[i]'))
          source.line('}')
        }
        source.line(`const n=a.length;if(n*${element.minSize}>${WORTH_A_VIEW}){`)
        source.view = source.let('new DataView(t.buffer,t.byteOffset,t.byteLength)')
        putAll()
        source.view = undefined
        source.line('}else{')
        putAll()
        source.line('}')
      })
      return list.put(...given)
    },
  }
  return list
}

/** Notes that so many more elements have taken no bytes. */
function countFree(r: Reader, count: number): void {
  r.free += count
  if (r.free > MOST_FOR_NOTHING)
    fail(r, 'TOO_MANY', `more than ${MOST_FOR_NOTHING} elements of the message take no bytes`)
}

/** Makes sure that so many elements can be in the bytes that are there, before anything is created for them. */
export function justify(r: Reader, count: number, minSize: number): void {
  const left = r.end - r.at
  if (minSize === 0 ? count > MOST_FOR_NOTHING + left : count * minSize > left)
    fail(
      r,
      minSize === 0 ? 'TOO_MANY' : 'TRUNCATED',
      `${count} elements take ${count * minSize} bytes or more, ${left} are left`,
    )
}

type Elements<C, Size extends number | undefined, Name extends string = never> = Schema<
  OutOf<C>[],
  readonly InOf<C>[],
  Size,
  Name
>

/**
 * As many elements as `count` says: a number, a codec that says how many, `field('n')`, `until(0)`, or all that are left.
 *
 * @example
 * array(u16, u8).encode([1, 2])   // 02 00 01 00 02
 */
export function array<C extends Codec<any, any>>(
  element: C,
  count: number,
): Elements<C, SizeOf<C> extends number ? number : SizeOf<C>>
export function array<C extends Codec<any, any>, Name extends string>(
  element: C,
  count: FieldRef<Name>,
): Elements<C, undefined, Name>
export function array<C extends Codec<any, any>>(element: C, count?: ExtentArgument): Elements<C, undefined>
export function array(element: Codec<any, any>, count?: ExtentArgument): Schema<any, any, any, any> {
  return new ArrayNode(nodeOf(element), new Extent(count))
}
