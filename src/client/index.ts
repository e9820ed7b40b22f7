export { type Client, type ClientOptions, connect, type ExchangeClient, type ProtocolClient } from './client.js'
