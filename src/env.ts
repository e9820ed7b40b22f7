/**
 * Everything that is not a function of its arguments, in one interface: time, timers, randomness, cryptography.
 *
 * Each runtime's home supplies one together with its endpoints; a simulated one runs a whole client and server from a seed.
 */

/** A timer that was set with {@link Env.timer}. */
export interface Timer {
  /** Forgets the timer. Does nothing when it has fired already. */
  cancel(): void
}

/** What a caller may give to abandon an action; every runtime's `AbortSignal` is one. */
export interface Signal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** The digests that {@link Env.mac} knows, spelled as `hashlib` and WebCrypto users would guess. */
export type Digest = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'sha3-256' | 'sha3-384'

/** The outside world, handed in. */
export interface Env {
  /** Milliseconds since some fixed moment. Never goes back; says nothing about the calendar. */
  now(): number
  /** Calls `callback` once, `ms` milliseconds from now or a little later, be it in a year; never, where that is `Infinity`. */
  timer(ms: number, callback: () => void): Timer
  /** Calls `callback` when the current turn's code and its settled promises have run. */
  defer(callback: () => void): void
  /** Calls `callback` when everything else that waits has had its turn: other connections, timers that are due. */
  yield(callback: () => void): void
  /** `length` bytes that nobody can predict (in a simulation: that the seed decides). */
  random(length: number): Uint8Array
  /** HMAC (RFC 2104) of `message` under `key`. */
  mac(digest: Digest, key: Uint8Array, message: Uint8Array): Promise<Uint8Array>
  /** PBKDF2 with HMAC (RFC 8018 section 5.2), `length` bytes. */
  keyDerivation(
    digest: Digest,
    password: Uint8Array,
    salt: Uint8Array,
    iterations: number,
    length: number,
  ): Promise<Uint8Array>
  /** Tells whoever runs the program something they should know, where no better listener was given. One line. */
  warn(text: string): void
}
