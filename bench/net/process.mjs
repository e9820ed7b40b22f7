/** Servers and load as child processes, each on a processor of its own where there are two and `taskset` is there. */
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { cells, DISTURBED } from './cells.mjs'

const run = promisify(execFile)
export const pinned = cpus().length > 1 && spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0
export const LOAD_CORE = '0'
export const SERVER_CORE = '1'
/** Before a disturbed run is tried again. */
const PAUSE_MS = 500
/** What all such tries together may take of the time of the others: on a machine that is never quiet they would change little. */
const PATIENCE = 0.25
const spent = { first: 0, again: 0 }
export const on = (core, command) => (pinned ? ['taskset', '-c', core, ...command] : command)

/** Starts a server and waits for its ports. */
export async function start({ name, command }) {
  const [program, ...arguments_] = on(SERVER_CORE, command)
  const child = spawn(program, arguments_, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)
  const gone = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the server ${name} ended before it said its port (${code ?? signal})`)
  })
  const [line] = await Promise.race([once(lines, 'line'), gone])
  gone.catch(() => {})
  return {
    ports: line.split(' ').map(Number),
    // `taskset` becomes the program that it starts, so this is the server's own.
    pid: child.pid,
    stop() {
      child.stdin.end()
      child.kill()
    },
  }
}

/** The runs of one cell against one server in one round. */
export async function measure(load, server, { wire }, cell, seconds) {
  const { connections, inFlight, payload, repeats = 1 } = cells[cell]
  const port = payload === 32 ? server.ports[0] : server.ports.at(-1)
  const warmUp = Math.max(0.4, seconds / 2)
  const times = [warmUp, seconds].map((time) => time / repeats ** 0.5)
  const these = [port, wire, connections, inFlight, payload, ...times, server.pid].map(String)
  const results = []
  while (results.length < repeats) results.push(await leastDisturbed(load, these))
  return results
}

/** One run; once more, up to twice and a little later, when others were busy meanwhile and there is patience left. */
async function leastDisturbed(load, these) {
  const [program, ...arguments_] = on(LOAD_CORE, [load])
  let best
  for (let attempt = 0; attempt < 3; attempt++) {
    const began = performance.now()
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    const { stdout } = await run(program, [...arguments_, ...these])
    const { messages, seconds: took, p50, p99, server: used, own, machine } = JSON.parse(stdout)
    const result = {
      rate: messages / took,
      p50,
      p99,
      cpu: (used / messages) * 1e6,
      load: own / took,
      others: (machine - used - own) / took,
    }
    if (best === undefined || result.others < best.others) best = result
    spent[attempt > 0 ? 'again' : 'first'] += performance.now() - began
    if (best.others <= DISTURBED || spent.again > PATIENCE * spent.first) break
  }
  return best
}
