/** How a codec is turned into functions: in which byte order, watched or not, with generated code or without. */
import type { Node } from './node.js'
import { type Read, traced } from './reader.js'
import { tracked, type Write } from './writer.js'

export class Mode {
  readonly little: boolean
  /** Whether the path is kept, which `inspect` and the search for an error's place need. */
  readonly traces: boolean
  readonly generates: boolean

  private constructor(little: boolean, traces: boolean, generates: boolean) {
    this.little = little
    this.traces = traces
    this.generates = generates
  }

  static readonly all: readonly Mode[] = Array.from(
    { length: 8 },
    (_, i) => new Mode((i & 1) > 0, (i & 2) > 0, (i & 4) > 0),
  )

  /** One object for each mode, so that it can be the key of a cache. */
  static of(little: boolean, traces: boolean, generates: boolean): Mode {
    return Mode.all[(little ? 1 : 0) + (traces ? 2 : 0) + (generates && !traces ? 4 : 0)]!
  }

  ordered(little: boolean): Mode {
    return Mode.of(little, this.traces, this.generates)
  }

  /** Reads a part of something larger: a field by its name, an element by `reader.index`. */
  read(node: Node, key?: string): Read {
    return this.traces ? traced(node.reader(this), key) : node.partReader(this)
  }

  write(node: Node, key?: string): Write {
    return this.traces ? tracked(node.writer(this), key) : node.partWriter(this)
  }
}
