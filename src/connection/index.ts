export type {
  Application,
  ConnectionInfo,
  ConnectionOptions,
  HandlerContext,
  RequestOptions,
} from './application.js'
export {
  type BreakableLimit,
  type CloseReason,
  ConnectionClosedError,
  MessageDroppedError,
  RequestTimeoutError,
  showReason,
} from './close-reason.js'
export { Connection } from './connection.js'
export { Dispatch, type Life } from './dispatch.js'
export { checkFirstWord } from './first-word.js'
export { Handshake, type HandshakeEnd } from './handshake.js'
export { type ConnectionLimits, DEFAULT_LIMITS, limitsWith } from './limits.js'
export { type ObservedFailure, type ObservedRequest, type Observer, type Outcome, tell } from './observer.js'
export { Outbox, type OutboxCounters, type WhenFull } from './outbox.js'
export { checkPlaintext, type PlaintextConsent, PlaintextError } from './plaintext.js'
export { guarded } from './promises.js'
export type { ConnectionOf, ContextOf } from './typed.js'
