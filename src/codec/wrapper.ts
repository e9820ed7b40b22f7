/** Nodes that are another one in all that they do not say themselves. */

import { Node, type Sizes } from './node.js'
import type { Reader } from './reader.js'
import type { Seal } from './seals.js'
import type { Shape } from './shape.js'
import type { Writer } from './writer.js'

export abstract class Wrapper extends Node {
  readonly inner: Node
  constructor(shape: Shape, inner: Node) {
    super(shape, { parts: [inner] })
    this.inner = inner
  }
  protected measure(): Sizes {
    return [this.inner.minSize, this.inner.maxSize]
  }
  read(r: Reader): any {
    return this.head(r)?.read(r)
  }
  write(w: Writer, value: any): void {
    this.inner.write(w, value)
  }
  override head(_r: Reader): Node | undefined {
    return this.inner
  }
  override get silent(): boolean {
    return this.inner.silent
  }
  override get seal(): Seal | undefined {
    return this.inner.seal
  }
}

/** What there is within all that is put around a node. */
export function unwrapped(node: Node): Node {
  while (node instanceof Wrapper) node = node.inner
  return node
}
