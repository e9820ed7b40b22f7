/** TCP, by Node's sockets: half-open, without Nagle's delay, with a long backlog, racing the addresses of a name. */
import type { Env, Signal } from '../env.js'
import type { Connectable, Link, Listenable, Listener, ListenOptions } from '../transport/index.js'
import { nodeEnv } from './env.js'
import { SocketLink, tcpFacts } from './socket-link.js'
import { type DialOptions, dial } from './tcp-dial.js'
import { type AcceptOptions, listenByTcp, type TcpPlace } from './tcp-listen.js'

/** Where, and how. */
export interface TcpOptions extends AcceptOptions, DialOptions {
  /**
   * A name, or an address of IPv4 or IPv6; of a name, all addresses. Loopback by default: being reachable by others is a
   * decision. `0.0.0.0` is every interface, `::` every interface with IPv6 and IPv4.
   */
  host?: string
  /** 0 when listening: any free port, told by the listener's `endpoint`. */
  port: number
  /** Clock and timers. Those of Node, unless a test supplies its own. */
  env?: Env
}

/** A TCP endpoint: to listen on, to connect to. */
export interface TcpEndpoint extends Listenable, Connectable {}

/**
 * A place on a TCP network.
 *
 * @example
 * ```js
 * const { endpoint } = await server.listen(tcp({ port: 0 }))
 * const client = await connect(square, endpoint)
 * ```
 */
export function tcp(options: TcpOptions): TcpEndpoint {
  return new Tcp(options)
}

class Tcp implements TcpEndpoint {
  readonly env: Env
  readonly address: TcpPlace
  readonly #options: TcpOptions

  constructor(options: TcpOptions) {
    this.#options = options
    this.env = options.env ?? nodeEnv
    this.address = { transport: 'tcp', host: options.host ?? '127.0.0.1', port: options.port }
  }

  async listen(accept: (link: Link) => void, { admit }: ListenOptions = {}): Promise<Listener> {
    const listener = await listenByTcp(this.address, this.#options, {
      env: this.env,
      admit,
      halfOpen: true,
      arrived: (socket, peer) => accept(new SocketLink(socket, { ...tcpFacts(socket), peer })),
    })
    return Object.assign(listener, { endpoint: new Tcp({ ...this.#options, ...reachable(listener.address) }) })
  }

  async connect({ signal }: { signal?: Signal } = {}): Promise<Link> {
    const socket = await dial(this.address, this.#options, { env: this.env, signal })
    return new SocketLink(socket, tcpFacts(socket))
  }
}

/** Where a client on this machine finds a server that listens on all interfaces. */
export function reachable({ host, port }: TcpPlace): { host: string; port: number } {
  return { host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host, port }
}
