/**
 * Several processes behind one port, and new ones for a module that was saved.
 *
 *   primary ── holds the listening socket, hands out connections ──▶ worker 1, worker 2 …      each runs `serve`
 *      saved:  new workers listen ──▶ then the old ones are told to drain: nobody finds the port closed
 */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { basename } from 'node:path'
import { CommandError, EXIT } from './exit.js'

export interface Supervision {
  readonly workers: number
  /** The module to watch; undefined when nothing is watched. */
  readonly module: string | undefined
  say(text: string): void
}

/** What the primary says to a worker that is to finish. */
const DRAIN = 'drain'

/** Workers that have said that they listen: a mark on each, which goes when it goes. */
const listeners = new WeakSet<Worker>()

/** Calls `drain` when the primary says so. Does nothing in a process that is no worker. */
export function onDrain(drain: () => void): void {
  if (cluster.isWorker) process.on('message', (message) => message === DRAIN && drain())
}

/** Runs the command line of this process in `workers` others until a signal comes. */
export async function supervise({ workers, module, say }: Supervision): Promise<void> {
  cluster.setupPrimary({ exec: process.argv[1]!, args: process.argv.slice(2) })
  let current: readonly Worker[] = []
  let isEnding = false
  // Before there is a worker: a signal may come at any time.
  const ended = untilSignal(() => {
    isEnding = true
  })

  const replaceTheDead = (worker: Worker): void => {
    worker.once('exit', async (code, signal) => {
      if (isEnding || !current.includes(worker)) return
      say(`process ${worker.process.pid} ended with ${signal ?? code}; another takes its place`)
      try {
        const [other] = await generation(1)
        current = [...current.filter((one) => one !== worker), other!]
        replaceTheDead(other!)
      } catch (error) {
        say((error as Error).message)
      }
    })
  }
  const replaceAll = async (): Promise<void> => {
    const old = current
    current = await generation(workers)
    current.forEach(replaceTheDead)
    old.forEach(drain)
  }
  const reload = async (): Promise<void> => {
    try {
      await replaceAll()
      say(`${basename(module!)} has changed and is in service`)
    } catch {
      if (!isEnding) say('the old version stays in service')
    }
  }

  try {
    await replaceAll()
  } catch (error) {
    if (!isEnding) throw error
  }
  const watching = module === undefined ? undefined : await (await import('./watch.js')).watchModule(module, reload)
  await ended
  watching?.close()
}

/** Lets every worker finish, at the first signal; at the second none of them may. */
function untilSignal(ending: () => void): Promise<void> {
  return new Promise((done) => {
    let signals = 0
    for (const [signal, code] of [
      ['SIGINT', EXIT.interrupted],
      ['SIGTERM', EXIT.terminated],
    ] as const)
      process.on(signal, async () => {
        process.exitCode = code
        ending()
        const all = Object.values(cluster.workers ?? {}) as Worker[]
        all.forEach(signals++ === 0 ? drain : kill)
        await Promise.all(all.map((worker) => worker.isDead() || once(worker, 'exit')))
        done()
      })
  })
}

/** Those that listen finish what was asked of them; the others have nothing to finish. */
function drain(worker: Worker): void {
  if (!listeners.has(worker)) kill(worker)
  else if (worker.isConnected()) worker.send(DRAIN)
}

function kill(worker: Worker): void {
  worker.process.kill('SIGKILL')
}

/** Workers that listen. @throws {CommandError} when one of them could not; then none is left */
async function generation(count: number): Promise<Worker[]> {
  const workers = Array.from({ length: count }, () => cluster.fork())
  try {
    await Promise.all(workers.map(listening))
    return workers
  } catch (error) {
    workers.forEach(kill)
    throw error
  }
}

function listening(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('listening', () => {
      listeners.add(worker)
      resolve()
    })
    // It has said why.
    worker.once('exit', (code) =>
      reject(new CommandError(code || EXIT.other, `process ${worker.process.pid} did not start`)),
    )
  })
}
