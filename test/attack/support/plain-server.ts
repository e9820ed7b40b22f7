/** A square server that says its port and waits for the end of its input. */
import { createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { tcp } from 'wirewright/node'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const server = createServer(square, ([n]) => [n * n], { onError: () => {} })
const { endpoint } = await server.listen(tcp({ port: 0 }))
console.log(endpoint.address.port)
process.stdin.resume().on('end', () => void server.close())
