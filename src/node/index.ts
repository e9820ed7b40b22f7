export { diagnostics } from './diagnostics.js'
export { nodeEnv } from './env.js'
export { fromSocket, type SocketEndpoint } from './from-socket.js'
export type { ResolvedAddress } from './happy-eyeballs.js'
export { type TcpEndpoint, type TcpOptions, tcp } from './tcp.js'
export type { DialOptions, Lookup } from './tcp-dial.js'
export type { AcceptOptions } from './tcp-listen.js'
export { tls } from './tls.js'
export type { Credentials, Pem } from './tls-credentials.js'
export type {
  TlsCertificate,
  TlsClientKey,
  TlsClientSide,
  TlsListenable,
  TlsOptions,
  TlsServerKeys,
  TlsServerSide,
  TlsTrust,
} from './tls-options.js'
export { type UdpEndpoint, udp } from './udp.js'
export type { UdpOptions } from './udp-options.js'
export { type UnixEndpoint, type UnixOptions, unix } from './unix.js'
