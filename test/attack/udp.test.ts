/**
 * Datagrams whose sender may be anybody. On loopback nobody can forge an address and nothing is held back, so this goes to an
 * address of this machine that others could write too.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { it } from 'node:test'
import { createServer, datagram, exchange, rest } from 'wirewright'
import { nodeEnv, udp } from 'wirewright/node'
import { isFull, report } from './support/report.js'
import { until } from './support/sockets.js'

const address = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
const skip = address === undefined && 'this machine has no address but loopback'
/** Headers of IPv4 and UDP, which the victim's line carries as well. */
const HEADER = 28

it('row 19: a server of datagrams is no amplifier', { skip }, async (t) => {
  const rounds = isFull ? 2000 : 50
  const wire = exchange('generous', { framing: datagram(), request: rest(), reply: rest() })
  let asked = 0
  const server = createServer(
    wire,
    () => {
      asked++
      return new Uint8Array(Math.min(1200, 2 ** (asked % 12)))
    },
    { onError: () => {} },
  )
  const quiet = { ...nodeEnv, warn: () => {} }
  const { endpoint } = await server.listen(udp({ host: address!, port: 0, env: quiet }))
  let [sent, sentBytes, received, receivedBytes, worst] = [0, 0, 0, 0, 0]
  for (const length of [0, 1, 4, 16, 64, 400]) {
    // A forged address hears what comes and never answers; each is new to the server.
    const victim = createSocket('udp4')
    let [into, outOf] = [0, 0]
    victim.on('message', (bytes) => {
      received++
      outOf += HEADER + bytes.length
    })
    victim.bind(0, address)
    await once(victim, 'listening')
    for (let i = 0; i < rounds; i++) {
      const before = asked
      victim.send(new Uint8Array(length), endpoint.address.port!, address!)
      sent++
      into += HEADER + length
      // One at a time, that none is lost to a full buffer.
      if (i % 16 === 15 || i === rounds - 1) await until(() => asked >= before + 1)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
    victim.close()
    sentBytes += into
    receivedBytes += outOf
    worst = Math.max(worst, outOf / into)
  }
  await server.close()
  report(t, {
    row: '19',
    attack: `${sent} datagrams of 0 to 400 bytes from addresses that never answer, for replies of up to 1200`,
    figure: `${received} replies; ${(receivedBytes / sentBytes).toFixed(2)} bytes for each, ${worst.toFixed(2)} at worst (headers counted)`,
    bound: 'at most 3',
    holds: worst <= 3 && received > 0,
  })
})
