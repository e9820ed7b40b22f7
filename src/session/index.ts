export { type ClockLimits, DEFAULT_CLOCKS } from './clocks.js'
export {
  MessageError,
  type MessageErrorCode,
  PeerTimeoutError,
  SessionUsageError,
  type SessionUsageErrorCode,
  type Timeout,
} from './errors.js'
export { departFrom, LimitError } from './limits.js'
export { DEFAULT_SESSION_LIMITS, Session, type SessionEvent, type SessionLimits } from './session.js'
export type { Reading, Writing } from './states.js'
