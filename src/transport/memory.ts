/**
 * A network in memory: hosts with names, links between them, and weather.
 *
 *   network.at('server').listen(accept)          accept(link) ◀──┐
 *                                                                 ├── a cable, to be reset or unplugged at will
 *   network.at('server').connect()               ──▶ link ◀───────┘
 *
 * It needs no port and no permission, keeps the promises of a socket to its receivers, and under a simulated
 * environment the same seed gives the same run. Without weather it serves plain unit tests, under any environment.
 */
import type { Env, Signal, Timer } from '../env.js'
import { later } from './later.js'
import { type Cable, MemoryCable, type NetworkEvent, type Surroundings } from './memory-cable.js'
import { type MemoryDatagramEndpoint, MemoryDatagrams } from './memory-datagrams.js'
import { Random } from './random.js'
import {
  type Address,
  type Connectable,
  type Link,
  type Listenable,
  type Listener,
  type ListenOptions,
  showAddress,
  TransportError,
  type TransportErrorCode,
} from './transport.js'
import { Weather, type WeatherOptions } from './weather.js'

export interface MemoryOptions extends WeatherOptions {
  /** Its clock, its timers, and the seed when none is given. */
  env: Env
  /** Decides delays, cuts and faults. Default: drawn from `env`, so a simulated environment decides it. */
  seed?: number
  /** How long to wait for a connection. Default 10000, as for TCP. */
  connectTimeoutMs?: number
  /** Told of everything that happens. Must not throw. */
  observe?: (event: NetworkEvent) => void
}

/** Somebody listens. */
interface Listening {
  readonly accept: (link: Link) => void
  readonly admit: ListenOptions['admit']
  dropped: number
}

/** A place on a network in memory: listen on it, connect to it. */
export interface MemoryEndpoint extends Listenable, Connectable {
  /** The network that it is on, to make its weather. */
  readonly network: MemoryNetwork
}

/**
 * One place on a network of its own.
 *
 * @throws {TransportUsageError} `BAD_OPTION`
 *
 * @example
 * const place = memory({ env: nodeEnv })      // of wirewright/node; a simulation has networks of its own
 * const { endpoint } = await place.listen((link) => link.start(receiver))
 * const link = await endpoint.connect()
 * place.network.cables[0].reset()          // both ends: closed(RESET)
 */
export function memory(options: MemoryOptions): MemoryEndpoint {
  return new MemoryNetwork(options).at('server')
}

/**
 * Hosts that can reach each other, unless told otherwise.
 *
 * @example
 * const network = new MemoryNetwork({ env, delayMs: [5, 50], chunks: 'random' })
 * await network.at('server').listen(accept)
 * const link = await network.at('server', { from: 'alice' }).connect()
 * network.partition('alice')               // silence, and nobody is told
 * network.heal('alice')                    // what was written meanwhile arrives
 */
export class MemoryNetwork {
  readonly #surroundings: Surroundings
  readonly #cables = new Set<MemoryCable>()
  readonly #listeners = new Map<string, Listening>()
  readonly #datagrams: MemoryDatagrams
  readonly #cutOff = new Set<string>()
  readonly #connectTimeoutMs: number
  #partitioned = false
  /** What a partition holds up of connects that are under way. */
  #heldUp: (() => void)[] = []
  #connects = 0

  /** @throws {TransportUsageError} `BAD_OPTION` */
  constructor({ env, seed, observe, connectTimeoutMs = 10_000, ...weather }: MemoryOptions) {
    this.#connectTimeoutMs = connectTimeoutMs
    this.#surroundings = {
      env,
      weather: new Weather(new Random(seed ?? drawSeed(env), 'weather'), weather),
      observe,
      reachable: (host, other) => this.#reachable(host, other),
      forget: (cable) => this.#cables.delete(cable),
    }
    this.#datagrams = new MemoryDatagrams(this.#surroundings)
  }

  /** The connections that are open at one end at least, oldest first. */
  get cables(): readonly Cable[] {
    return [...this.#cables]
  }

  /** A place on this network. `from` is the host that those who connect to it come from; default `'client'`. */
  at(host: string, { from = 'client' }: { from?: string } = {}): MemoryEndpoint {
    const address: Address = { transport: 'memory', host }
    const endpoint: MemoryEndpoint = {
      env: this.#surroundings.env,
      network: this,
      address,
      listen: async (accept, options) => this.#listen(endpoint, accept, options),
      connect: ({ signal } = {}) => this.#connect(address, from, signal),
    }
    return endpoint
  }

  /**
   * As {@link at}, for datagrams: a listener has one link for each address that it hears from, and connecting sends nothing.
   * What a partition, `lossRate` or `duplicateRate` does to one, nobody mends.
   */
  datagramsAt(host: string, { from = 'client' }: { from?: string } = {}): MemoryDatagramEndpoint {
    const address: Address = { transport: 'memory', host }
    const endpoint: MemoryDatagramEndpoint = {
      env: this.#surroundings.env,
      network: this,
      address,
      listen: async (accept, options) => this.#datagrams.listen(endpoint, accept, options),
      connect: async ({ signal } = {}) => {
        if (signal?.aborted)
          throw new TransportError('ABORTED', `cannot connect to ${showAddress(address)}: it was abandoned`, {
            cause: signal.reason,
          })
        return this.#datagrams.connect(++this.#connects, address, from)
      },
    }
    return endpoint
  }

  /** Other weather from now on; what is on its way keeps its time of arrival. @throws {TransportUsageError} `BAD_OPTION` */
  change(weather: WeatherOptions): void {
    this.#surroundings.weather.change(weather)
  }

  /** Resets every cable. */
  reset(): void {
    for (const cable of this.#cables) cable.reset()
  }

  /** Cuts a host off from all others, or without a name every host from every other. Nobody is told: it is silence. */
  partition(host?: string): void {
    if (host === undefined) this.#partitioned = true
    else this.#cutOff.add(host)
  }

  /** Undoes {@link partition}: of one host, or without a name of all. */
  heal(host?: string): void {
    if (host === undefined) {
      this.#partitioned = false
      this.#cutOff.clear()
    } else this.#cutOff.delete(host)
    for (const cable of this.#cables) cable.flow()
    for (const retry of this.#heldUp.splice(0)) retry()
  }

  #reachable(host: string, other: string): boolean {
    return host === other || !(this.#partitioned || this.#cutOff.has(host) || this.#cutOff.has(other))
  }

  #listen(endpoint: MemoryEndpoint, accept: (link: Link) => void, { admit }: ListenOptions = {}): Listener {
    const { address } = endpoint
    const host = address.host!
    if (this.#listeners.has(host))
      throw new TransportError(
        'ADDRESS_IN_USE',
        `cannot listen on ${showAddress(address)}: something else listens there already`,
      )
    const listening: Listening = { accept, admit, dropped: 0 }
    this.#listeners.set(host, listening)
    return {
      endpoint,
      address,
      get dropped() {
        return listening.dropped
      },
      close: async () => {
        if (this.#listeners.get(host) === listening) this.#listeners.delete(host)
      },
    }
  }

  /** There and back: the ask travels to the host, which accepts or refuses, and the answer travels to us. */
  #connect(to: Address, from: string, signal: Signal | undefined): Promise<Link> {
    const { env, weather, observe } = this.#surroundings
    const id = ++this.#connects
    const where = showAddress(to)
    return new Promise((resolve, reject) => {
      let settled = false
      let cable: MemoryCable | undefined

      const settle = (error?: TransportError): void => {
        if (settled) return
        settled = true
        timer?.cancel()
        signal?.removeEventListener('abort', abort)
        if (error) {
          observe?.({ type: 'failed', cable: id, end: 'client', error })
          cable?.client.reset()
          reject(error)
        } else {
          observe?.({ type: 'connected', cable: id, end: 'client' })
          resolve(cable!.client)
        }
      }
      const fail = (code: TransportErrorCode, what: string, cause?: unknown): void =>
        settle(new TransportError(code, `cannot connect to ${where}: ${what}`, { cause }))
      const abort = (): void => fail('ABORTED', 'it was abandoned', signal!.reason)

      let timer: Timer | undefined
      if (signal?.aborted) return abort()
      signal?.addEventListener('abort', abort)
      const ms = this.#connectTimeoutMs
      timer = env.timer(ms, () => fail('TIMED_OUT', `no answer within ${ms} ms (connectTimeoutMs)`))

      this.#travel(from, to.host!, () => {
        if (settled || weather.staysSilent()) return
        const listening = this.#listeners.get(to.host!)
        if (!listening || weather.refuses())
          return this.#travel(to.host!, from, () => fail('REFUSED', 'nobody listens there'))
        cable = new MemoryCable(this.#surroundings, id, { transport: 'memory', host: from, port: id }, to)
        this.#cables.add(cable)
        this.#travel(to.host!, from, () => settle())
        this.#arrived(listening, cable)
      })
    })
  }

  #arrived(listening: Listening, { id, server }: MemoryCable): void {
    const { env, observe } = this.#surroundings
    try {
      if (listening.admit?.(server.peer) ?? true) {
        observe?.({ type: 'accepted', cable: id, end: 'server' })
        return listening.accept(server)
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : error
      env.warn(`${showAddress(server.local)}: a connection was not accepted: ${why}`)
    }
    listening.dropped++
    server.reset()
  }

  /** A word from one host to another. A partition holds it up until it is healed. */
  #travel(from: string, to: string, arrive: () => void): void {
    const { env, weather } = this.#surroundings
    later(env, weather.travelMs(), () => {
      if (this.#reachable(from, to)) arrive()
      else this.#heldUp.push(() => this.#travel(from, to, arrive))
    })
  }
}

function drawSeed(env: Env): number {
  let seed = 0
  for (const byte of env.random(6)) seed = seed * 256 + byte
  return seed
}
