/** `ws`, as its README does it, without compression. */
import { WebSocketServer } from 'ws'
import { announce } from '../servers/announce.mjs'

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false }, () =>
  announce(server.address().port),
)
server.on('connection', (socket) => {
  socket.on('error', () => {})
  socket.on('message', (data) => socket.send(data, { binary: true }))
})
