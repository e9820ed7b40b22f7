/** What can go wrong between two sides that both understand the framing. */
import { PeerError, UsageError } from '../errors.js'

/**
 * - `MESSAGE_MALFORMED` a frame is no message of the protocol
 * - `MESSAGE_UNEXPECTED` a message came from a side that has none to send
 * - `REPLY_UNEXPECTED` a reply to nothing that was asked
 */
export type MessageErrorCode = 'MESSAGE_MALFORMED' | 'MESSAGE_UNEXPECTED' | 'REPLY_UNEXPECTED'

/** The peer's frame is no message of the protocol, or none that may come now. */
export class MessageError extends PeerError<MessageErrorCode> {}

/** Which clock ran out. */
export type Timeout = 'frameTimeoutMs' | 'readIdleMs' | 'writeIdleMs' | 'heartbeatTimeoutMs'

/** The peer took longer than it may. */
export class PeerTimeoutError extends PeerError<'PEER_TIMEOUT'> {
  /** The limit, by the name of the option that changes it. */
  readonly limit: Timeout
  readonly ms: number

  constructor(limit: Timeout, ms: number, what: string) {
    super('PEER_TIMEOUT', `${what} (${limit} is ${ms})`)
    this.limit = limit
    this.ms = ms
  }
}

/**
 * - `UNKNOWN_MESSAGE` this side has no such message to send
 * - `NOT_AN_ASK` the message has no reply
 * - `UNKNOWN_REQUEST` no such ask waits for a reply
 * - `SESSION_ENDED` this side has said that it is done
 * - `TOO_MANY_REQUESTS` more requests than `maxPendingRequests` would be waiting
 */
export type SessionUsageErrorCode =
  | 'UNKNOWN_MESSAGE'
  | 'NOT_AN_ASK'
  | 'UNKNOWN_REQUEST'
  | 'SESSION_ENDED'
  | 'TOO_MANY_REQUESTS'

/** Our own program said something that the protocol or the state of the session does not allow. */
export class SessionUsageError extends UsageError<SessionUsageErrorCode> {}
