/** A square server in a process of its own, which tells its heap when asked: the patient of the attack tests. */
import { createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { tcp } from 'wirewright/node'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })

const errors: string[] = []
let closed = 0
const server = createServer(square, ([n]) => [n * n], {
  onError: (error) => errors.push((error as Error).message),
  closed: () => closed++,
})
const { endpoint } = await server.listen(tcp({ port: 0 }))
process.on('message', (question) => {
  if (question === 'heap') {
    gc!()
    gc!()
    process.send!({
      heap: process.memoryUsage().heapUsed,
      open: server.connections.size,
      closed,
      errors: errors.splice(0),
    })
  }
})
process.send!({ port: endpoint.address.port })
