/**
 * Upper: one request per connection. The text comes back in upper case, without the white space around it.
 *
 *   client ─▶ "  hello "
 *   server ─▶ "HELLO", and closes
 *
 * The original starts a thread for each client; here many connections share one loop.
 */
import { chunks, exchange, service, string } from 'wirewright'
import { tcp } from 'wirewright/node'

export const upper = exchange('upper', { framing: chunks(), request: string(), reply: string() })

export default service(
  upper,
  (text, { connection }) => {
    // Closing lets what is owed go first: the answer, then the end.
    connection.close()
    return text.trim().toUpperCase()
  },
  { endpoint: tcp({ host: 'localhost', port: 9999 }) },
)
