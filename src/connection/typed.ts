/** The connection as a protocol types it: the same object, with only that protocol's messages in its signatures. */
import type { Identity } from '../auth/index.js'
import type { AskBody, BodyFor, CallNames, NamesOf, Outbound, Protocol, ReplyBody, Role } from '../protocol/index.js'
import type { Address } from '../transport/index.js'
import type { ConnectionInfo, HandlerContext, RequestOptions } from './application.js'
import type { CloseReason } from './close-reason.js'

/** One connection, seen from the side `R` of protocol `P`. */
export interface ConnectionOf<P extends Protocol, R extends Role> {
  /** Counts up from 1 within a server; for logs. */
  readonly id: number
  readonly local: Address
  readonly peer: Address
  /** What the peer has proved; undefined when it was asked for no proof. */
  readonly identity: Identity | undefined
  /** Why the connection closed, once it has. Never rejects. */
  readonly closed: Promise<CloseReason>
  /** Sends a message that asks for nothing; resolves when there is room for more. */
  send<N extends NamesOf<Outbound<P, R>>>(name: N, body: BodyFor<Outbound<P, R>, N>): Promise<void>
  /** Makes the call `name` of this side, and gives the reply. */
  request<N extends CallNames<P, R>>(
    name: N,
    body: AskBody<P, R, N>,
    options?: RequestOptions,
  ): Promise<ReplyBody<P, R, N>>
  /** Over datagrams: the peer has shown that it receives what is sent to its address. Authentication tells so by itself. */
  known(): void
  /** What it has done and how it is. */
  info(): ConnectionInfo
  /** Lets what was asked be answered, and closes. Idempotent. */
  close(): Promise<CloseReason>
  /** Drops the connection now. */
  reset(): void
}

/** What a handler of the side `R` of protocol `P` is told besides the message. */
export type ContextOf<P extends Protocol, R extends Role> = HandlerContext<ConnectionOf<P, R>>
