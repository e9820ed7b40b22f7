/** Wirewright: describe a wire protocol once; serve it, call it, look at it, test it. */
export { showBytes, showText } from './bytes/index.js'
export * from './client/index.js'
export * from './codec/index.js'
export type { Codec, CodecContext, Decoded, Description, Field, Infer, InferIn } from './codec.js'
export {
  type CloseReason,
  ConnectionClosedError,
  type ConnectionInfo,
  type ConnectionLimits,
  type ConnectionOf,
  DEFAULT_LIMITS,
  type HandlerContext,
  MessageDroppedError,
  type ObservedRequest,
  type Observer,
  type PlaintextConsent,
  PlaintextError,
  type RequestOptions,
  RequestTimeoutError,
  showReason,
  type WhenFull,
} from './connection/index.js'
export type { Digest, Env, Signal, Timer } from './env.js'
export { PeerError, UsageError, WirewrightError } from './errors.js'
export * from './framing/index.js'
export {
  type Exchange,
  exchange,
  type Message,
  message,
  type Protocol,
  ProtocolDefinitionError,
  protocol,
} from './protocol/index.js'
export {
  AddressError,
  type AdmissionOptions,
  createServer,
  type Handlers,
  type Listening,
  type Refusal,
  type Server,
  ServerClosedError,
  type ServerErrorContext,
  type ServerInfo,
  type ServerOptions,
} from './server/index.js'
export {
  type CallIo,
  type Configurable,
  choice,
  configurable,
  duration,
  type Endpoint,
  flag,
  type Service,
  type ServiceOption,
  type ServiceOptions,
  ServiceUsageError,
  service,
  text,
} from './service/index.js'
export { LimitError, MessageError, PeerTimeoutError, SessionUsageError } from './session/index.js'
export * from './struct/index.js'
export { type Address, type Connectable, type Listenable, showAddress, TransportError } from './transport/index.js'
