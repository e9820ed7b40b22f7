/**
 * Datagram: UDP keeps boundaries and loses messages. Each datagram that arrives is answered, to whoever sent it.
 *
 *   client ─▶ | Hello via UDP |
 *   server ─▶ | Message received |
 */
import { datagram as datagrams, exchange, service, showText, string } from 'wirewright'
import { udp } from 'wirewright/node'

export const datagram = exchange('datagram', {
  framing: datagrams({ maxFrameLength: 1024 }),
  request: string(),
  reply: string(),
})

export default service(
  datagram,
  (text) => {
    console.error(`received ${showText(text)}`)
    return 'Message received'
  },
  { endpoint: udp({ host: '127.0.0.1', port: 9999 }) },
)
