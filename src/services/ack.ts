/**
 * Ack: whatever bytes come are acknowledged, until the end of the stream.
 *
 *   client ─▶ Hello, Server
 *   server ─▶ ACK: Hello, Server
 */
import { chunks, exchange, rest, ServiceUsageError, service } from 'wirewright'
import { tcp } from 'wirewright/node'

export const ack = exchange('ack', { framing: chunks(), request: rest(), reply: rest() })

export default service(ack, (bytes) => Buffer.concat([Buffer.from('ACK: '), bytes]), {
  endpoint: tcp({ host: '127.0.0.1', port: 65432 }),
  read([text, ...others]) {
    if (text !== undefined && others.length === 0) return text
    throw new ServiceUsageError("one message is wanted, such as: wirewright call ack 'Hello, Server'")
  },
  async call({ client, words: text, print, timeoutMs }) {
    const reply = await client.request(text, { timeoutMs })
    print(Buffer.from(reply).toString('utf8'))
  },
})
