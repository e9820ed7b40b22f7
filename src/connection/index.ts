export {
  type BreakableLimit,
  type CloseReason,
  ConnectionClosedError,
  MessageDroppedError,
  RequestTimeoutError,
  showReason,
} from './close-reason.js'
export {
  type Application,
  Connection,
  type ConnectionInfo,
  type ConnectionOptions,
  type HandlerContext,
  type RequestOptions,
} from './connection.js'
export { type ConnectionLimits, DEFAULT_LIMITS } from './limits.js'
export type { ObservedRequest, Observer, Outcome } from './observer.js'
export type { OutboxCounters, WhenFull } from './outbox.js'
export type { ConnectionOf, ContextOf } from './typed.js'
