/**
 * What a connection tells those who only watch: diagnostics, metrics, traces. Every hook is optional, and one that throws
 * is reported once and changes nothing.
 */
import type { CloseReason } from './close-reason.js'
import type { Connection } from './connection.js'

/** How a request ended. */
export type Outcome = 'replied' | 'timeout' | 'aborted' | 'failed' | 'closed'

/** A request that has ended, on the side that asked (`ours`) or on the side that answered (`theirs`). */
export interface ObservedRequest {
  readonly name: string
  readonly side: 'ours' | 'theirs'
  readonly outcome: Outcome
  /** From asking to the reply, or from arrival to the handler's end. */
  readonly ms: number
}

export interface Observer {
  opened?(connection: Connection): void
  /** A turn has ended in which frames came or went: how many, and how many bytes. */
  frames?(connection: Connection, direction: 'in' | 'out', frames: number, bytes: number): void
  request?(connection: Connection, request: ObservedRequest): void
  closed?(connection: Connection, reason: CloseReason): void
}
