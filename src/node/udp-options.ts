/** What can be said about a UDP endpoint. */
import type { Env } from '../env.js'
import type { Lookup } from './tcp-dial.js'

/** Where, and how. */
export interface UdpOptions {
  /**
   * An address, or a name of which the first address counts. Loopback by default; `0.0.0.0` and `::` by default when groups
   * are joined. A client may name a multicast group, or (with `broadcast`) a broadcast address, and then hears all who answer.
   */
  host?: string
  /** 0 when listening: any free port, told by the listener's `endpoint`. */
  port: number
  /**
   * The longest datagram that is sent, in bytes. 1200: what every path on the Internet carries in one piece (RFC 9000
   * section 14). On a network of your own, at most 65507.
   */
  maxDatagramLength?: number
  /** Bytes that may wait because the network is slower than the program; what comes then is dropped and counted. 256 KiB. */
  maxQueuedBytes?: number
  /** Multicast groups to join when listening. */
  join?: string | readonly string[]
  /**
   * The interfaces on which groups are joined, each by its name or one of its addresses; the first is also the one through
   * which multicast is sent. All of them by default, where the operating system would take one of its choice.
   */
  interfaces?: readonly string[]
  /** Whether datagrams may be sent to everyone on a network. */
  broadcast?: boolean
  /** Whether multicast that is sent is also heard by listeners on this machine. True. */
  multicastLoopback?: boolean
  /** Routers that a datagram may pass. The operating system's choice, which is 64 for one receiver and 1 for a group. */
  ttl?: number
  /** Whether others may listen on the same port. True when groups are joined, false otherwise. */
  reuseAddress?: boolean
  /** Peers that a listener remembers. 10 000. When they are exceeded, the one not known that was silent longest is forgotten. */
  maxPeers?: number
  /** After this silence a peer is gone. 120 s: how long routers that translate addresses remember it (RFC 4787, REQ-5). */
  peerIdleMs?: number
  /** How long looking the name up may take. 10 s. */
  connectTimeoutMs?: number
  /** How names are looked up. By the operating system. */
  lookup?: Lookup
  /** Clock and timers. Those of Node, unless a test supplies its own. */
  env?: Env
}
