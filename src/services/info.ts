/**
 * Info: an interactive console. Each line that the client sends is answered with who sent it, and what.
 *
 *   client ─▶ hi
 *   server ─▶ Hello, ('127.0.0.1', 51234). I got this from you: 'hi'
 *
 * The original serves one client at a time; here each has a connection, and none waits for another.
 */
import { chunks, exchange, service, string } from 'wirewright'
import { tcp } from 'wirewright/node'

export const info = exchange('info', { framing: chunks(), request: string(), reply: string() })

export default service(
  info,
  (text, { connection: { peer } }) => `Hello, ('${peer.host}', ${peer.port}). I got this from you: '${text}'`,
  {
    endpoint: tcp({ host: '127.0.0.1', port: 22222 }),
    async call({ client, lines, print, timeoutMs }) {
      for await (const line of lines())
        if (line === '') console.error('an empty line would be no bytes at all, and nobody could answer it')
        else print(await client.request(line, { timeoutMs }))
    },
  },
)
