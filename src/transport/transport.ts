/**
 * What a transport is: a way to listen, a way to connect, and links that carry bytes in both directions.
 *
 *   Listenable.listen(accept) ──▶ Listener { endpoint }          Connectable.connect() ──▶ Link
 *                                                                Link.start(receiver): bytes begin to flow
 *
 * Endpoints are values: `tcp({ port })` describes a place, and does nothing until it is listened on or connected to.
 */
import type { Env, Signal } from '../env.js'
import { type PeerError, WirewrightError } from '../errors.js'

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

/** `127.0.0.1:65432`, `[::1]:65432`, `/run/x.sock`; a host alone where there is no port. */
export function showAddress({ transport, host, port, path }: Address): string {
  if (path !== undefined) return path
  if (host === undefined) return transport
  if (port === undefined) return host
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** What a link tells whoever uses it. Calls never nest: none is made while another is running. */
export interface Receiver {
  /** Bytes came. The chunk is lent until the call returns. */
  received(chunk: Uint8Array): void
  /** The peer has shut down its write side; ours is still open. Some systems say so too when a reset came right behind data. */
  ended(): void
  /** All that was queued is on its way. */
  drained(): void
  /** The link is gone, in both directions; with an error when it did not end in peace. The last call of all. */
  closed(error: TransportError | undefined): void
}

/** An open, bidirectional, half-closable stream of bytes; or, where `datagrams` is there, one datagram per call. */
export interface Link {
  readonly local: Address
  readonly peer: Address
  /** What cryptography vouches for. Undefined on a link that anyone between the two ends can read and write. */
  readonly security?: Security | undefined
  /** Present when each `write` sends, and each `received` is, one datagram. Then `ended` never comes. */
  readonly datagrams?: Datagrams | undefined
  /** When every handshake has to be over, on the clock of the endpoint, where one began before there was a link. */
  readonly handshakeBy?: number | undefined
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

/** What a link knows once its handshake has proved it. */
export interface Security {
  /** `TLSv1.3`. */
  readonly version: string
  /** `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string
  /** What both sides agreed to speak (ALPN, RFC 7301). */
  readonly alpn: string | undefined
  /** The name by which the client asked for the server (SNI, RFC 6066). */
  readonly serverName: string | undefined
  /** The peer's certificate, checked, in DER. Undefined when it showed none. */
  readonly peerCertificate: Uint8Array | undefined
  /** The name of the key that both sides share, where they have one. */
  readonly pskIdentity: string | undefined
  /**
   * Bytes that are the same on both ends of this connection and of no other, to be mixed into a proof of identity so that
   * nobody in the middle can pass it on. Undefined where the runtime, or this connection, has none of that kind.
   */
  channelBinding(kind: ChannelBinding): Uint8Array | undefined
}

/** `tls-exporter` (RFC 9266): of this connection. `tls-server-end-point` (RFC 5929): of the server's certificate. */
export type ChannelBinding = 'tls-exporter' | 'tls-server-end-point'

/** What a link that carries datagrams has besides. */
export interface Datagrams {
  /** The longest datagram that is sent. */
  readonly maxLength: number
  /** Datagrams that were not sent, or not handed on: too long, queue full, peer not known, reading paused. */
  readonly dropped: number
  /**
   * The peer has shown that it receives what is sent to its address: it answered something that cannot be guessed. Until
   * then hardly more is sent to it than came from it, because the sender's address in a datagram is anyone's to write.
   */
  known(): void
}

/** What a listener asks and tells besides handing over links. Whoever is admitted is then either accepted or has failed. */
export interface ListenOptions {
  /** Asked when a peer has come, before any handshake and before a byte is read. False turns it away. */
  admit?: ((peer: Address) => boolean) | undefined
  /** A peer that was admitted will never be a link: its handshake failed, or took too long. */
  failed?: ((error: TransportError, peer: Address) => void) | undefined
  /**
   * Those who speak for others, and begin with a PROXY header. A listener that has a handshake of its own reads the header
   * before it, and asks {@link admit} of whom it names; see {@link Listenable.readsProxyHeader}.
   */
  proxies?: Proxies | undefined
}

/** Load balancers: who they are, and the room that they take until they have said for whom they speak. */
export interface Proxies {
  has(peer: Address): boolean
  /** One has come. False turns it away; otherwise it has to {@link leave}. */
  enter(): boolean
  /** Its header is there, or never will be. */
  leave(): void
  /** Its header was none, or did not come. */
  failed(error: PeerError<'PROXY_HEADER'>, proxy: Address): void
}

/** A place that is being listened on. */
export interface Listener {
  /** How to reach it: with the real port when port 0 was asked for. */
  readonly endpoint: Connectable
  readonly address: Address
  /** Peers that came and were never accepted: turned away, or failed in their handshake. */
  readonly dropped?: number
  /** Accepts no more. Links that were accepted stay. */
  close(): Promise<void>
}

/** A place where a server can listen. */
export interface Listenable {
  readonly env: Env
  readonly address: Address
  /** Whether links come with their PROXY header read. Otherwise it is the first that they receive. */
  readonly readsProxyHeader?: boolean
  /** @throws {TransportError} when the place cannot be had */
  listen(accept: (link: Link) => void, options?: ListenOptions): Promise<Listener>
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
  /** The handshake that secures the link failed. */
  | 'HANDSHAKE_FAILED'
  /** The peer is not who it should be: its certificate, name or key does not convince. */
  | 'UNTRUSTED'
  | 'IO'

/** The network, or the operating system, said no. The cause is what it said. */
export class TransportError extends WirewrightError<TransportErrorCode> {}
