/**
 * A cable in memory: two links, and one pipe in each direction between them.
 *
 *   client's program ── link ══▶ pipe ══▶ link ── server's program
 *                           ◀══ pipe ◀══
 *
 * Every call of a receiver is made in a turn of its own, by a timer or a yielded callback, so that no two ever nest.
 */
import type { Env } from '../env.js'
import { later } from './later.js'
import { MemoryLink } from './memory-link.js'
import { Pipe } from './memory-pipe.js'
import { type Address, type Link, TransportError } from './transport.js'
import type { Weather } from './weather.js'

/** A connection seen from outside, by whoever could touch the cable. */
export interface Cable {
  /** Counts the connects of a network, from 1. */
  readonly id: number
  readonly client: Link
  readonly server: Link
  /** False when nothing gets through: this cable is unplugged, or one of its hosts is cut off by a partition. */
  readonly plugged: boolean
  /** Both ends find the link reset, and what is in flight is lost. */
  reset(): void
  /** Silence: nothing arrives at either end, and neither is told. What is in flight waits, as TCP would send it again. */
  unplug(): void
  plug(): void
}

/** What happened on a network, for traces. */
export interface NetworkEvent {
  readonly type: 'accepted' | 'connected' | 'failed' | 'received' | 'ended' | 'drained' | 'closed'
  /** Which {@link Cable.id}. */
  readonly cable: number
  /** Which end of it was told. */
  readonly end: 'client' | 'server'
  /** The chunk of `received`, lent until the observer returns. */
  readonly bytes?: Uint8Array
  /** Of `failed`, and of `closed` where the link did not end in peace. */
  readonly error?: TransportError
}

/** What the cables of one network share. */
export interface Surroundings {
  readonly env: Env
  readonly weather: Weather
  readonly observe: ((event: NetworkEvent) => void) | undefined
  /** Whether a partition lets the two hosts reach each other. */
  reachable(host: string, other: string): boolean
  /** Both ends are gone. */
  forget(cable: MemoryCable): void
}

export class MemoryCable implements Cable {
  readonly id: number
  readonly client: MemoryLink
  readonly server: MemoryLink
  readonly surroundings: Surroundings
  #unplugged = false

  constructor(surroundings: Surroundings, id: number, clientAddress: Address, serverAddress: Address) {
    this.surroundings = surroundings
    this.id = id
    const up = new Pipe(this)
    const down = new Pipe(this)
    this.client = new MemoryLink(this, 'client', clientAddress, serverAddress, down, up)
    this.server = new MemoryLink(this, 'server', serverAddress, clientAddress, up, down)
    up.writer = down.reader = this.client
    down.writer = up.reader = this.server
  }

  get plugged(): boolean {
    const { client, server } = this
    return !this.#unplugged && this.surroundings.reachable(client.local.host!, server.local.host!)
  }

  reset(): void {
    this.client.close(resetError(this.client))
    this.server.close(resetError(this.server))
  }

  unplug(): void {
    this.#unplugged = true
  }

  plug(): void {
    this.#unplugged = false
    this.flow()
  }

  /** Whatever could not arrive while unplugged may do so now. */
  flow(): void {
    this.client.incoming.flow()
    this.server.incoming.flow()
  }

  /** Tells an end that the other one is gone. The message is sent once: when it finds the cable unplugged, it is lost. */
  sendReset(end: MemoryLink): void {
    const { env, weather } = this.surroundings
    later(env, weather.travelMs(), () => {
      if (this.plugged) end.close(resetError(end))
    })
  }

  /** One end is gone. */
  closed(): void {
    if (this.client.gone && this.server.gone) this.surroundings.forget(this)
  }
}

function resetError(end: MemoryLink): TransportError {
  return new TransportError('RESET', `the link of ${end.name} was reset`)
}
