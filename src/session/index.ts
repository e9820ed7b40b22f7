export { type ClockLimits, DEFAULT_CLOCKS } from './clocks.js'
export {
  MessageError,
  type MessageErrorCode,
  PeerTimeoutError,
  SessionUsageError,
  type SessionUsageErrorCode,
  type Timeout,
} from './errors.js'
export { Session, type SessionEvent, type SessionOptions } from './session.js'
export type { Reading, Writing } from './states.js'
