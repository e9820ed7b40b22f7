/** An attacker: `flooder.js port sockets` pours empty frames into each socket, as fast as they are taken, and reads what comes back. */
import { connect } from 'node:net'

const [port = 0, sockets = 0] = process.argv.slice(2).map(Number)
const block = new Uint8Array(64 * 1024)
let open = 0
for (let i = 0; i < sockets; i++) {
  const socket = connect({ port, host: '127.0.0.1' })
  const pour = (): void => {
    while (!socket.destroyed && socket.write(block));
  }
  socket.on('connect', () => {
    pour()
    if (++open === sockets) process.send!({})
  })
  socket.on('drain', pour)
  socket.on('error', () => {})
  socket.resume()
}
