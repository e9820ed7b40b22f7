/** Why a connection is no more, and what that means for whatever was under way. */
import { WirewrightError } from '../errors.js'
import type { Timeout } from '../session/index.js'
import type { TransportError } from '../transport/index.js'

/** The limits whose breach closes a connection, by the names of the options that change them. */
export type BreakableLimit = 'maxQueuedBytes' | 'maxQueuedMs' | 'maxUnreadMessages'

/** Every close has one of these reasons. */
export type CloseReason =
  /** We called `close()`. */
  | { readonly kind: 'local' }
  /** We are shutting down: `drain()`. */
  | { readonly kind: 'drain' }
  /** The peer ended its stream, between two frames. */
  | { readonly kind: 'peer' }
  /** The peer, or something between us, reset the connection. */
  | { readonly kind: 'reset'; readonly error: TransportError }
  /** The network failed in some other way. */
  | { readonly kind: 'transport'; readonly error: TransportError }
  /** The peer broke a rule of the framing or the protocol. */
  | { readonly kind: 'protocol'; readonly error: WirewrightError }
  /** The peer did not prove who it is, or we did not. */
  | { readonly kind: 'auth'; readonly error: WirewrightError }
  /** Our own handler failed, or what it returned does not fit the wire. */
  | { readonly kind: 'handler'; readonly error: unknown }
  /** Something took longer than it may. */
  | { readonly kind: 'timeout'; readonly limit: Timeout | 'drainMs' | 'requestTimeoutMs'; readonly ms: number }
  /** Something was more than it may be. */
  | { readonly kind: 'limit'; readonly limit: BreakableLimit; readonly allowed: number; readonly seen: number }

/** A reason in words. */
export function showReason(reason: CloseReason): string {
  switch (reason.kind) {
    case 'local':
      return 'closed by this side'
    case 'drain':
      return 'closed because this side shuts down'
    case 'peer':
      return 'closed by the peer'
    case 'timeout':
      return `closed after ${reason.ms} ms (${reason.limit})`
    case 'limit':
      return `closed because ${reason.seen} exceeds ${reason.limit} (${reason.allowed})`
    case 'handler':
      return `handler failed: ${reason.error instanceof Error ? reason.error.message : String(reason.error)}`
    default:
      return reason.error.message
  }
}

/** The connection closed before this could be done. */
export class ConnectionClosedError extends WirewrightError<'CONNECTION_CLOSED'> {
  readonly reason: CloseReason
  /** Whether bytes of it may have reached the peer. Only after `no` is it safe to try again what must not happen twice. */
  readonly sent: 'no' | 'maybe'

  constructor(what: string, reason: CloseReason, sent: 'no' | 'maybe') {
    super(
      'CONNECTION_CLOSED',
      `${what}: ${showReason(reason)}`,
      'error' in reason ? { cause: reason.error } : undefined,
    )
    this.reason = reason
    this.sent = sent
  }
}

/** No reply within the request's time. Its bytes may have reached the peer, and it may have acted on them. */
export class RequestTimeoutError extends WirewrightError<'REQUEST_TIMEOUT'> {
  readonly sent: 'no' | 'maybe'

  constructor(name: string, ms: number, sent: 'no' | 'maybe' = 'maybe') {
    super('REQUEST_TIMEOUT', `no reply to '${name}' within ${ms} ms`)
    this.sent = sent
  }
}

/** The peer is too far behind, and the connection's policy is to drop what is new. */
export class MessageDroppedError extends WirewrightError<'MESSAGE_DROPPED'> {
  readonly sent = 'no'

  constructor(name: string, queued: number, limit: number) {
    super(
      'MESSAGE_DROPPED',
      `'${name}' was dropped: with it ${queued} bytes wait for the peer, more than maxQueuedBytes (${limit})`,
    )
  }
}
