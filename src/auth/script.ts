/**
 * A handshake as a script: what one side says and hears, from top to bottom.
 *
 * A script is a generator. It says something by appending to its output, and yields what it needs: bytes of the peer, bytes
 * nobody can predict, a MAC. Each of the three answers is a Uint8Array. It returns what the peer has proved, and throws an
 * {@link AuthError} when it did not.
 */
import type { Output } from '../bytes/index.js'
import type { Digest } from '../env.js'
import type { Identity, MacStep, RandomStep } from './authentication.js'
import type { Secret } from './secret.js'

/** One side of a handshake. A script without a return says that the peer has proved nothing. */
export type Script = (
  output: Output,
) => Generator<Need, Identity | undefined, Uint8Array> | Generator<Need, void, Uint8Array>

/** What a script waits for. */
export type Need = Hear | RandomStep | MacStep

/** Exactly `count` bytes of the peer. */
export interface Hear {
  readonly type: 'hear'
  readonly count: number
  /** What they are, for errors: `the challenge of the server`. */
  readonly what: string
  /** Where the peer refuses by closing: what it means when the stream ends instead of the first of these bytes. */
  readonly endMeans: string | undefined
}

/** Needs exactly `count` bytes of the peer, 256 at most. */
export function hear(count: number, what: string, options: { endMeans?: string } = {}): Hear {
  return { type: 'hear', count, what, endMeans: options.endMeans }
}

/** Needs `length` bytes that nobody can predict. */
export function random(length: number): RandomStep {
  return { type: 'random', length }
}

/** Needs the HMAC of `message` under `key`. */
export function mac(digest: Digest, key: Secret, message: Uint8Array): MacStep {
  return { type: 'mac', digest, key, message }
}
