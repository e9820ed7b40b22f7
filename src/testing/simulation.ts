/**
 * A world from a seed: clock, timers, randomness and network, so that a whole client and server run the same way every time.
 *
 *   turn:  callback ─▶ its promises ─▶ deferred callbacks, with their promises ─▶ no microtask is left
 *   then:  the clock jumps to whatever is next
 *
 * An hour of heartbeats takes as long as its code does, and a failure comes back by its seed. This holds for what goes
 * through `env` and the networks of the simulation: a `setTimeout` or a socket in the scenario is of the real world, and the
 * simulation neither waits for it nor repeats it.
 */
import type { Digest, Env, Timer } from '../env.js'
import { MemoryNetwork, type NetworkEvent, Random, type WeatherOptions } from '../transport/index.js'
import { EventQueue } from './event-queue.js'
import { SimulationError } from './simulation-error.js'
import { Trace } from './trace.js'
import { settled } from './turn.js'

type Crypto = Pick<Env, 'mac' | 'keyDerivation'>

export interface SimulationOptions {
  /** Decides everything that is left to chance: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
  /**
   * Who computes MACs and keys; `nodeEnv` of `wirewright/node` will do. Results are handed over in the order in which they
   * were asked for, and take no simulated time. Default: none, and asking for one is an error.
   */
  crypto?: Crypto
  /** Turns in one run before it is taken for a loop. Default 1000000: hours of a busy connection, seconds of real time. */
  maxEvents?: number
  /** Told each line of the trace, to see where two runs part. Default: the lines are not made, only hashed. */
  onTrace?: (line: string) => void
}

/**
 * A simulated world.
 *
 * @example
 * const sim = simulation({ seed: 7 })
 * const network = sim.network({ delayMs: [1, 40], chunks: 'random' })
 * await sim.run(async () => {
 *   const server = createServer(square, ([n]) => [n * n])
 *   const { endpoint } = await server.listen(network.at('server'))
 *   const client = await connect(square, endpoint)
 *   await sim.sleep(3_600_000)                     // an hour of heartbeats
 *   assert.deepEqual(await client.request([12]), [144])
 * })
 * sim.hash                                         // the same for every run of seed 7
 */
export function simulation(options: SimulationOptions = {}): Simulation {
  return new Simulation(options)
}

/** Made by {@link simulation}. */
export class Simulation {
  readonly seed: number
  /** Hand it to whatever wants an environment. `network()` has it already. */
  readonly env: Env
  /** Decisions for the test itself; drawing from it changes nothing that the program or the network draws. */
  readonly random: Random
  /** What the program warned of. */
  readonly warnings: readonly string[]

  readonly #maxEvents: number
  readonly #onTrace: ((line: string) => void) | undefined
  readonly #trace = new Trace()
  readonly #queue = new EventQueue()
  /** Callbacks of `defer`, which still belong to the present turn. */
  #deferred: (() => void)[] = []
  /** Computations that run outside, in the order in which they were asked for. */
  #outside: Outside[] = []
  #now = 0
  #events = 0
  #networks = 0
  #running = false

  constructor({ seed = 0, crypto, maxEvents = 1_000_000, onTrace }: SimulationOptions) {
    this.seed = seed
    this.random = new Random(seed, 'test')
    this.#maxEvents = maxEvents
    this.#onTrace = onTrace
    const warnings: string[] = []
    this.warnings = warnings
    const program = new Random(seed, 'program')
    this.env = {
      now: () => this.#now,
      timer: (ms, callback) => this.#timer(ms, callback),
      defer: (callback) => void this.#deferred.push(callback),
      yield: (callback) => void this.#queue.add(this.#now, callback),
      random: (length) => program.bytes(length),
      mac: (digest: Digest, key, message) => this.#compute(crypto, (by) => by.mac(digest, key, message)),
      keyDerivation: (digest: Digest, password, salt, iterations, length) =>
        this.#compute(crypto, (by) => by.keyDerivation(digest, password, salt, iterations, length)),
      warn: (text) => {
        warnings.push(text)
        this.note(`warning: ${text}`)
      },
    }
  }

  /** The simulated time in milliseconds; it begins at 0. */
  get now(): number {
    return this.#now
  }

  /** Turns so far. */
  get events(): number {
    return this.#events
  }

  /** Of everything that has happened: turns with their times, bytes on networks, notes. 16 hex digits. */
  get hash(): string {
    return this.#trace.hash
  }

  /** Adds something to the trace: what a test saw, so that two runs which differ in it have different hashes. */
  note(text: string): void {
    this.#trace.text(text)
    this.#tell(() => text)
  }

  /** A network in this world. Each has decisions of its own from the seed; no options, no faults. */
  network(weather: WeatherOptions & { connectTimeoutMs?: number } = {}): MemoryNetwork {
    const number = this.#networks++
    return new MemoryNetwork({
      ...weather,
      env: this.env,
      seed: new Random(this.seed, `network ${number}`).uint32(),
      observe: (event) => this.#observe(number, event),
    })
  }

  /** Resolves after so many simulated milliseconds; for scenarios. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#timer(ms, resolve)
    })
  }

  /**
   * Runs a scenario to its end, and gives what it returns. Without one: runs until nothing is left to happen.
   *
   * @throws {SimulationError} `DEADLOCK` when nothing is left to happen and the scenario still waits, `TOO_MANY_EVENTS`
   * @throws whatever the scenario, or a callback on the way, throws
   */
  run(): Promise<void>
  run<T>(scenario: () => PromiseLike<T>): Promise<T>
  async run<T>(scenario?: () => PromiseLike<T>): Promise<T | undefined> {
    if (!scenario) {
      await this.#advance(Number.POSITIVE_INFINITY, () => false)
      return undefined
    }
    this.#mustBeIdle()
    return this.runUntil(new Promise<T>((resolve) => this.env.yield(() => resolve(scenario()))))
  }

  /** As {@link run}, until a promise settles, whose value it gives, or a condition holds at the end of a turn. */
  runUntil<T>(promise: PromiseLike<T>): Promise<T>
  runUntil(condition: () => boolean): Promise<void>
  async runUntil<T>(goal: PromiseLike<T> | (() => boolean)): Promise<T | undefined> {
    let isSettled = false
    const settle = (): void => {
      isSettled = true
    }
    if (typeof goal !== 'function') goal.then(settle, settle)
    const isReached = typeof goal === 'function' ? goal : (): boolean => isSettled
    if (await this.#advance(Number.POSITIVE_INFINITY, isReached)) return typeof goal === 'function' ? undefined : goal
    const what = typeof goal === 'function' ? 'the condition does not hold' : 'the promise is still pending'
    throw new SimulationError('DEADLOCK', `nothing is left to happen at ${this.#time()}, and ${what}`)
  }

  /** Runs for so many simulated milliseconds; with 0, whatever is due now. */
  async runFor(ms: number): Promise<void> {
    const until = this.#now + checkedTime(ms)
    await this.#advance(until, () => false)
    this.#now = until
  }

  /** Turn after turn until `isReached` (true), or until nothing is left to happen by `until` (false). */
  async #advance(until: number, isReached: () => boolean): Promise<boolean> {
    this.#mustBeIdle()
    this.#running = true
    try {
      for (const limit = this.#events + this.#maxEvents; ; ) {
        await settled()
        if (this.#deferred.length > 0) {
          this.#count(undefined, limit)
          this.#deferred.shift()!()
        } else if (this.#outside.length > 0) await this.#awaitOutside()
        else if (isReached()) return true
        else {
          const next = this.#queue.peek()
          if (!next || next.at > until) return false
          this.#queue.take()
          this.#now = next.at
          this.#count(next.order, limit)
          next.callback!()
        }
      }
    } finally {
      this.#running = false
    }
  }

  #mustBeIdle(): void {
    if (this.#running)
      throw new SimulationError(
        'ALREADY_RUNNING',
        'the simulation runs already: inside a scenario, await the work itself',
      )
  }

  /** A turn by its order in the queue; without one, something deferred. */
  #count(order: number | undefined, limit: number): void {
    if (this.#events >= limit)
      throw new SimulationError(
        'TOO_MANY_EVENTS',
        `${this.#maxEvents} turns without an end, now at ${this.#time()} (maxEvents): does something repeat for ever?`,
      )
    this.#events++
    this.#trace.number(order ?? -1)
    this.#trace.number(this.#now)
    this.#tell(() => (order === undefined ? 'deferred' : `turn ${order}`))
  }

  #timer(ms: number, callback: () => void): Timer {
    const at = this.#now + checkedTime(ms)
    if (at === Number.POSITIVE_INFINITY) return { cancel() {} }
    const scheduled = this.#queue.add(at, callback)
    return {
      cancel: () => {
        scheduled.callback = undefined
      },
    }
  }

  #compute(crypto: Crypto | undefined, work: (by: Crypto) => Promise<Uint8Array>): Promise<Uint8Array> {
    if (!crypto)
      return Promise.reject(
        new SimulationError('NO_CRYPTO', 'a MAC or key was asked for: simulation({ crypto: nodeEnv }) computes them'),
      )
    const result = work(crypto)
    // It may fail before its turn comes to be looked at.
    result.catch(() => {})
    return new Promise((resolve, reject) => {
      this.#outside.push({ result, resolve, reject })
    })
  }

  /** Time stands still until all are done, whoever is first: their order is that in which they were asked for. */
  async #awaitOutside(): Promise<void> {
    const done = this.#outside
    this.#outside = []
    await Promise.allSettled(done.map(({ result }) => result))
    for (const { result, resolve, reject } of done) result.then(resolve, reject)
    this.note(`computed ${done.length}`)
  }

  #observe(network: number, { type, cable, end, bytes, error }: NetworkEvent): void {
    this.#trace.text(type + end)
    this.#trace.number(network)
    this.#trace.number(cable)
    if (bytes) this.#trace.bytes(bytes)
    if (error) this.#trace.text(error.code)
    this.#tell(() => {
      const what = [`network ${network} cable ${cable}: ${end} ${type}`]
      if (bytes) what.push(`${bytes.length} bytes`)
      if (error) what.push(error.code)
      return what.join(' ')
    })
  }

  #tell(line: () => string): void {
    this.#onTrace?.(`${this.#time()}  ${line()}`)
  }

  #time(): string {
    return `${this.#now.toFixed(3)} ms`
  }
}

interface Outside {
  readonly result: Promise<Uint8Array>
  resolve(value: Uint8Array): void
  reject(error: unknown): void
}

/** Real clocks take what is not a number for "at once": a fault that must not pass here. */
function checkedTime(ms: number): number {
  if (Number.isNaN(ms)) throw new SimulationError('BAD_TIME', `${ms} ms cannot be waited for`)
  return Math.max(0, ms)
}
