export { addressBytes, isLoopback } from './ip.js'
export { type MemoryEndpoint, MemoryNetwork, type MemoryOptions, memory } from './memory.js'
export type { Cable, NetworkEvent } from './memory-cable.js'
export type { MemoryDatagramEndpoint } from './memory-datagrams.js'
export { proxied } from './proxied-link.js'
export { type ProxyHeader, ProxyHeaderError, readProxyHeader } from './proxy-protocol.js'
export { Random } from './random.js'
export {
  type Address,
  type ChannelBinding,
  type Connectable,
  type Datagrams,
  type Link,
  type Listenable,
  type Listener,
  type ListenOptions,
  type Proxies,
  type Receiver,
  type Security,
  showAddress,
  TransportError,
  type TransportErrorCode,
} from './transport.js'
export { TransportUsageError, type TransportUsageErrorCode } from './usage-error.js'
export type { Chunks, WeatherOptions } from './weather.js'
