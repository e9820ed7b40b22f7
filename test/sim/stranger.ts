/** A peer that keeps no rules: a bare link, what it hears, and what it does about that. */
import { Session } from 'wirewright/session'
import type { Connectable, Link } from 'wirewright/transport'
import { ordered } from './wires.js'

export interface Stranger {
  readonly link: Link
  /** All that was said to it. */
  heard: Uint8Array
  /** When the link was gone, on the clock of its world. */
  readonly gone: Promise<number>
}

/** Connects, and calls `hears` whenever more has come. @throws {TransportError} as the transport does */
export async function stranger(place: Connectable, hears: (stranger: Stranger) => void = () => {}): Promise<Stranger> {
  const link = await place.connect()
  let isGone!: (at: number) => void
  const gone = new Promise<number>((resolve) => {
    isGone = resolve
  })
  const self: Stranger = { link, heard: new Uint8Array(0), gone }
  link.start({
    received(chunk) {
      self.heard = joined(self.heard, chunk)
      hears(self)
    },
    ended: () => link.end(),
    drained: () => {},
    closed: () => isGone(place.env.now()),
  })
  return self
}

/** The frame of a request, as a client says it. */
export function frameOf(n: number, data: Uint8Array): Uint8Array {
  const session = new Session(ordered, 'client')
  session.request('ask', { n, data })
  return session.takeOutput()!.slice()
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
