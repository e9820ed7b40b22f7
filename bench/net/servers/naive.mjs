/** What one writes first: everything received in one buffer, joined anew for each chunk, and a write for each reply. */
import { createServer } from 'node:net'
import { listen } from './announce.mjs'

listen(
  createServer((socket) => {
    let received = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      while (received.length >= 4) {
        const length = received.readUInt32BE(0)
        if (received.length < 4 + length) break
        const payload = received.subarray(4, 4 + length)
        received = received.subarray(4 + length)
        const reply = Buffer.alloc(4 + length)
        reply.writeUInt32BE(length, 0)
        payload.copy(reply, 4)
        socket.write(reply)
      }
    })
    socket.on('error', () => {})
  }),
)
