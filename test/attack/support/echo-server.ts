/** The attacked, in a process of its own: gives back what it is given. */
import { createServer, exchange, lengthPrefix, rest } from 'wirewright'
import { tcp } from 'wirewright/node'

const echo = exchange('echo', { framing: lengthPrefix('!I'), request: rest(), reply: rest() })
const server = createServer(echo, (body) => body, { onError: () => {} })
const { endpoint } = await server.listen(tcp({ port: 0 }))
const { port } = endpoint.address
process.on('message', () => {
  const framesIn = [...server.connections].reduce((sum, connection) => sum + connection.info().framesIn, 0)
  process.send!({ port, framesIn, rss: process.memoryUsage().rss })
})
process.send!({ port, framesIn: 0, rss: process.memoryUsage().rss })
