/**
 * When to try again: full jitter, so that ten thousand clients of one server do not come back in the same second.
 *
 *   attempt   0           1            2             n
 *   wait      0…100 ms    0…200 ms     0…400 ms      0…min(30 s, 100 ms · 2ⁿ), evenly
 */
import type { Env } from '../env.js'

/** How a client comes back. Times in milliseconds. */
export interface ReconnectOptions {
  /** Ceiling of the first wait. */
  firstMs?: number
  /** Ceiling of every wait. 30 s. */
  maxMs?: number
  /** A connection that lasted this long was a good one: the waits begin anew after it. 5 s. */
  stableMs?: number
  /** Attempts in a row without a stable connection. Without end unless told: a link may come back after any time. */
  maxAttempts?: number
  /** Handshakes in a row that failed over secrets, on either side, after which trying again is harassment. 2, as NATS does. */
  maxRefusals?: number
}

export class Backoff {
  readonly #env: Env
  readonly #options: Required<ReconnectOptions>
  #attempts = 0
  #refusals = 0

  constructor(env: Env, options: ReconnectOptions) {
    this.#env = env
    this.#options = {
      firstMs: 100,
      maxMs: 30_000,
      stableMs: 5_000,
      maxAttempts: Number.POSITIVE_INFINITY,
      maxRefusals: 2,
      ...options,
    }
  }

  /** A connection has closed that had been open for `ms`. */
  lasted(ms: number): void {
    if (ms < this.#options.stableMs) return
    this.#attempts = 0
    this.#refusals = 0
  }

  /** One side has refused the other's proof. */
  refused(): void {
    this.#refusals++
  }

  /** How long to wait before the next attempt, or undefined when there should be none. */
  next(): number | undefined {
    const { firstMs, maxMs, maxAttempts, maxRefusals } = this.#options
    if (this.#attempts >= maxAttempts || this.#refusals >= maxRefusals) return undefined
    const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(this.#attempts, 40))
    this.#attempts++
    return ceiling * this.#fraction()
  }

  /** From 0 to just below 1, evenly. */
  #fraction(): number {
    const [a, b, c, d] = this.#env.random(4)
    return (((a! * 256 + b!) * 256 + c!) * 256 + d!) / 2 ** 32
  }
}
