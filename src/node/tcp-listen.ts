/** Listening by TCP: on an address, or on every address of a name. */
import type { Socket } from 'node:net'
import type { Env } from '../env.js'
import { type Address, type ListenOptions, TransportError } from '../transport/index.js'
import { noneOf, transportError } from './socket-error.js'
import { DEFAULT_BACKLOG, listenOn, type StreamListener } from './stream-listener.js'
import { type DialOptions, resolve, socketOptions } from './tcp-dial.js'

/** How TCP connections are accepted; the same beneath TLS. */
export interface AcceptOptions extends Pick<DialOptions, 'keepAliveMs' | 'lookup'> {
  /** Connections that may wait to be accepted. 4096: with Node's 511, ten thousand clients at once take 12 s instead of 1.3 s. */
  backlog?: number
  /** Whether `::` leaves IPv4 to somebody else. False: it listens on both. */
  ipv6Only?: boolean
}

/** Where a listening TCP place is. */
export type TcpPlace = Address & { readonly host: string; readonly port: number }

/** Something that listens on all the addresses of a place, with one port. */
export interface TcpListener {
  /** With the real port, and the real address unless a name was asked for. */
  readonly address: TcpPlace
  readonly dropped: number
  close(): Promise<void>
}

/** Accepts sockets, those that could only be reset for their manners left out. @throws {TransportError} */
export async function listenByTcp(
  at: TcpPlace,
  options: AcceptOptions,
  {
    env,
    admit,
    halfOpen,
    arrived,
  }: {
    env: Env
    admit: ListenOptions['admit']
    halfOpen: boolean
    arrived: (socket: Socket, peer: Address) => void
  },
): Promise<TcpListener> {
  const { backlog = DEFAULT_BACKLOG, ipv6Only = false } = options
  const { transport } = at
  const open = (host: string, port: number): Promise<StreamListener> =>
    listenOn({
      env,
      at: { transport, host, port },
      where: { host, port, backlog, ipv6Only },
      sockets: { allowHalfOpen: halfOpen, ...socketOptions(options) },
      admit,
      peerOf: ({ remoteAddress, remotePort }) =>
        remoteAddress === undefined ? undefined : { transport, host: remoteAddress, port: remotePort! },
      arrived,
    })
  const hosts = await resolve(at.host, options.lookup).then(
    (addresses) => addresses.map(({ address }) => address),
    (cause) => {
      throw transportError('cannot listen on', at, cause)
    },
  )
  const listeners = await openAll(at, hosts, open)
  const { address, port } = listeners[0]!.bound
  return {
    address: { transport, host: hosts.length > 1 ? at.host : address, port },
    get dropped() {
      return listeners.reduce((sum, { dropped }) => sum + dropped, 0)
    },
    close: async () => void (await Promise.all(listeners.map((listener) => listener.close()))),
  }
}

/** How often another free port is tried when the one that the first address got is taken on the next. */
const PORT_TRIES = 8

/** One listener per address, all on one port; addresses that this machine does not have are left out if any is left. */
async function openAll(
  at: TcpPlace,
  hosts: readonly string[],
  open: (host: string, port: number) => Promise<StreamListener>,
): Promise<StreamListener[]> {
  for (let tries = 1; ; tries++) {
    const listeners: StreamListener[] = []
    const missing: TransportError[] = []
    try {
      for (const host of hosts)
        try {
          listeners.push(await open(host, listeners[0]?.bound.port ?? at.port))
        } catch (error) {
          if (!(error instanceof TransportError && error.code === 'UNREACHABLE')) throw error
          missing.push(error)
        }
      if (listeners.length > 0) return listeners
    } catch (error) {
      await Promise.all(listeners.map((listener) => listener.close()))
      const another = at.port === 0 && listeners.length > 0 && tries < PORT_TRIES
      if (another && error instanceof TransportError && error.code === 'ADDRESS_IN_USE') continue
      throw error
    }
    const tried = hosts.map((host) => ({ ...at, host }))
    throw noneOf('cannot listen on', at, tried, missing)
  }
}
