/**
 * One direction of a cable in memory. Keeps the order of the bytes whatever the delays are.
 *
 *   write ─▶ waiting ─▶ segments: on their way, or arrived and unread ─▶ reader
 *               │           └── windowBytes at most, so that a reader who does not read stops the writer
 *               └── what `queued` counts: arrays lent by the writer until it is told `drained`
 */
import type { Env } from '../env.js'
import { Fifo } from './fifo.js'
import { later } from './later.js'
import type { MemoryCable } from './memory-cable.js'
import type { MemoryLink } from './memory-link.js'
import type { Weather } from './weather.js'

/** An array of the writer's that did not fit the window. */
interface Waiting {
  readonly bytes: Uint8Array
  departed: number
}

/** A piece of the stream that travels on its own; without bytes, the end of the stream. */
interface Segment {
  readonly bytes: Uint8Array | undefined
  /** When it would arrive by itself. Behind one that is held up it waits, for the stream has an order. */
  readonly arrivesAt: number
  /** How many of the bytes have been received. */
  read: number
}

/** What a lent chunk is overwritten with when it is taken back, so that code which kept it is found out. */
const TAKEN_BACK = 0xdb

export class Pipe {
  writer!: MemoryLink
  reader!: MemoryLink
  /** Bytes written that have not departed. */
  queued = 0
  /** The end of the stream has departed. */
  endSent = false
  /** The end of the stream has been received. */
  ended = false

  readonly #cable: MemoryCable
  readonly #env: Env
  readonly #weather: Weather
  readonly #waiting = new Fifo<Waiting>()
  readonly #segments = new Fifo<Segment>()
  /** Bytes in `#segments` that have not been received. */
  #unread = 0
  #ending = false
  /** An event is under way that will look at the first segment. */
  #armed = false
  /** The news that the window has room is under way to the writer. */
  #acknowledging = false

  constructor(cable: MemoryCable) {
    this.#cable = cable
    this.#env = cable.surroundings.env
    this.#weather = cable.surroundings.weather
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ending || bytes.length === 0) return true
    if (this.queued === 0 && bytes.length <= this.#room) {
      this.#depart(bytes)
      return true
    }
    this.#waiting.push({ bytes, departed: 0 })
    this.queued += bytes.length
    this.#fill()
    return false
  }

  end(): void {
    if (this.#ending) return
    this.#ending = true
    if (this.queued === 0) this.#departEnd()
  }

  /** The writer is gone: what has not departed never will. */
  forgetWaiting(): void {
    this.#waiting.clear()
    this.queued = 0
    this.#ending = true
  }

  /** Loses what is in flight. */
  drop(): void {
    this.#segments.clear()
    this.#unread = 0
  }

  /** Lets the first segment arrive when its time has come, if anybody is there to receive it. */
  flow(): void {
    const first = this.#segments.at(0)
    if (this.#armed || !first || !this.#cable.plugged) return
    if (!this.reader.gone && !this.reader.listens) return
    this.#armed = true
    later(this.#env, first.arrivesAt - this.#env.now(), () => {
      this.#armed = false
      this.#arrive()
    })
  }

  get #room(): number {
    return Math.max(0, this.#weather.windowBytes - this.#unread)
  }

  /** Moves what waits into the window, as far as there is room. */
  #fill(): void {
    for (let first = this.#waiting.at(0); first && this.#room > 0; first = this.#waiting.at(0)) {
      const part = first.bytes.subarray(first.departed, first.departed + this.#room)
      this.#depart(part)
      first.departed += part.length
      this.queued -= part.length
      if (first.departed === first.bytes.length) this.#waiting.shift()
    }
    if (this.queued > 0) return
    this.writer.drained()
    if (this.#ending) this.#departEnd()
  }

  #depart(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; ) {
      const end = start + this.#weather.cut(bytes.length - start)
      const copy = unaligned(end - start)
      copy.set(bytes.subarray(start, end))
      this.#send(copy)
      start = end
    }
  }

  #departEnd(): void {
    this.endSent = true
    this.#send(undefined)
    this.writer.closeIfEnded()
  }

  #send(bytes: Uint8Array | undefined): void {
    this.#segments.push({ bytes, arrivesAt: this.#env.now() + this.#weather.travelMs(), read: 0 })
    this.#unread += bytes?.length ?? 0
    this.flow()
  }

  #arrive(): void {
    const first = this.#segments.at(0)
    if (!first || !this.#cable.plugged) return
    if (this.reader.gone) {
      this.drop()
      if (!this.writer.gone) this.#cable.sendReset(this.writer)
      return
    }
    // A real clock may run behind its timers.
    if (!this.reader.listens || first.arrivesAt > this.#env.now()) this.flow()
    else if (this.#weather.resets()) this.#cable.reset()
    else if (first.bytes) this.#deliver(this.#take(first.bytes, first.read))
    else {
      this.#segments.shift()
      this.ended = true
      try {
        this.reader.sayEnded()
      } finally {
        this.reader.closeIfEnded()
      }
    }
  }

  #deliver(chunk: Uint8Array): void {
    try {
      this.reader.sayReceived(chunk)
    } finally {
      chunk.fill(TAKEN_BACK)
      this.#acknowledge()
      this.flow()
    }
  }

  /** The next chunk: of the first segment, of which `read` bytes are gone, and of those behind it that have arrived too. */
  #take(first: Uint8Array, read: number): Uint8Array {
    const limit = this.#weather.chunk(first.length - read)
    if (read === 0 && first.length === limit) {
      this.#segments.shift()
      this.#unread -= limit
      return first
    }
    const now = this.#env.now()
    let length = 0
    for (let i = 0; length < limit; i++) {
      const segment = this.#segments.at(i)
      if (!segment?.bytes || segment.arrivesAt > now) break
      length += segment.bytes.length - segment.read
    }
    const chunk = unaligned(Math.min(length, limit))
    for (let filled = 0; filled < chunk.length; ) {
      const segment = this.#segments.at(0)!
      const part = segment.bytes!.subarray(segment.read, segment.read + chunk.length - filled)
      chunk.set(part, filled)
      filled += part.length
      segment.read += part.length
      if (segment.read === segment.bytes!.length) this.#segments.shift()
    }
    this.#unread -= chunk.length
    return chunk
  }

  /** Tells the writer of room, but not of every byte of it (the silly window of RFC 1122 section 4.2.3.3). */
  #acknowledge(): void {
    if (this.queued === 0 || this.#acknowledging) return
    if (this.#room < Math.min(this.queued, this.#weather.windowBytes / 2)) return
    this.#acknowledging = true
    later(this.#env, this.#weather.travelMs(), () => {
      this.#acknowledging = false
      if (this.queued > 0) this.#fill()
    })
  }
}

/** An array that does not begin where its buffer does, as chunks from a socket rarely do. */
function unaligned(length: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(length + 3), 3)
}
