/** Connecting by TCP: look the name up, race its addresses, all within one deadline. */
import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type Socket, connect as socketConnect } from 'node:net'
import type { Env, Signal } from '../env.js'
import { type Address, TransportError } from '../transport/index.js'
import { attempt, type Begin } from './attempt.js'
import { interleave, type ResolvedAddress, raceOf } from './happy-eyeballs.js'
import { listOf, noneOf, transportError } from './socket-error.js'

/** Finds the addresses of a name, best first. */
export type Lookup = (host: string) => Promise<readonly ResolvedAddress[]>

/** How TCP connections are made; the same beneath TLS. */
export interface DialOptions {
  /** How long a connection may take, looking the name up included. 10 s: the slowest handshake that still means a working network. */
  connectTimeoutMs?: number
  /** How much later the next address of a name is tried while those before it are silent. 250 ms (RFC 8305 section 8). */
  attemptDelayMs?: number
  /** Idle time after which the operating system asks whether the peer is still there. 30 s: less than middleboxes remember. */
  keepAliveMs?: number
  /** How names are looked up. By the operating system, in the order that it prefers. */
  lookup?: Lookup
}

/** What both ends of a TCP connection are set to. */
export function socketOptions({ keepAliveMs = 30_000 }: DialOptions): {
  noDelay: boolean
  keepAlive: boolean
  keepAliveInitialDelay: number
} {
  return { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs }
}

/** The addresses of `host`, which may be one already. @throws whatever the lookup says */
export async function resolve(host: string, lookup: Lookup = systemLookupAll): Promise<readonly ResolvedAddress[]> {
  const family = isIP(host)
  return family ? [{ address: host, family }] : interleave(await lookup(host))
}

/** A connected socket, paused before its first byte. @throws {TransportError} which names every address tried */
export function dial(
  at: Address & { readonly host: string; readonly port: number },
  options: DialOptions,
  { env, signal }: { env: Env; signal?: Signal | undefined },
): Promise<Socket> {
  const doing = 'cannot connect to'
  const { connectTimeoutMs = 10_000, attemptDelayMs = 250 } = options
  const tried: Address[] = []
  const errors = new Map<Address, TransportError>()
  const to =
    ({ address }: ResolvedAddress): Begin<Socket> =>
    ({ succeed, fail }) => {
      const place: Address = { ...at, host: address }
      tried.push(place)
      return open(address, at.port, options, {
        succeed,
        fail: (cause) => {
          const error = transportError(doing, place, cause)
          errors.set(place, error)
          fail(error)
        },
      })
    }
  return attempt<Socket>(
    {
      env,
      signal,
      ms: connectTimeoutMs,
      option: 'connectTimeoutMs',
      address: at,
      // A single address was named already.
      soFar: () =>
        tried.length > 1
          ? listOf(
              tried,
              tried.map((place) => errors.get(place)),
            )
          : '',
    },
    (outcome) => {
      let abandoned = false
      let abandon = (): void => {}
      resolve(at.host, options.lookup).then(
        (addresses) => {
          if (abandoned) return
          if (addresses.length === 0)
            return outcome.fail(transportError(doing, at, Object.assign(new Error(), { code: 'ENODATA' })))
          const timing = { timer: env.timer, delayMs: attemptDelayMs }
          abandon = raceOf(addresses, timing, to, (all) => noneOf(doing, at, tried, all))(outcome)
        },
        (cause) => outcome.fail(lookupFailed(doing, at, cause)),
      )
      return () => {
        abandoned = true
        abandon()
      }
    },
  )
}

function open(
  host: string,
  port: number,
  options: DialOptions,
  { succeed, fail }: { succeed(socket: Socket): void; fail(cause: unknown): void },
): () => void {
  let socket: Socket
  try {
    socket = socketConnect({ host, port, allowHalfOpen: true, ...socketOptions(options) })
  } catch (error) {
    // A port of 70000, say.
    fail(error)
    return () => {}
  }
  socket.pause()
  // At no moment may there be no listener: whoever loses the race may still fail.
  socket.on('error', ignore)
  socket.on('error', fail)
  socket.once('connect', () => {
    socket.off('error', fail)
    succeed(socket)
  })
  return () => socket.destroy()
}

function lookupFailed(doing: string, at: Address, cause: unknown): TransportError {
  const error = transportError(doing, at, cause)
  return error.code === 'IO' ? new TransportError('NOT_FOUND', error.message, { cause }) : error
}

async function systemLookupAll(host: string): Promise<readonly ResolvedAddress[]> {
  return systemLookup(host, { all: true })
}

function ignore(): void {}
