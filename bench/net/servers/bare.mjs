/** As little as `net` can do: what comes goes back. */
import { createServer } from 'node:net'
import { listen } from './announce.mjs'

listen(
  createServer({ noDelay: true }, (socket) => {
    socket.on('data', (chunk) => socket.write(chunk))
    socket.on('error', () => {})
  }),
)
