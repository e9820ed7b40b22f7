/**
 * The clients of `hold.mjs`, all in this process: `hold-clients.mjs <port> <connections>`.
 *
 * `open` on stdin opens them, `talk` sends one frame of 32 bytes on each and checks the reply; each is answered with the
 * seconds that it took. The end of stdin closes them.
 */
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

const [port, count] = process.argv.slice(2).map(Number)
const AT_ONCE = 200
/** Each address of 127.0.0.0/8 has ports of its own. */
const PER_ADDRESS = 1000
const request = Buffer.alloc(36, 0x20)
request.writeUInt32BE(32)
const sockets = []

const open = (i) =>
  new Promise((resolve, reject) => {
    const localAddress = `127.0.${1 + Math.floor(i / PER_ADDRESS)}.1`
    const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true }, () => resolve())
    socket.once('error', reject)
    sockets.push(socket)
  })

const talk = (i) =>
  new Promise((resolve, reject) => {
    const socket = sockets[i]
    let received = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      if (received.length < request.length) return
      socket.removeAllListeners('data')
      if (received.equals(request)) resolve()
      else reject(new Error(`connection ${i} was answered ${received.toString('hex')}`))
    })
    socket.once('close', () => reject(new Error(`connection ${i} was closed`)))
    socket.write(request)
  })

async function all(action) {
  const began = performance.now()
  let next = 0
  const worker = async () => {
    while (next < count) await action(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return (performance.now() - began) / 1e3
}

for await (const line of createInterface(process.stdin)) {
  const seconds = await all(line === 'open' ? open : talk)
  process.stdout.write(`${seconds}\n`)
}
process.exit()
