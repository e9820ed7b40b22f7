/**
 * What a transport is: a way to listen, a way to connect, and links that carry bytes in both directions.
 *
 *   Listenable.listen(accept) ──▶ Listener { endpoint }          Connectable.connect() ──▶ Link
 *                                                                Link.start(receiver): bytes begin to flow
 *
 * Endpoints are values: `tcp({ port })` describes a place, and does nothing until it is listened on or connected to.
 */
import type { Env, Signal } from '../env.js'
import { WirewrightError } from '../errors.js'

/** One end of a link, for people and logs. */
export interface Address {
  /** `tcp`, `unix`, `memory` … */
  readonly transport: string
  /** An IP address where there is one. */
  readonly host?: string
  readonly port?: number
  /** Of a Unix socket. */
  readonly path?: string
}

/** `127.0.0.1:65432`, `[::1]:65432`, `/run/x.sock`. */
export function showAddress({ transport, host, port, path }: Address): string {
  if (path !== undefined) return path
  if (host === undefined) return transport
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** What a link tells whoever uses it. Calls never nest: none is made while another is running. */
export interface Receiver {
  /** Bytes came. The chunk is lent until the call returns. */
  received(chunk: Uint8Array): void
  /** The peer has shut down its write side; ours is still open. */
  ended(): void
  /** All that was queued is on its way. */
  drained(): void
  /** The link is gone, in both directions; with an error when it did not end in peace. The last call of all. */
  closed(error: TransportError | undefined): void
}

/** An open, bidirectional, half-closable stream of bytes. */
export interface Link {
  readonly local: Address
  readonly peer: Address
  /** Bytes written that the operating system has not taken yet. */
  readonly queued: number
  /** Starts the flow. Nothing is received before. */
  start(receiver: Receiver): void
  /**
   * Sends. Returns true when the bytes have been taken and the array is the caller's again; false when the link keeps the
   * array until {@link Receiver.drained}. Never throws: a link that is gone says so through `closed`.
   */
  write(bytes: Uint8Array): boolean
  /** Shuts down the write side after what is queued; the peer sees the end of the stream. */
  end(): void
  /** Stops receiving, so that the peer is slowed down. */
  pause(): void
  resume(): void
  /** Drops the link now; the peer sees a reset where the transport can say so. */
  reset(): void
}

/** A place that is being listened on. */
export interface Listener {
  /** How to reach it: with the real port when port 0 was asked for. */
  readonly endpoint: Connectable
  readonly address: Address
  /** Accepts no more. Links that were accepted stay. */
  close(): Promise<void>
}

/** A place where a server can listen. */
export interface Listenable {
  readonly env: Env
  readonly address: Address
  /** @throws {TransportError} when the place cannot be had */
  listen(accept: (link: Link) => void): Promise<Listener>
}

/** A place that a client can connect to. */
export interface Connectable {
  readonly env: Env
  readonly address: Address
  /** @throws {TransportError} when nobody answers there, or `signal` aborts */
  connect(options?: { signal?: Signal }): Promise<Link>
}

/** What can go wrong below the bytes. */
export type TransportErrorCode =
  | 'REFUSED'
  | 'UNREACHABLE'
  | 'NOT_FOUND'
  | 'RESET'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'ADDRESS_IN_USE'
  | 'NOT_PERMITTED'
  | 'IO'

/** The network, or the operating system, said no. The cause is what it said. */
export class TransportError extends WirewrightError<TransportErrorCode> {}
