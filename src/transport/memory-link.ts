/** One end of a cable in memory: what a program sees of it. */
import type { MemoryCable, NetworkEvent } from './memory-cable.js'
import type { Pipe } from './memory-pipe.js'
import type { Address, Link, Receiver, TransportError } from './transport.js'
import { TransportUsageError } from './usage-error.js'

export class MemoryLink implements Link {
  readonly local: Address
  readonly peer: Address
  readonly name: 'client' | 'server'
  readonly incoming: Pipe
  readonly #outgoing: Pipe
  readonly #cable: MemoryCable
  #receiver: Receiver | undefined
  #paused = false
  #gone = false
  #error: TransportError | undefined
  #owesDrained = false

  constructor(
    cable: MemoryCable,
    name: 'client' | 'server',
    local: Address,
    peer: Address,
    incoming: Pipe,
    outgoing: Pipe,
  ) {
    this.#cable = cable
    this.name = name
    this.local = local
    this.peer = peer
    this.incoming = incoming
    this.#outgoing = outgoing
  }

  get queued(): number {
    return this.#outgoing.queued
  }

  /** Nothing comes out of this link any more, but perhaps the last call of its receiver. */
  get gone(): boolean {
    return this.#gone
  }

  /** Something that arrives now can be received now. */
  get listens(): boolean {
    return this.#receiver !== undefined && !this.#paused
  }

  start(receiver: Receiver): void {
    if (this.#receiver) throw new TransportUsageError('ALREADY_STARTED', 'the link has a receiver already')
    this.#receiver = receiver
    if (this.#gone) this.#inItsTurn(() => this.#sayClosed())
    else {
      if (this.#owesDrained) this.#inItsTurn(() => this.#sayDrained())
      this.incoming.flow()
    }
  }

  write(bytes: Uint8Array): boolean {
    return this.#gone || this.#outgoing.write(bytes)
  }

  end(): void {
    if (!this.#gone) this.#outgoing.end()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.incoming.flow()
  }

  reset(): void {
    if (this.#gone) return
    this.close(undefined)
    const peer = this.#outgoing.reader
    if (this.#cable.plugged) this.#cable.sendReset(peer)
    // Nobody is left to send these again once the cable is back.
    else this.#outgoing.drop()
  }

  /** The link is gone, now; its receiver hears of it in an event of its own. */
  close(error: TransportError | undefined): void {
    if (this.#gone) return
    this.#gone = true
    this.#error = error
    this.#outgoing.forgetWaiting()
    // What still arrives here finds nobody, and is answered by a reset.
    this.incoming.flow()
    if (this.#receiver) this.#inItsTurn(() => this.#sayClosed())
    this.#cable.closed()
  }

  /** Closes in peace once both directions have ended. */
  closeIfEnded(): void {
    if (this.incoming.ended && this.#outgoing.endSent) this.close(undefined)
  }

  sayReceived(bytes: Uint8Array): void {
    this.#observe('received', { bytes })
    this.#receiver!.received(bytes)
  }

  sayEnded(): void {
    this.#observe('ended')
    this.#receiver!.ended()
  }

  /** The pipe has taken everything that waited. */
  drained(): void {
    this.#owesDrained = true
    if (this.#receiver) this.#inItsTurn(() => this.#sayDrained())
  }

  #sayDrained(): void {
    if (!this.#owesDrained || this.#gone || this.queued > 0) return
    this.#owesDrained = false
    this.#observe('drained')
    this.#receiver!.drained()
  }

  #sayClosed(): void {
    this.#observe('closed', this.#error && { error: this.#error })
    this.#receiver!.closed(this.#error)
  }

  #observe(type: NetworkEvent['type'], more?: Pick<NetworkEvent, 'bytes' | 'error'>): void {
    this.#cable.surroundings.observe?.({ type, cable: this.#cable.id, end: this.name, ...more })
  }

  #inItsTurn(callback: () => void): void {
    this.#cable.surroundings.env.yield(callback)
  }
}
