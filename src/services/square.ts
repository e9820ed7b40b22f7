/**
 * Square: the client sends an integer, the server answers its square.
 *
 *   +------------+-------------+
 *   | length: !I | number: !i  |     both ways, any number of times
 *   +------------+-------------+
 *
 * 46341 is the first number whose square does not fit 32 bits. Whoever asks for it loses the connection; nobody else notices.
 */
import { exchange, lengthPrefix, service, struct } from 'wirewright'
import { tcp } from 'wirewright/node'

export const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })

export default service(square, ([n]) => [n * n], { endpoint: tcp({ host: '127.0.0.1', port: 65432 }) })
