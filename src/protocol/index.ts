export { writeEmptyFrame } from './empty-frame.js'
export { type Exchange, type ExchangeDefinition, exchange } from './exchange.js'
export {
  type Call,
  type Calls,
  type Heartbeat,
  type Heartbeats,
  type IdMatch,
  type Message,
  type Messages,
  message,
  type Protocol,
  type ProtocolDefinition,
  ProtocolDefinitionError,
  protocol,
} from './protocol.js'
export type {
  AskBody,
  BodyFor,
  BodyOf,
  CallNames,
  Inbound,
  NamesOf,
  NoteOf,
  Outbound,
  Owed,
  ReplyBody,
  Role,
  Unasked,
} from './types.js'
export { type Kind, type Wire, wireFor } from './wire.js'
