/**
 * The peers of one UDP socket, each a link: as many as there is room for, for as long as they are heard.
 *
 *   strangers   oldest ◀───────── newest      known   oldest ◀───────── newest       in the order in which they were heard
 *                 │ makes room for a new one              │
 *                 └ both go when silent for too long ─────┘
 *
 * Only strangers are displaced: whoever fills the table with forged addresses displaces others like himself, and no one
 * who has proved his.
 */
import type { RemoteInfo } from 'node:dgram'
import type { Env, Timer } from '../env.js'
import { type Address, type Link, type ListenOptions, showAddress, TransportError } from '../transport/index.js'
import { UdpLink } from './udp-link.js'
import type { UdpSocket } from './udp-socket.js'

/** What the table needs. */
export interface UdpPeersOptions {
  readonly env: Env
  readonly socket: UdpSocket
  readonly local: Address
  readonly maxLength: number
  readonly maxPeers: number
  readonly peerIdleMs: number
  readonly admit: ListenOptions['admit']
  readonly accept: (link: Link) => void
}

export class UdpPeers {
  /** Datagrams of peers that were not admitted or found no room. */
  dropped = 0
  readonly #options: UdpPeersOptions
  readonly #strangers = new Map<string, UdpLink>()
  readonly #known = new Map<string, UdpLink>()
  #timer: Timer | undefined
  #closing = false

  constructor(options: UdpPeersOptions) {
    this.#options = options
    options.socket.received = (bytes, from) => this.#received(bytes, from)
  }

  /** Takes no new peers; the socket closes with the last of those there are. */
  close(): void {
    this.#closing = true
    this.#closeIfEmpty()
  }

  #received(bytes: Uint8Array, from: RemoteInfo): void {
    // Whoever sends from port 0 wants no answer (RFC 768), and can have none: Node refuses to send there.
    if (from.port === 0) return void this.dropped++
    const key = `${from.address} ${from.port}`
    const map = this.#known.has(key) ? this.#known : this.#strangers
    const link = map.get(key) ?? this.#newPeer(key, from)
    if (!link) return void this.dropped++
    link.heardAt = this.#options.env.now()
    // To the end of the order. A link that was closed while it was being accepted is in neither map.
    if (map.delete(key)) map.set(key, link)
    this.#armTimer()
    link.receive(bytes)
  }

  #newPeer(key: string, from: RemoteInfo): UdpLink | undefined {
    const { env, socket, local, maxLength, maxPeers, admit, accept } = this.#options
    const peer: Address = { transport: 'udp', host: from.address, port: from.port }
    if (this.#closing) return undefined
    try {
      const isFull = this.#strangers.size + this.#known.size >= maxPeers
      // Nobody makes room for one who is then turned away.
      if ((isFull && this.#strangers.size === 0) || !(admit?.(peer) ?? true)) return undefined
      if (isFull) this.#makeRoom()
      const link = new UdpLink({
        env,
        socket,
        local,
        peer,
        to: { address: from.address, port: from.port },
        maxLength,
        forgeable: !isLoopback(from.address),
        becameKnown: () => {
          this.#strangers.delete(key)
          this.#known.set(key, link)
        },
        gone: () => {
          this.#strangers.delete(key)
          this.#known.delete(key)
          this.#closeIfEmpty()
        },
      })
      this.#strangers.set(key, link)
      accept(link)
      return link
    } catch (error) {
      env.warn(
        `${showAddress(local)}: a peer was not accepted: ${error instanceof Error ? error.message : String(error)}`,
      )
      this.#strangers.get(key)?.reset()
      return undefined
    }
  }

  #makeRoom(): void {
    const [oldest] = this.#strangers.values()
    oldest?.close(new TransportError('RESET', `${showAddress(oldest.peer)} made room for another peer (maxPeers)`))
  }

  #armTimer(): void {
    this.#timer ??= this.#options.env.timer(this.#options.peerIdleMs, () => {
      this.#timer = undefined
      const { env, peerIdleMs } = this.#options
      const since = env.now() - peerIdleMs
      for (const map of [this.#strangers, this.#known])
        for (const link of map.values()) {
          if (link.heardAt > since) break
          link.close(undefined)
        }
      if (this.#strangers.size + this.#known.size > 0) this.#armTimer()
    })
  }

  #closeIfEmpty(): void {
    if (!this.#closing || this.#strangers.size + this.#known.size > 0) return
    this.#timer?.cancel()
    this.#options.socket.close()
  }
}

/** Nobody on the network can send from these, so there is nobody to protect. */
function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}
