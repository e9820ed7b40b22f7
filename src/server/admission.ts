/** Who may connect: how many in all, how many from one address, how fast, and who not at all. */
import type { Env } from '../env.js'
import { departFrom } from '../session/index.js'
import { type Address, addressBytes, isLoopback } from '../transport/index.js'
import { AddressSet } from './address-set.js'

/** Limits of a server as a whole. The limits per address do not count on loopback, where all clients have the same one. */
export interface AdmissionOptions {
  /** Connections at a time. 10 000: what one process holds with ease. */
  maxConnections?: number
  /** Connections at a time from one address; from one /64 with IPv6, which is what one household has. 256. */
  maxConnectionsPerAddress?: number
  /**
   * Connections at a time that have not proved who they are, where that is asked for. 256; from half of it on some new
   * ones are refused at random, more the fuller it is, so that whoever holds them all cannot keep everybody out.
   */
  maxUnauthenticated?: number
  /** New connections from one address: so many a second, after a burst of as many. 100. */
  maxAcceptsPerSecond?: number
  /** Addresses and networks that may connect. Everybody, unless given. */
  allow?: readonly string[]
  /** Addresses and networks that may not, whatever `allow` says. */
  deny?: readonly string[]
}

const DEFAULTS = {
  maxConnections: 10_000,
  maxConnectionsPerAddress: 256,
  maxUnauthenticated: 256,
  maxAcceptsPerSecond: 100,
}

/** Why a connection was not accepted. */
export type Refusal =
  | 'maxConnections'
  | 'maxUnauthenticated'
  | 'maxConnectionsPerAddress'
  | 'maxAcceptsPerSecond'
  | 'allow'
  | 'deny'

/** One address: how many connections it has, and how many more it may make just now. */
interface Visitor {
  open: number
  tokens: number
  at: number
}

export class Admission {
  /** Connections that were not accepted, by the reason. */
  readonly refused: Record<Refusal, number> = {
    ...{ maxConnections: 0, maxUnauthenticated: 0, maxConnectionsPerAddress: 0 },
    ...{ maxAcceptsPerSecond: 0, allow: 0, deny: 0 },
  }
  open = 0
  /** Of those, the ones that have not proved who they are. */
  unauthenticated = 0
  readonly #max: number
  readonly #maxUnauthenticated: number
  readonly #maxPerAddress: number
  readonly #rate: number
  readonly #allow: AddressSet | undefined
  readonly #deny: AddressSet
  readonly #visitors = new Map<string, Visitor>()

  constructor(options: AdmissionOptions) {
    const { allow, deny = [], ...given } = options
    const limits = departFrom(DEFAULTS, given)
    this.#maxUnauthenticated = limits.maxUnauthenticated
    this.#max = limits.maxConnections
    this.#maxPerAddress = limits.maxConnectionsPerAddress
    this.#rate = limits.maxAcceptsPerSecond
    this.#allow = allow && new AddressSet(allow)
    this.#deny = new AddressSet(deny)
  }

  /** How many addresses are remembered. */
  get remembered(): number {
    return this.#visitors.size
  }

  /** Lets a peer in, to be {@link leave}d; or says which rule forbids it, and counts that. */
  enter(peer: Address, env: Env): Refusal | undefined {
    const refusal = this.#refusal(peer, env)
    if (refusal) this.refused[refusal]++
    else this.open++
    return refusal
  }

  leave({ host }: Address): void {
    this.open--
    const visitor = host === undefined ? undefined : this.#visitors.get(neighbourhood(host))
    if (visitor) visitor.open--
  }

  #refusal({ host }: Address, env: Env): Refusal | undefined {
    if (this.open >= this.#max) return 'maxConnections'
    if (this.#isCrowded(env)) return 'maxUnauthenticated'
    if (host === undefined) return undefined
    if (this.#deny.has(host)) return 'deny'
    if (this.#allow && !this.#allow.has(host)) return 'allow'
    if (isLoopback(host)) return undefined
    const visitor = this.#visitor(neighbourhood(host), env.now())
    if (visitor.open >= this.#maxPerAddress) return 'maxConnectionsPerAddress'
    if (visitor.tokens < 1) return 'maxAcceptsPerSecond'
    visitor.tokens--
    visitor.open++
    return undefined
  }

  #isCrowded(env: Env): boolean {
    const half = this.#maxUnauthenticated / 2
    if (this.unauthenticated < half) return false
    return this.unauthenticated - half >= (env.random(1)[0]! / 256) * half
  }

  #visitor(key: string, now: number): Visitor {
    const known = this.#visitors.get(key)
    if (known) {
      known.tokens = Math.min(this.#rate, known.tokens + ((now - known.at) / 1000) * this.#rate)
      known.at = now
      return known
    }
    if (this.#visitors.size >= 2 * this.#max) this.#forgetQuiet(now)
    const visitor = { open: 0, tokens: this.#rate, at: now }
    this.#visitors.set(key, visitor)
    return visitor
  }

  /** Whoever has no connection, and would have a full burst again, is as good as unknown. */
  #forgetQuiet(now: number): void {
    for (const [key, { open, at }] of this.#visitors) if (open <= 0 && now - at >= 1000) this.#visitors.delete(key)
  }
}

/** The address itself with IPv4, the /64 with IPv6: whoever has one address there has them all. */
function neighbourhood(host: string): string {
  const bytes = addressBytes(host)
  return bytes ? bytes.subarray(0, 8).join('.') : host
}
