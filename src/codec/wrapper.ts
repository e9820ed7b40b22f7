/** Nodes that are another one in all that they do not say themselves. */
import type { Description } from '../codec.js'
import type { Seal } from './checksum.js'
import type { Mode } from './mode.js'
import { Node, type Sizes } from './node.js'
import type { Raw } from './raw.js'
import type { Read } from './reader.js'
import type { Use } from './refs.js'
import type { Scanner } from './scan.js'
import type { ReadSource, WriteSource } from './source.js'
import type { Write } from './writer.js'

export abstract class Wrapper extends Node {
  readonly inner: Node
  constructor(inner: Node, uses: readonly Use[] = [], endless: boolean = inner.endless) {
    super([inner], uses, endless)
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

/** What there is within all that is put around a node. */
export function unwrapped(node: Node): Node {
  while (node instanceof Wrapper) node = node.inner
  return node
}
