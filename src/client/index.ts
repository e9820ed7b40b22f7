export {
  type Client,
  type ClientHandlers,
  type ClientOptions,
  connect,
  type ExchangeClient,
  type ProtocolClient,
} from './client.js'
export type { ClientState, OutboxOptions } from './keeper.js'
export type { ReconnectOptions } from './reconnect.js'
