/** What goes wrong before two sides trust each other: on the wire it is the peer's fault, in the options or the driving it is ours. */
import { PeerError, UsageError } from '../errors.js'

/**
 * - `AUTH_REFUSED` the peer did not take our proof: another secret, or another digest
 * - `AUTH_FAILED` the peer's proof is wrong
 * - `AUTH_WEAK` the peer insists on a digest that our options do not allow
 * - `AUTH_MALFORMED` the peer's bytes are no message of this handshake, or none that may come now
 * - `AUTH_TOO_LONG` the peer sent more than a handshake may take
 * - `AUTH_ENDED` the stream ended before the handshake did
 * - `AUTH_TIMEOUT` the handshake was not done in time
 */
export type AuthErrorCode =
  | 'AUTH_REFUSED'
  | 'AUTH_FAILED'
  | 'AUTH_WEAK'
  | 'AUTH_MALFORMED'
  | 'AUTH_TOO_LONG'
  | 'AUTH_ENDED'
  | 'AUTH_TIMEOUT'

/** The peer did not prove who it is, or did not believe us. Never holds a secret or an expected proof. */
export class AuthError extends PeerError<AuthErrorCode> {}

/**
 * - `AUTH_OPTIONS` an option that is missing or makes no sense
 * - `AUTH_RESULT` a result that was not asked for, or of another length than was asked for
 * - `AUTH_UNAVAILABLE` this runtime cannot compute what the handshake needs, such as MD5 where it is forbidden
 */
export type AuthUsageErrorCode = 'AUTH_OPTIONS' | 'AUTH_RESULT' | 'AUTH_UNAVAILABLE'

/** Our own program uses authentication wrongly. Never holds a secret. */
export class AuthUsageError extends UsageError<AuthUsageErrorCode> {}
