/** TCP, by Node's sockets: half-open, without Nagle's delay, with a long backlog. */
import {
  createServer,
  type ListenOptions,
  type Socket,
  connect as socketConnect,
  type TcpSocketConnectOpts,
} from 'node:net'
import type { Env, Signal } from '../env.js'
import {
  type Address,
  type Connectable,
  type Link,
  type Listenable,
  type Listener,
  TransportError,
} from '../transport/index.js'
import { nodeEnv } from './env.js'
import { transportError } from './socket-error.js'
import { SocketLink } from './socket-link.js'

/** Where, and how. */
export interface TcpOptions {
  /** A name or an address. Loopback by default: being reachable by others is a decision. */
  host?: string
  /** 0 when listening: any free port, told by the listener's `endpoint`. */
  port: number
  /** Connections that may wait to be accepted. 4096: with Node's 511, ten thousand clients at once take 12 s instead of 1.3 s. */
  backlog?: number
  /** How long to wait for a connection. 10 s: the slowest handshake that still means a working network. */
  connectTimeoutMs?: number
  /** Idle time after which the operating system asks whether the peer is still there. 30 s. */
  keepAliveMs?: number
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
  readonly env: Env = nodeEnv
  readonly address: Address
  readonly #options: TcpOptions

  constructor(options: TcpOptions) {
    this.#options = options
    this.address = { transport: 'tcp', host: options.host ?? '127.0.0.1', port: options.port }
  }

  listen(accept: (link: Link) => void): Promise<Listener> {
    const { backlog = 4096 } = this.#options
    const { host, port } = this.address
    const server = createServer({ allowHalfOpen: true, ...this.#socketOptions() }, (socket) => {
      // A peer that is gone already has no address any more, and nothing to say.
      if (socket.remoteAddress === undefined) socket.destroy()
      else accept(tcpLink(socket))
    })
    return new Promise((resolve, reject) => {
      server.on('error', (error) => reject(transportError('cannot listen on', this.address, error)))
      server.listen({ host, port, backlog } as ListenOptions, () => {
        const bound = server.address() as { address: string; port: number }
        const endpoint = new Tcp({ ...this.#options, host: reachable(bound.address), port: bound.port })
        resolve({
          endpoint,
          address: { transport: 'tcp', host: bound.address, port: bound.port },
          close: () =>
            new Promise((closed) => {
              // Accepted links live on: what is awaited is the listening socket alone.
              server.close()
              setImmediate(closed)
            }),
        })
      })
    })
  }

  connect({ signal }: { signal?: Signal } = {}): Promise<Link> {
    const { connectTimeoutMs = 10_000 } = this.#options
    const { host, port } = this.address
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(aborted(this.address, signal))
      const socket = socketConnect({
        host,
        port,
        allowHalfOpen: true,
        ...this.#socketOptions(),
      } as TcpSocketConnectOpts)
      const timer = setTimeout(() => {
        fail(
          new TransportError(
            'TIMED_OUT',
            `cannot connect to ${host}:${port}: no answer within ${connectTimeoutMs} ms (connectTimeoutMs)`,
          ),
        )
      }, connectTimeoutMs)
      const onAbort = (): void => fail(aborted(this.address, signal!))
      const settle = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        socket.off('error', onError)
      }
      const fail = (error: TransportError): void => {
        settle()
        socket.on('error', () => {})
        socket.destroy()
        reject(error)
      }
      const onError = (error: Error): void => fail(transportError('cannot connect to', this.address, error))
      signal?.addEventListener('abort', onAbort)
      socket.on('error', onError)
      socket.once('connect', () => {
        settle()
        resolve(tcpLink(socket))
      })
    })
  }

  #socketOptions(): { noDelay: boolean; keepAlive: boolean; keepAliveInitialDelay: number } {
    return { noDelay: true, keepAlive: true, keepAliveInitialDelay: this.#options.keepAliveMs ?? 30_000 }
  }
}

function tcpLink(socket: Socket): Link {
  return new SocketLink(
    socket,
    { transport: 'tcp', host: socket.localAddress ?? '', port: socket.localPort ?? 0 },
    { transport: 'tcp', host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 },
  )
}

/** Where a client on this machine finds a server that listens on all interfaces. */
function reachable(address: string): string {
  return address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address
}

function aborted(address: Address, signal: Signal): TransportError {
  return new TransportError('ABORTED', `connecting to ${address.host}:${address.port} was abandoned`, {
    cause: signal.reason,
  })
}
