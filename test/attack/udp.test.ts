/**
 * Datagrams whose sender may be anybody. On loopback nobody can forge an address and nothing is held back, so this goes to an
 * address of this machine that others could write too.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createServer, datagram, protocol, rest } from 'wirewright'
import { nodeEnv, udp } from 'wirewright/node'
import { isFull, report } from './support/report.js'
import { until } from './support/sockets.js'

const address = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
const skip = address === undefined && 'this machine has no address but loopback'
/** Headers of IPv4 and UDP, which the victim's line carries as well. */
const HEADER = 28

/** What a server may want to say to one datagram, as many times as it is let. */
const SHAPES = [
  { name: 'drops', length: 1, times: 100 },
  { name: 'short', length: 64, times: 4 },
  { name: 'long', length: 1200, times: 2 },
] as const

it('row 19: a server of datagrams is no amplifier', { skip }, async (t) => {
  const rounds = isFull ? 200 : 40
  const any = { codec: rest() }
  const wire = protocol('generous', { framing: datagram(), fromClient: { ask: any }, fromServer: { tell: any } })
  let [asked, sent, received, worst] = [0, 0, 0, 0]
  let shape: (typeof SHAPES)[number] = SHAPES[0]
  const server = createServer(
    wire,
    {
      ask: (_, { connection }) => {
        asked++
        for (let i = 0; i < shape.times; i++) connection.send('tell', new Uint8Array(shape.length))
      },
    },
    { onError: () => {} },
  )
  const quiet = { ...nodeEnv, warn: () => {} }
  const { endpoint } = await server.listen(udp({ host: address!, port: 0, env: quiet }))
  for (shape of SHAPES)
    for (const length of [0, 1, 4, 40, 400]) {
      // A forged address hears what comes and never answers.
      const victim = createSocket('udp4')
      let outOf = 0
      victim.on('message', (bytes) => {
        received++
        outOf += HEADER + bytes.length
      })
      victim.bind(0, address)
      await once(victim, 'listening')
      for (let i = 0; i < rounds; i++) {
        const before = asked
        victim.send(new Uint8Array(length), endpoint.address.port!, address!)
        await until(() => asked > before)
      }
      sent += rounds
      await wait(50)
      victim.close()
      worst = Math.max(worst, outOf / (rounds * (HEADER + length)))
    }
  await server.close()
  report(t, {
    row: '19',
    attack: `${sent} datagrams of 0 to 400 bytes from addresses that never answer; up to 2400 bytes of reply to each`,
    figure: `${received} replies; ${worst.toFixed(2)} bytes for each byte at worst, headers counted`,
    bound: 'at most 3',
    holds: worst <= 3 && received > 0,
  })
})
