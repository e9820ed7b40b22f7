/**
 * Listening with Node's stream servers, for TCP, TLS and Unix sockets alike.
 *
 *   connection ──▶ admit(peer)? ──▶ arrived(socket, peer)          a peer that is turned away costs one system call
 */
import { createServer, type ListenOptions as NodeListenOptions, type ServerOpts, type Socket } from 'node:net'
import type { Env } from '../env.js'
import { type Address, type ListenOptions, showAddress } from '../transport/index.js'
import { transportError } from './socket-error.js'

/** Connections that may wait to be accepted. With Node's 511, ten thousand clients at once take 12 s instead of 1.3 s. */
export const DEFAULT_BACKLOG = 4096

/** How to listen, and what to do with those who come. */
export interface StreamListening {
  readonly env: Env
  readonly at: Address
  readonly where: NodeListenOptions
  readonly sockets: ServerOpts
  readonly admit: ListenOptions['admit']
  /** Where a peer is. Undefined when it is gone already. */
  readonly peerOf: (socket: Socket) => Address | undefined
  readonly arrived: (socket: Socket, peer: Address) => void
}

/** A server that is listening. */
export interface StreamListener {
  /** The IP address and the port that were had. */
  readonly bound: { readonly address: string; readonly port: number }
  /** Those that were turned away, or that this process had no file descriptor for. */
  readonly dropped: number
  /** Accepts no more. What was accepted lives on, and is not waited for. Idempotent. */
  close(): Promise<void>
}

/** Listens. @throws {TransportError} when the place cannot be had */
export function listenOn({
  env,
  at,
  where,
  sockets,
  admit,
  peerOf,
  arrived,
}: StreamListening): Promise<StreamListener> {
  let dropped = 0
  const server = createServer(sockets, (socket) => {
    socket.on('error', ignore)
    const peer = peerOf(socket)
    try {
      if (peer !== undefined && (admit === undefined || admit(peer))) return arrived(socket, peer)
    } catch (error) {
      env.warn(`${showAddress(at)}: a connection was not accepted: ${error instanceof Error ? error.message : error}`)
    }
    dropped++
    // A reset leaves nothing behind here, and no doubt there; Node has none for Unix sockets.
    if (where.path === undefined) socket.resetAndDestroy()
    else socket.destroy()
  })
  return new Promise((resolve, reject) => {
    const onError = (error: unknown): void => reject(transportError('cannot listen on', at, error))
    // Stays for good: accepting fails, for one, while the process has too many files open.
    server.on('error', (error) => {
      if (server.listening) dropped++
      onError(error)
    })
    const opened = (): void =>
      resolve({
        bound: server.address() as { address: string; port: number },
        get dropped() {
          return dropped
        },
        close: () =>
          new Promise((closed) => {
            server.close()
            setImmediate(closed)
          }),
      })
    try {
      server.listen(where, opened)
    } catch (error) {
      onError(error)
    }
  })
}

function ignore(): void {}
