/** Unix sockets: a file that only its owner may connect to, left behind by nobody. */
import { connect as socketConnect } from 'node:net'
import type { Env, Signal } from '../env.js'
import {
  type Address,
  type Connectable,
  type Link,
  type Listenable,
  type Listener,
  type ListenOptions,
  TransportError,
  TransportUsageError,
} from '../transport/index.js'
import { attempt } from './attempt.js'
import { nodeEnv } from './env.js'
import { transportError } from './socket-error.js'
import { SocketLink } from './socket-link.js'
import { DEFAULT_BACKLOG, listenOn, type StreamListener } from './stream-listener.js'
import { createdFor, removeStaleSocket } from './unix-file.js'

/** Where, and how. */
export interface UnixOptions {
  /** The file. At most 107 bytes of UTF-8, which is what the operating system has room for (103 on macOS). */
  path: string
  /** Who may connect: the permissions of the file. 0o600: its owner. */
  mode?: number
  /** Connections that may wait to be accepted. 4096, as for TCP. */
  backlog?: number
  /** How long to wait for a connection. 10 s; only a server whose queue is full takes longer than a moment. */
  connectTimeoutMs?: number
  /** Clock and timers. Those of Node, unless a test supplies its own. */
  env?: Env
}

/** A Unix socket: to listen on, to connect to. */
export interface UnixEndpoint extends Listenable, Connectable {}

/**
 * A place in the file system of this machine.
 *
 * A file that a process left behind when it died is replaced, after a connection to it was refused; a socket that somebody
 * listens on, and a file that is no socket, never are. The file is gone when the listener has closed.
 *
 * @throws {TransportUsageError} when the path is too long
 * @example
 * ```js
 * const { endpoint } = await server.listen(unix({ path: '/run/sensors.sock' }))
 * const client = await connect(sensors, endpoint)
 * ```
 */
export function unix(options: UnixOptions): UnixEndpoint {
  return new Unix(options)
}

/** What `sockaddr_un` holds, less the zero at its end. A longer path would be cut off without a word. */
const MAX_PATH_BYTES = process.platform === 'darwin' ? 103 : 107

class Unix implements UnixEndpoint {
  readonly env: Env
  readonly address: Address & { readonly path: string }
  readonly #options: UnixOptions

  constructor(options: UnixOptions) {
    const length = Buffer.byteLength(options.path)
    if (length === 0 || length > MAX_PATH_BYTES)
      throw new TransportUsageError(
        'BAD_OPTION',
        `the path of a Unix socket has 1 … ${MAX_PATH_BYTES} bytes, not ${length}`,
      )
    this.#options = options
    this.env = options.env ?? nodeEnv
    this.address = { transport: 'unix', path: options.path }
  }

  async listen(accept: (link: Link) => void, { admit }: ListenOptions = {}): Promise<Listener> {
    const { address, env } = this
    const { mode = 0o600, backlog = DEFAULT_BACKLOG } = this.#options
    const open = (): Promise<StreamListener> =>
      createdFor(address, mode, () =>
        listenOn({
          env,
          at: address,
          where: { path: address.path, backlog },
          sockets: { allowHalfOpen: true },
          admit,
          peerOf: () => address,
          arrived: (socket) => accept(new SocketLink(socket, { local: address, peer: address })),
        }),
      )
    const listener = await open().catch(async (error: unknown) => {
      if (!(error instanceof TransportError && error.code === 'ADDRESS_IN_USE')) throw error
      await removeStaleSocket(address)
      return open()
    })
    // Node removes the file together with the listening socket.
    return Object.assign(listener, { endpoint: this, address })
  }

  connect({ signal }: { signal?: Signal } = {}): Promise<Link> {
    const { address, env } = this
    const { connectTimeoutMs = 10_000 } = this.#options
    return attempt<Link>({ env, signal, ms: connectTimeoutMs, option: 'connectTimeoutMs', address }, (outcome) => {
      const socket = socketConnect({ path: address.path, allowHalfOpen: true })
      socket.pause()
      socket.on('error', (error) => outcome.fail(transportError('cannot connect to', address, error)))
      socket.once('connect', () => outcome.succeed(new SocketLink(socket, { local: address, peer: address })))
      return () => socket.destroy()
    })
  }
}
