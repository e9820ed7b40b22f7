/** What a codec is executed with: four functions, generated or composed. */
import { Output } from '../bytes/index.js'
import type { CodecContext } from '../codec.js'
import type { Raw } from './raw.js'
import { MISS, type Read, Reader } from './reader.js'
import type { Exact } from './source.js'
import { finish, type Write, Writer } from './writer.js'

export interface Program {
  decode(bytes: Uint8Array, start: number, end: number, context: CodecContext | undefined): any
  read: Read
  append(output: Output, value: any, context: CodecContext | undefined): void
  /** The optimiser throws its work away when the last object of a kind is collected; these two keep it. */
  readonly alive: readonly [Reader, Writer]
  /** For fixed sizes; false where the size is not fixed or parts must be called, undefined when that is not known yet. */
  exact: Exact | false | undefined
}

/** The program without generated code. */
export function compose(read: Read, write: Write): Program {
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
    alive: oneOfEach(),
    exact: undefined,
  }
}

/** See {@link Program.alive}. */
export function oneOfEach(): readonly [Reader, Writer] {
  return [new Reader(new Uint8Array(0), 0, 0, undefined), new Writer(new Output(0), undefined)]
}

/** Both ways to encode a value of fixed size, without generated code. */
export function exactOf(raw: Raw | undefined, size: number): Exact | undefined {
  if (!raw) return undefined
  return {
    put: (value, target, at) => raw.put(target, at, value),
    encode(value) {
      const bytes = new Uint8Array(size)
      raw.put(bytes, 0, value)
      return bytes
    },
  }
}
