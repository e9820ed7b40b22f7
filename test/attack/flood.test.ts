/** Floods of frames that cost their sender nothing. The server, the attackers and a neighbour each have a process of their own. */
import { it } from 'node:test'
import { isFull, quantile, report } from './support/report.js'
import { Process } from './support/sockets.js'

interface Server {
  readonly port: number
  readonly framesIn: number
}
interface Neighbour {
  readonly times: readonly number[]
}

it('rows 3 and 4: floods of empty frames, and a neighbour', async (t) => {
  const [server, { port }] = await Process.start<Server>('echo-server')
  const [neighbour] = await Process.start<Neighbour>('neighbour', [port])
  const asked = String(isFull ? 1000 : 200)
  await neighbour.ask(asked)
  const calm = await neighbour.ask(asked)
  const [flooder] = await Process.start('flooder', [port, 4])
  const before = await server.ask('how many')
  const begun = performance.now()
  const flooded = await neighbour.ask(asked)
  const seconds = (performance.now() - begun) / 1000
  const after = await server.ask('how many')
  await flooder.stop()
  await neighbour.stop()
  const wasAlive = server.isAlive
  await server.stop()
  const show = ({ times }: Neighbour): string =>
    `p50 ${quantile(times, 0.5).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(2)} ms`
  const rate = (after.framesIn - before.framesIn) / seconds / 1e6
  report(t, {
    row: '3, 4',
    attack: `4 floods of empty frames, ${rate.toFixed(2)} million/s`,
    figure: `neighbour's ${asked} answers: ${show(flooded)}; undisturbed ${show(calm)}`,
    // Without turns a neighbour waits for seconds. How many milliseconds it is depends on the machine and who else is on it.
    bound: isFull ? 'all answered, p99 at most 250 ms' : 'all answered',
    holds: wasAlive && flooded.times.length === Number(asked) && (!isFull || quantile(flooded.times, 0.99) <= 250),
  })
})
