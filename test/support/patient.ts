/** Starts `square-server` and asks it how it feels. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { stop } from './python.js'

export interface Health {
  readonly heap: number
  readonly open: number
  readonly closed: number
  readonly errors: readonly string[]
}

export class Patient {
  readonly port: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
  }

  static async start(): Promise<Patient> {
    const child = fork(fileURLToPath(new URL('./square-server.js', import.meta.url)), { execArgv: ['--expose-gc'] })
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    return new Patient(child, port)
  }

  /** After a garbage collection. */
  async health(): Promise<Health> {
    this.#child.send('heap')
    const [health] = (await once(this.#child, 'message')) as [Health]
    return health
  }

  /** Once no connection is open any more. */
  async atRest(): Promise<Health> {
    for (;;) {
      const health = await this.health()
      if (health.open === 0) return health
    }
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  stop(): Promise<void> {
    return stop(this.#child)
  }
}
