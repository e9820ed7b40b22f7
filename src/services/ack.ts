/**
 * Ack: whatever bytes come are acknowledged, until the end of the stream.
 *
 *   client ─▶ Hello, Server
 *   server ─▶ ACK: Hello, Server
 */
import { chunks, exchange, rest, service } from 'wirewright'
import { tcp } from 'wirewright/node'

export const ack = exchange('ack', { framing: chunks(), request: rest(), reply: rest() })

export default service(ack, (bytes) => Buffer.concat([Buffer.from('ACK: '), bytes]), {
  endpoint: tcp({ host: '127.0.0.1', port: 65432 }),
})
