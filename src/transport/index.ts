export { addressBytes, isLoopback } from './ip.js'
export { proxied } from './proxied-link.js'
export { type ProxyHeader, ProxyHeaderError, readProxyHeader } from './proxy-protocol.js'
export {
  type Address,
  type Connectable,
  type Link,
  type Listenable,
  type Listener,
  type Receiver,
  showAddress,
  TransportError,
  type TransportErrorCode,
} from './transport.js'
