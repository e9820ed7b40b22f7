/**
 * What authentication is: a conversation before the conversation, as a pure machine.
 *
 *   receive(chunk) ─▶ machine ─▶ nextStep()        random and mac: compute it and supply() it; done or failed: the end
 *   takeOutput()  ◀── machine ◀── supply(result)
 *                        └─ takeRest() ─▶ the framing of the protocol that follows
 *
 * A machine never computes anything that needs a key or chance, so WebCrypto, `node:crypto` and a thread pool serve alike,
 * and it never sees a byte of the application: what follows its own last message is handed on untouched.
 */
import type { Digest } from '../env.js'
import type { AuthError } from './errors.js'
import type { Secret } from './secret.js'

/**
 * What one handshake may cost: this is all that a stranger gets.
 *
 * - `maxMessageLength`: bytes of one message. 256: what CPython's `recv_bytes(256)` allows.
 * - `maxTotalLength`: bytes of all messages of the peer; and while a result is computed, unread bytes above which another
 *   chunk is too many. 4 KiB: a handful of messages.
 * - `deadlineMs`: from the opened connection to the end, in total, whatever progress is made. 10 s: long for a network,
 *   short for somebody who holds connections open on purpose.
 */
export const AUTH_LIMITS: Readonly<{ maxMessageLength: number; maxTotalLength: number; deadlineMs: number }> = {
  maxMessageLength: 256,
  maxTotalLength: 4096,
  deadlineMs: 10_000,
}

/** A way to prove who one is. A value: immutable, shared by any number of connections, of either role. */
export interface Authentication {
  /** The name of the function that made it. */
  readonly name: string
  /**
   * False when the proof is not tied to what follows it, so that whoever sits between the two sides may let them finish and
   * then speak in the client's name. Such a scheme goes over plain TCP beyond loopback only when the user says so.
   */
  readonly plaintextSafe: boolean
  /** What whoever starts this should know about the chosen options, a line each, to be said once. */
  readonly warnings: readonly string[]
  /** A machine for the side that connected. */
  client(): Authenticator
  /** A machine for the side that accepted. */
  server(): Authenticator
}

/** What a peer has proved. */
export interface Identity {
  /** The {@link Authentication.name} of the scheme by which it did. */
  readonly scheme: string
  readonly [detail: string]: unknown
}

/** Wanted: `length` bytes that nobody can predict. */
export interface RandomStep {
  readonly type: 'random'
  readonly length: number
}

/** Wanted: the HMAC (RFC 2104) of `message` under `key.reveal()`. Printing the step does not show the key. */
export interface MacStep {
  readonly type: 'mac'
  readonly digest: Digest
  readonly key: Secret
  readonly message: Uint8Array
}

/** What a machine wants next, or how it ended. */
export type AuthStep =
  | RandomStep
  | MacStep
  /** The protocol may begin; `identity` is undefined when the scheme asks no proof of the peer. */
  | { readonly type: 'done'; readonly identity: Identity | undefined }
  /** Send what is still in the output, then close. */
  | { readonly type: 'failed'; readonly error: AuthError }

/**
 * One side of one handshake. Drive it like this, at the start and after every `receive`, `end` and `expire`:
 * ```js
 * for (let step; (step = machine.nextStep()); ) {
 *   if (step.type === 'random') machine.supply(random(step.length))
 *   else if (step.type === 'mac') machine.supply(await hmac(step.digest, step.key.reveal(), step.message))
 *   else return step
 *   for (let out; (out = machine.takeOutput()); ) socket.write(out)
 * }
 * ```
 * Output may be waiting when the loop returns as well. While the state is `computing`, stop reading from the peer.
 */
export interface Authenticator {
  /** The time that it may take, in milliseconds since the connection opened. Whoever has a clock calls {@link expire}. */
  readonly deadlineMs: number
  /** What it waits for: the peer's bytes, the result of a step, nothing any more. */
  readonly state: 'hearing' | 'computing' | 'done' | 'failed'
  /** Bytes of the peer. The chunk is free again afterwards; what is not used up is copied. */
  receive(chunk: Uint8Array): void
  /** The peer's stream has ended or broken off, which is how some say no. What came before still counts. */
  end(): void
  /** The time is up. Does nothing when the handshake has ended. */
  expire(): void
  /** What it wants next, each step once; undefined while it waits. Steps go on as soon as their result is supplied. */
  nextStep(): AuthStep | undefined
  /** The result of the step that {@link nextStep} gave. The array is the machine's now. @throws {AuthUsageError} */
  supply(result: Uint8Array): void
  /** Bytes for the peer, or undefined when there are none. The array is the caller's. */
  takeOutput(): Uint8Array | undefined
  /** When done: what came behind the peer's last message, whatever its length. The array is the caller's. */
  takeRest(): Uint8Array
}
