/**
 * Datagrams in memory: each travels on its own, so that any may be lost, come twice, or be overtaken.
 *
 *   client ── write ──▶ lost? twice? so long under way ──▶ listener: one link for each address that it hears from
 */
import type { Env } from '../env.js'
import { later } from './later.js'
import type { MemoryNetwork } from './memory.js'
import type { NetworkEvent, Surroundings } from './memory-cable.js'
import {
  type Address,
  type Connectable,
  type Datagrams,
  type Link,
  type Listenable,
  type Listener,
  type ListenOptions,
  type Receiver,
  showAddress,
  TransportError,
} from './transport.js'
import { TransportUsageError } from './usage-error.js'

/** What every path on the Internet carries in one piece (RFC 9000 section 14), as for UDP. */
const MAX_LENGTH = 1200
/** Datagrams that wait for a link that has been accepted and not yet started. */
const MAX_BEFORE_START = 16
/** What a lent datagram is overwritten with when it is taken back. */
const TAKEN_BACK = 0xdb

/** A place for datagrams on a network in memory. */
export interface MemoryDatagramEndpoint extends Listenable, Connectable {
  /** The network that it is on, to make its weather. */
  readonly network: MemoryNetwork
}

/** Who listens for datagrams on one network, and the links between. */
export class MemoryDatagrams {
  readonly #surroundings: Surroundings
  readonly #listeners = new Map<string, (bytes: Uint8Array, from: DatagramLink) => void>()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /** @throws {TransportError} `ADDRESS_IN_USE` */
  listen(
    endpoint: Connectable,
    accept: (link: Link) => void,
    { admit }: ListenOptions = {},
  ): Listener & { readonly dropped: number } {
    const { address } = endpoint
    const host = address.host!
    if (this.#listeners.has(host))
      throw new TransportError(
        'ADDRESS_IN_USE',
        `cannot listen on ${showAddress(address)}: something else listens for datagrams there already`,
      )
    const links = new Map<DatagramLink, DatagramLink>()
    let isListening = true
    let dropped = 0
    const meet = (from: DatagramLink): DatagramLink | undefined => {
      if (!isListening || (admit && !admit(from.local))) return undefined
      const id = from.id
      const link = new DatagramLink(this.#surroundings, 'server', id, address, from.local, {
        send: (bytes) => this.#carry(bytes, address, from.local, () => from),
        gone: () => {
          links.delete(from)
          if (!isListening && links.size === 0) this.#listeners.delete(host)
        },
      })
      links.set(from, link)
      accept(link)
      return link
    }
    this.#listeners.set(host, (bytes, from) => {
      const link = links.get(from) ?? meet(from)
      if (link) link.receive(bytes)
      else dropped++
    })
    return {
      endpoint,
      address,
      get dropped() {
        return dropped
      },
      close: async () => {
        isListening = false
        if (links.size === 0) this.#listeners.delete(host)
      },
    }
  }

  /** A link that sends to `to`. Nothing is sent yet, so it is there at once whether anybody listens or not. */
  connect(id: number, to: Address, from: string): DatagramLink {
    const local: Address = { transport: 'memory', host: from, port: id }
    const link: DatagramLink = new DatagramLink(this.#surroundings, 'client', id, local, to, {
      send: (bytes) =>
        this.#carry(bytes, local, to, () => {
          const hear = this.#listeners.get(to.host!)
          return hear && { receive: (arrived) => hear(arrived, link) }
        }),
      gone: () => {},
    })
    return link
  }

  #carry(bytes: Uint8Array, from: Address, to: Address, whoIsThere: () => Hearer | undefined): void {
    const { env, weather, reachable } = this.#surroundings
    for (let copies = weather.copies(); copies > 0; copies--) {
      const copy = bytes.slice()
      later(env, weather.flightMs(), () => {
        if (reachable(from.host!, to.host!)) whoIsThere()?.receive(copy)
      })
    }
  }
}

interface Hearer {
  receive(bytes: Uint8Array): void
}

/** What a link needs of whoever made it. */
interface Way {
  send(bytes: Uint8Array): void
  gone(): void
}

class DatagramLink implements Link {
  readonly id: number
  readonly local: Address
  readonly peer: Address
  readonly datagrams: Datagrams
  readonly queued = 0
  readonly #env: Env
  readonly #observe: (event: NetworkEvent) => void
  readonly #end: 'client' | 'server'
  readonly #way: Way
  readonly #beforeStart: Uint8Array[] = []
  #receiver: Receiver | undefined
  #started = false
  #dropped = 0
  #paused = false
  #ended = false
  #gone = false

  constructor(
    { env, observe }: Surroundings,
    end: 'client' | 'server',
    id: number,
    local: Address,
    peer: Address,
    way: Way,
  ) {
    const link = this
    this.id = id
    this.local = local
    this.peer = peer
    this.#env = env
    this.#observe = observe ?? (() => {})
    this.#end = end
    this.#way = way
    this.datagrams = {
      maxLength: MAX_LENGTH,
      get dropped() {
        return link.#dropped
      },
      // No address is forged here.
      known() {},
    }
  }

  start(receiver: Receiver): void {
    if (this.#started) throw new TransportUsageError('ALREADY_STARTED', 'the link has a receiver already')
    this.#started = true
    this.#env.yield(() => {
      this.#receiver = receiver
      for (const bytes of this.#beforeStart.splice(0)) this.receive(bytes)
      if (this.#gone) this.#sayClosed()
    })
  }

  /** A datagram has arrived. */
  receive(bytes: Uint8Array): void {
    if (this.#gone) return
    if (!this.#receiver && this.#beforeStart.length < MAX_BEFORE_START) return void this.#beforeStart.push(bytes)
    if (!this.#receiver || this.#paused) return void this.#dropped++
    this.#observe({ type: 'received', cable: this.id, end: this.#end, bytes })
    try {
      this.#receiver.received(bytes)
    } finally {
      bytes.fill(TAKEN_BACK)
    }
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ended || this.#gone) return true
    if (bytes.length > MAX_LENGTH) this.#dropped++
    else this.#way.send(bytes)
    return true
  }

  /** No datagram can say so; nothing more is sent. */
  end(): void {
    this.#ended = true
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
  }

  reset(): void {
    if (this.#gone) return
    this.#gone = true
    this.#way.gone()
    if (this.#receiver) this.#env.yield(() => this.#sayClosed())
  }

  #sayClosed(): void {
    const receiver = this.#receiver
    this.#receiver = undefined
    this.#observe({ type: 'closed', cable: this.id, end: this.#end })
    receiver?.closed(undefined)
  }
}
