export { diagnostics } from './diagnostics.js'
export { nodeEnv } from './env.js'
export { type TcpEndpoint, type TcpOptions, tcp } from './tcp.js'
