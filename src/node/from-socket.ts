/** A socket that the program has already, as an endpoint: from its own server, an SSH channel, the pipes of a child process. */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { Env } from '../env.js'
import {
  type Address,
  type Connectable,
  type Link,
  type Listenable,
  type Listener,
  type ListenOptions,
  TransportUsageError,
} from '../transport/index.js'
import { nodeEnv } from './env.js'
import { type SocketFacts, SocketLink, tcpFacts } from './socket-link.js'
import { securityOf } from './tls-security.js'

/** One open socket: as the place of a client (`connect(protocol, …)`) or of a server (`server.listen(…)`), once. */
export interface SocketEndpoint extends Listenable, Connectable {
  /** The socket as a link, for those who need neither client nor server. Takes the socket over. */
  link(): Link
}

/**
 * An endpoint of a socket that is open already. It is taken over: nobody else may read from it or write to it. Bytes that
 * have arrived and were not read are not lost.
 *
 * @throws {TransportUsageError} when the socket is not connected yet
 * @example
 * ```js
 * net.createServer((socket) => server.listen(fromSocket(socket)))      // the accepting is yours
 * const client = await connect(square, fromSocket(await throughProxy('10.0.0.7', 65432)))
 * ```
 */
export function fromSocket(socket: Duplex, { env = nodeEnv }: { env?: Env } = {}): SocketEndpoint {
  return new UserSocket(socket, env)
}

class UserSocket implements SocketEndpoint {
  readonly env: Env
  readonly address: Address
  readonly #socket: Duplex
  readonly #facts: SocketFacts
  #used = false

  constructor(socket: Duplex, env: Env) {
    if (socket instanceof Socket && socket.connecting)
      throw new TransportUsageError('BAD_OPTION', "this socket is still connecting; wait for its 'connect' event")
    // From now on, not only once it is a link.
    socket.on('error', () => {})
    this.env = env
    this.#socket = socket
    this.#facts = factsOf(socket)
    this.address = this.#facts.peer
  }

  link(): Link {
    if (this.#used)
      throw new TransportUsageError('ALREADY_USED', 'this socket has a user already; a socket is an endpoint once')
    this.#used = true
    return new SocketLink(this.#socket, this.#facts)
  }

  async connect(): Promise<Link> {
    return this.link()
  }

  async listen(accept: (link: Link) => void, { admit }: ListenOptions = {}): Promise<Listener> {
    const link = this.link()
    const isAdmitted = admit?.(link.peer) ?? true
    if (isAdmitted) accept(link)
    else link.reset()
    return { endpoint: this, address: this.address, dropped: isAdmitted ? 0 : 1, close: async () => {} }
  }
}

function factsOf(socket: Duplex): SocketFacts {
  if (socket instanceof TLSSocket)
    return { ...tcpFacts(socket, 'tls'), tcp: undefined, security: securityOf(socket, {}) }
  if (socket instanceof Socket && socket.remoteAddress !== undefined) return tcpFacts(socket)
  const nowhere: Address = { transport: socket instanceof Socket ? 'unix' : 'stream' }
  return { local: nowhere, peer: nowhere }
}
