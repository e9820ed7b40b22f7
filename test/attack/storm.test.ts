/** All clients of a server come back at once; and what the library promises about a request when they do. */
import { it } from 'node:test'
import { connect, createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { simulation } from 'wirewright/testing'
import { live } from '../sim/lives.js'
import { isFull, report } from './support/report.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const OUTAGE_MS = 5_000
const SLOT_MS = 100

it('row 16: clients of a server that was away come back over a while, and not in one moment', async (t) => {
  const clients = isFull ? 10_000 : 1_000
  const sim = simulation({ seed: 16, maxEvents: Number.POSITIVE_INFINITY })
  const network = sim.network({ delayMs: [1, 20] })
  const slots = new Map<number, number>()
  let [attempts, back, lastBack] = [0, 0, 0]
  await sim.run(async () => {
    const place = network.at('server')
    const admission = { maxConnections: clients, maxConnectionsPerAddress: clients, maxAcceptsPerSecond: clients }
    const first = createServer(square, ([n]) => [n * n], { admission })
    await first.listen(place)
    const counted = {
      ...place,
      connect: (options?: Parameters<typeof place.connect>[0]) => {
        attempts++
        return place.connect(options)
      },
    }
    const opened = await Promise.all(
      Array.from({ length: clients }, () => connect(square, counted, { reconnect: true })),
    )
    attempts = 0
    await first.close()
    await sim.sleep(OUTAGE_MS)
    const returnedAt = sim.now
    const second = createServer(square, ([n]) => [n * n], {
      admission,
      opened: () => {
        const slot = Math.floor((sim.now - returnedAt) / SLOT_MS)
        slots.set(slot, (slots.get(slot) ?? 0) + 1)
        lastBack = sim.now - returnedAt
        back++
      },
    })
    await second.listen(place)
    while (back < clients) await sim.sleep(1000)
    await Promise.all(opened.map((client) => client.close()))
    await second.close()
  })
  const peak = Math.max(...slots.values())
  report(t, {
    row: '16',
    attack: `${clients} clients of a server that was away for ${OUTAGE_MS / 1000} s (simulated)`,
    figure: `${peak} came back in the fullest ${SLOT_MS} ms, the last after ${(lastBack / 1000).toFixed(1)} s, ${(attempts / clients).toFixed(1)} attempts each`,
    bound: `at most 5 % (${clients / 20}) in ${SLOT_MS} ms, all within 30 s`,
    holds: peak <= clients / 20 && lastBack <= 30_000,
  })
})

it('rows 17 and 18: no request is executed twice, or stays open beyond its deadline', async (t) => {
  const lives = await live(isFull ? 1000 : 100, 1_000_000)
  // A life in which one does fails, and with it this test.
  report(t, {
    row: '17, 18',
    attack: `${lives.seeds} simulated worlds with ${lives.faults} faults and ${lives.reconnects} reconnects`,
    figure: `${lives.requests} requests: ${lives.answered} answered, ${lives.failed} failed in time, 0 twice`,
    bound: 'each settles once and in time',
    holds: lives.answered + lives.failed === lives.requests,
  })
})
