/** UDP: one datagram is one frame; one receiver, everyone, or a group. */
import type { Env, Signal } from '../env.js'
import {
  type Address,
  type Connectable,
  type Link,
  type Listenable,
  type Listener,
  type ListenOptions,
  TransportUsageError,
} from '../transport/index.js'
import { attempt } from './attempt.js'
import { nodeEnv } from './env.js'
import { transportError } from './socket-error.js'
import { reachable } from './tcp.js'
import { resolve } from './tcp-dial.js'
import { UdpLink } from './udp-link.js'
import type { UdpOptions } from './udp-options.js'
import { UdpPeers } from './udp-peers.js'
import { groupsOf, UdpSocket } from './udp-socket.js'

/** A UDP endpoint: to listen on, to send to. */
export interface UdpEndpoint extends Listenable, Connectable {}

/** What every path on the Internet carries in one piece (RFC 9000 section 14). */
const DEFAULT_MAX_DATAGRAM_LENGTH = 1200

/** What fits into a datagram of IPv4. */
const LARGEST_DATAGRAM = 65_507

/**
 * A place on a network where datagrams come and go. Each peer that a listener hears is a link of its own, until it has been
 * silent for `peerIdleMs`. Datagrams get lost, come twice and overtake each other; this neither hides nor mends it.
 *
 * Connecting sends nothing. Where nobody listens, the link closes with `REFUSED` after the first datagram, if the other
 * machine says so at all.
 *
 * @throws {TransportUsageError} when `maxDatagramLength` is more than a datagram can hold
 * @example
 * ```js
 * await server.listen(udp({ port: 5000, join: '239.1.2.3' }))                     // on every interface
 * const client = await connect(readings, udp({ host: '239.1.2.3', port: 5000 }))  // to all who joined
 * ```
 */
export function udp(options: UdpOptions): UdpEndpoint {
  return new Udp(options)
}

class Udp implements UdpEndpoint {
  readonly env: Env
  readonly address: Address & { readonly host: string; readonly port: number }
  readonly #options: UdpOptions
  readonly #maxLength: number

  constructor(options: UdpOptions) {
    const { host, port, maxDatagramLength = DEFAULT_MAX_DATAGRAM_LENGTH, env = nodeEnv } = options
    if (!(maxDatagramLength >= 1 && maxDatagramLength <= LARGEST_DATAGRAM))
      throw new TransportUsageError(
        'BAD_OPTION',
        `maxDatagramLength: ${maxDatagramLength} is not within 1 … ${LARGEST_DATAGRAM}`,
      )
    this.#options = options
    this.#maxLength = maxDatagramLength
    this.env = env
    this.address = { transport: 'udp', host: host ?? anyFor(groupsOf(options)[0]), port }
  }

  async listen(accept: (link: Link) => void, { admit }: ListenOptions = {}): Promise<Listener> {
    const { env } = this
    const { maxPeers = 10_000, peerIdleMs = 120_000 } = this.#options
    const socket = await this.#open('cannot listen on', undefined, UdpSocket.listening)
    const bound = socket.local
    const local: Address & { host: string; port: number } = { transport: 'udp', host: bound.address, port: bound.port }
    const peers = new UdpPeers({ env, socket, local, maxLength: this.#maxLength, maxPeers, peerIdleMs, admit, accept })
    const [group] = groupsOf(this.#options)
    const isAny = bound.address === '0.0.0.0' || bound.address === '::'
    return {
      address: local,
      endpoint: new Udp({
        ...this.#options,
        ...reachable(local),
        ...(group !== undefined && isAny && { host: group }),
      }),
      get dropped() {
        return peers.dropped
      },
      close: async () => peers.close(),
    }
  }

  async connect({ signal }: { signal?: Signal } = {}): Promise<Link> {
    const { env, address } = this
    const socket = await this.#open('cannot send to', signal, UdpSocket.to)
    const bound = socket.local
    const link = new UdpLink({
      env,
      socket,
      local: { transport: 'udp', host: bound.address, port: bound.port },
      peer: address,
      to: undefined,
      maxLength: this.#maxLength,
      forgeable: false,
      gone: () => socket.close(),
    })
    socket.received = (bytes) => link.receive(bytes)
    socket.failed = (error) => link.close(transportError('no datagrams to', address, error))
    return link
  }

  #open(
    doing: string,
    signal: Signal | undefined,
    open: (address: string, port: number, options: UdpOptions) => Promise<UdpSocket>,
  ): Promise<UdpSocket> {
    const { env, address } = this
    const { lookup, connectTimeoutMs: ms = 10_000 } = this.#options
    return attempt<UdpSocket>({ env, signal, ms, option: 'connectTimeoutMs', address }, ({ succeed, fail }) => {
      let abandoned = false
      const opening = async (): Promise<UdpSocket> => {
        const [first] = await resolve(address.host, lookup)
        if (!first) throw Object.assign(new Error(), { code: 'ENODATA' })
        const socket = await open(first.address, address.port, this.#options)
        if (abandoned) socket.close()
        return socket
      }
      opening().then(succeed, (cause) => fail(transportError(doing, address, cause)))
      return () => {
        abandoned = true
      }
    })
  }
}

/** Where a listener is that was told nothing: on loopback, or where the group's datagrams arrive. */
function anyFor(group: string | undefined): string {
  return group === undefined ? '127.0.0.1' : group.includes(':') ? '::' : '0.0.0.0'
}
