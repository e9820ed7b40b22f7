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
import { toHex } from '../bytes/index.js'
import type { Codec, Description } from '../codec.js'
import { badDefinition, show } from './errors.js'
import { Extent, type ExtentArgument, find } from './extent.js'
import { nodeOf } from './foreign.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import { fail, MISS, need, type Read, type Reader } from './reader.js'
import type { FieldRef } from './refs.js'
import type { Scanner } from './scan.js'
import type { InOf, OutOf, Schema, SizeOf } from './schema.js'
import type { ReadSource, WriteSource } from './source.js'
import { refuse, type Write } from './writer.js'

/** Elements that take no bytes are not justified by any; a message may still have a few, in all its arrays together. */
const MOST_FOR_NOTHING = 1024

export class ArrayNode extends Node {
  readonly element: Node
  readonly extent: Extent

  constructor(element: Node, extent: Extent) {
    super([element, ...extent.parts], extent.uses, extent.rest)
    if (element.endless) throw badDefinition('an element of an array cannot take all the bytes that are left')
    this.element = element
    this.extent = extent
  }

  protected measure(): Sizes {
    return this.extent.sizes(this.element.minSize, this.element.maxSize)
  }

  describe(): Description {
    return { kind: 'array', of: this.element.describe(), ...this.extent.describe('count') }
  }

  reader(mode: Mode): Read {
    const { extent, element } = this
    const read = mode.read(element)
    const tail = extent.until?.bytes
    const raw = mode.traces ? undefined : element.raw(mode)
    const size = element.minSize
    if (extent.rest && raw && size > 0)
      return (r) => {
        const length = (r.end - r.at) / size
        if (!Number.isInteger(length)) throw MISS
        const values = new Array(length)
        for (let i = 0; i < length; i++) values[i] = raw.get(r.bytes, r.at + i * size)
        r.at = r.end
        return values
      }
    if (extent.rest || tail)
      return (r) => {
        const values = []
        for (r.index = 0; !atEnd(r, tail); ) {
          const { at } = r
          r.index = values.push(read(r))
          if (r.at === at) countFree(r, 1)
        }
        if (tail) r.at += tail.length
        return values
      }
    const count = extent.counter(mode)
    const peers = extent.fixed === undefined
    return (r) => {
      const length = count(r)
      if (peers) justify(r, length, size)
      if (raw) {
        if (size === 0) countFree(r, length)
        need(r, length * size)
        const values = new Array(length)
        for (let i = 0; i < length; i++) values[i] = raw.get(r.bytes, r.at + i * size)
        r.at += length * size
        return values
      }
      const values = []
      for (let i = 0; i < length; i++) {
        r.index = i
        const { at } = r
        values.push(read(r))
        if (r.at === at) countFree(r, 1)
      }
      return values
    }
  }

  writer(mode: Mode): Write {
    const { extent } = this
    const begin = extent.begin(mode)
    const write = mode.write(this.element)
    const tail = extent.until?.bytes
    const raw = mode.traces ? undefined : this.element.raw(mode)
    const size = this.element.minSize
    return (w, values) => {
      if (!Array.isArray(values)) refuse(w, 'WRONG_TYPE', `${show(values)} is no array`)
      begin(w, values.length)
      if (raw && !tail) {
        let at = w.out.reserve(values.length * size)
        const { bytes } = w.out
        for (let i = 0; i < values.length; i++, at += size) raw.put(bytes, at, values[i])
        return
      }
      const starts = []
      for (let i = 0; i < values.length; i++) {
        w.index = i
        if (tail) starts.push(w.out.length)
        write(w, values[i])
      }
      if (!tail) return
      w.out.append(tail)
      for (const at of starts)
        if (find(w.out.bytes, tail, at, at + tail.length) === at)
          refuse(w, 'MISMATCH', `element ${starts.indexOf(at)} looks like the end of the array, ${toHex(tail, ' ')}`)
    }
  }

  override get implies(): string | undefined {
    return this.extent.implies
  }
  override impliedSource(_source: WriteSource, value: string): string {
    return `${value}.length`
  }

  override *scanner(s: Scanner, mode: Mode): Generator<undefined, void> {
    const { extent, element } = this
    if (extent.until) {
      const tail = extent.until.bytes
      for (;;) {
        yield* s.need(1)
        // Waiting for more than the terminator's first byte is right only when it is there.
        if (s.bytes[s.at] === tail[0]) {
          yield* s.need(tail.length)
          if (find(s.bytes, tail, s.at, s.at + tail.length) === s.at) break
        }
        const from = s.at - s.start
        yield* element.scanner(s, mode)
        if (s.at - s.start === from) countFree(s, 1)
      }
      s.at += tail.length
      return
    }
    const count = yield* extent.scanCount(s, mode)
    if (element.fixedSize !== undefined) {
      if (element.fixedSize === 0) countFree(s, count)
      yield* s.need(count * element.fixedSize)
      s.at += count * element.fixedSize
      return
    }
    for (let i = 0; i < count; i++) {
      const from = s.at - s.start
      s.atLeast = Math.max(s.atLeast, from + (count - i) * element.minSize)
      yield* element.scanner(s, mode)
      if (s.at - s.start === from) countFree(s, 1)
    }
  }

  override emitRead(source: ReadSource): string | undefined {
    const { extent, element } = this
    if (extent.until) return undefined
    const values = source.name()
    const size = element.fixedSize
    if (extent.rest) {
      // What takes no bytes would go on for ever.
      if (element.minSize === 0) return undefined
      source.forget()
      if (size === undefined) {
        source.line(`const ${values}=[];`)
        source.block('while(p<e)', () => source.line(`${values}.push(${source.part(element)});`))
      } else {
        source.missIf(`(e-p)%${size}!==0`)
        this.#emitElements(source, values, source.let(`(e-p)/${size}`))
      }
      return values
    }
    const count = extent.emitCount(source)
    source.settle()
    if (extent.fixed === undefined && element.minSize === 0) source.missIf(`${count}>${MOST_FOR_NOTHING}+e-p`)
    else source.needExpression(`${count}*${element.minSize}`)
    this.#emitElements(source, values, count)
    return values
  }

  /** The bytes are known to justify as many elements. */
  #emitElements(source: ReadSource, values: string, count: string): void {
    const index = source.name()
    const { minSize, fixedSize } = this.element
    if (minSize === 0) source.calls = true
    if (fixedSize === 0) source.missIf(`(r.free+=${count})>${MOST_FOR_NOTHING}`)
    source.line(`const ${values}=new Array(${count});`)
    source.loop(`for(let ${index}=0;${index}<${count};${index}++)`, 'b', count, fixedSize, () => {
      const from = minSize === 0 && fixedSize !== 0 ? source.let('p') : undefined
      source.line(`${values}[${index}]=${source.part(this.element)};`)
      if (from === undefined) return
      source.settle()
      source.missIf(`p===${from}&&++r.free>${MOST_FOR_NOTHING}`)
    })
  }

  override allocation(): string | undefined {
    const { extent, element } = this
    const size = element.fixedSize
    const before = extent.rest ? 0 : extent.prefix?.fixedSize
    if (size === undefined || before === undefined) return super.allocation()
    // No array has -1 bytes: what is none is refused where it should be allocated.
    return `Array.isArray(v)?${before}+v.length*${size}:-1`
  }

  override emitWrite(source: WriteSource, values: string): boolean {
    const { extent, element } = this
    if (extent.until) return false
    source.missIf(`!Array.isArray(${values})`)
    extent.emitBegin(source, `${values}.length`)
    const size = element.fixedSize
    if (size) source.room(`${values}.length*${size}`)
    const index = source.name()
    source.loop(`for(let ${index}=0;${index}<${values}.length;${index}++)`, 't', `${values}.length`, size, () =>
      source.part(element, source.let(`${values}[${index}]`)),
    )
    return true
  }
}

function atEnd(r: Reader, tail: Uint8Array | undefined): boolean {
  return tail ? find(r.bytes, tail, r.at, Math.min(r.end, r.at + tail.length)) === r.at : r.at >= r.end
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
