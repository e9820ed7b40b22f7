export { MessageError, SessionUsageError } from './errors.js'
export { Session, type SessionEvent, type SessionOptions } from './session.js'
export type { Reading, Writing } from './states.js'
