/** Why a connection is no more, and what that means for whatever was under way. */
import { WirewrightError } from '../errors.js'
import type { TransportError } from '../transport/index.js'

/** Every close has one of these reasons. */
export type CloseReason =
  /** We called `close()`. */
  | { readonly kind: 'local' }
  /** The peer ended its stream, between two frames. */
  | { readonly kind: 'peer' }
  /** The link broke: reset, unreachable, timed out below us. */
  | { readonly kind: 'transport'; readonly error: TransportError }
  /** The peer broke a rule of the framing or the protocol. */
  | { readonly kind: 'protocol'; readonly error: WirewrightError }
  /** Our own handler failed, or what it returned does not fit the wire. */
  | { readonly kind: 'handler'; readonly error: unknown }
  /** The peer, or a handler of ours, took longer to finish than a closing connection may. */
  | { readonly kind: 'timeout'; readonly limit: 'drainMs'; readonly ms: number }

/** A reason in words. */
export function showReason(reason: CloseReason): string {
  switch (reason.kind) {
    case 'local':
      return 'closed by this side'
    case 'peer':
      return 'closed by the peer'
    case 'timeout':
      return `cut after ${reason.ms} ms (${reason.limit})`
    case 'transport':
    case 'protocol':
      return reason.error.message
    case 'handler':
      return `handler failed: ${reason.error instanceof Error ? reason.error.message : String(reason.error)}`
  }
}

/** The connection closed before this could be done. */
export class ConnectionClosedError extends WirewrightError<'CONNECTION_CLOSED'> {
  readonly reason: CloseReason
  /** Whether bytes of it may have reached the peer. Only after `no` is it safe to try again what must not happen twice. */
  readonly sent: 'no' | 'maybe'

  constructor(what: string, reason: CloseReason, sent: 'no' | 'maybe') {
    const cause = 'error' in reason ? { cause: reason.error } : undefined
    super('CONNECTION_CLOSED', `${what}: ${showReason(reason)}`, cause)
    this.reason = reason
    this.sent = sent
  }
}

/** No reply within the request's time. Its bytes may have reached the peer, and it may have acted on them. */
export class RequestTimeoutError extends WirewrightError<'REQUEST_TIMEOUT'> {
  readonly sent = 'maybe'

  constructor(name: string, ms: number) {
    super('REQUEST_TIMEOUT', `no reply to '${name}' within ${ms} ms`)
  }
}
