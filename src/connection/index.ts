export { type CloseReason, ConnectionClosedError, RequestTimeoutError, showReason } from './close-reason.js'
export { type Application, Connection, type HandlerContext, type RequestOptions } from './connection.js'
export { type ConnectionLimits, DEFAULT_LIMITS } from './limits.js'
export type { ConnectionOf, ContextOf } from './typed.js'
