/** What a connection needs of the program on top of it, and what that program is told. */
import type { Authentication, Identity } from '../auth/index.js'
import type { Signal } from '../env.js'
import type { CloseReason } from './close-reason.js'
import type { Connection } from './connection.js'
import type { ConnectionLimits } from './limits.js'
import type { Observer } from './observer.js'
import type { OutboxCounters, WhenFull } from './outbox.js'

/** The program on top. One serves any number of connections. */
export interface Application {
  /** A request or message of the peer. What it returns, or what the promise gives, is the reply. */
  handle(name: string, body: unknown, context: HandlerContext): unknown
  /** A handler failed, or the peer broke a rule. The connection closes; nothing else happens unless this does it. */
  failed(error: unknown, connection: Connection, name?: string): void
  /** The connection is open: authenticated, where that was asked for. */
  opened?(connection: Connection): void
  /** The connection is gone. */
  closed?(reason: CloseReason, connection: Connection): void
}

/** What a handler is told besides the message. */
export interface HandlerContext<C = Connection> {
  /** The connection on which the message came. */
  readonly connection: C
  /** Aborts when the connection is gone, for work that nobody waits for any more. */
  readonly signal: Signal
  /** What the peer has proved; undefined when it was asked for no proof. */
  readonly identity: Identity | undefined
}

/** Options of a connection; one object serves any number of them. */
export interface ConnectionOptions {
  /** All limits; see `limitsWith`. */
  readonly limits?: Readonly<ConnectionLimits> | undefined
  /** What becomes of messages for a peer that is too far behind. */
  readonly whenFull?: WhenFull | undefined
  readonly observer?: Observer | undefined
  /** How the two sides prove who they are before the protocol begins. */
  readonly auth?: Authentication | undefined
}

/** Options of one request. */
export interface RequestOptions {
  /** Gives the request up. On an ordered wire it keeps its place, and its reply will be dropped. */
  signal?: Signal
  /** How long to wait for the reply. */
  timeoutMs?: number
}

/** What a connection has done and how it is. Times in milliseconds, sizes in bytes. */
export interface ConnectionInfo {
  readonly bytesIn: number
  readonly bytesOut: number
  readonly framesIn: number
  readonly framesOut: number
  /** Said, and not yet taken by the operating system. */
  readonly queuedBytes: number
  /** Requests of ours that wait for replies, and of the peer that run in handlers. */
  readonly pending: number
  readonly running: number
  /** Replies that came after their request was given up. */
  readonly lateReplies: number
  readonly ageMs: number
  /** Since the last byte from the peer. */
  readonly quietMs: number
  /** Smoothed over the last replies as TCP does it (RFC 6298 section 2), the peer's own time included. */
  readonly roundTripMs: number | undefined
  /** What was done with messages for a peer that was behind. */
  readonly whenFull: Readonly<OutboxCounters>
}
