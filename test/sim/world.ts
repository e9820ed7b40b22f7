/**
 * A simulated world: a network with its weather and faults, what its programs do on it, and what must hold in every one.
 *
 *   server ◀══ weather, resets, silence, refusals ══▶ clients that come back
 */
import assert from 'node:assert/strict'
import {
  type CloseReason,
  ConnectionClosedError,
  PeerTimeoutError,
  RequestTimeoutError,
  type Server,
  type ServerOptions,
  SessionUsageError,
  TransportError,
} from 'wirewright'
import type { Simulation } from 'wirewright/testing'
import type { MemoryNetwork, WeatherOptions } from 'wirewright/transport'
import { Hooks, Watch } from './watch.js'
import { dataFor } from './wires.js'

/** What many lives went through. */
export interface Tally {
  requests: number
  answered: number
  failed: number
  notes: number
  faults: number
  reconnects: number
  /** Peers that a server must not let in, or must not believe. */
  strangers: number
}

export const newTally = (): Tally => ({
  ...{ requests: 0, answered: 0, failed: 0, notes: 0, faults: 0, reconnects: 0, strangers: 0 },
})

/** What programs do in a world; ends when they have closed what they opened. */
export type Scenario = (world: World) => Promise<void>

/** A handler failed because the test wanted it to. */
export class Planned extends Error {}

type ErrorClass = abstract new (...args: never) => Error

const TIMEOUTS = [50, 500, 5_000, 30_000]
/** More than any limit of a connection, so that after it whatever is left would stay for ever. */
export const LONG = 120_000

export class World {
  readonly sim: Simulation
  readonly tally: Tally
  readonly network: MemoryNetwork
  readonly watch: Watch
  readonly hooks: Hooks
  /** No fault will be made: every request that its peer began to execute in time is answered. */
  readonly calm: boolean
  readonly executed = new Map<number, number>()
  /** Of the programs' own errors, those that may be: time and network are against them, and so are some of their tasks. */
  readonly tolerated: ErrorClass[] = [Planned, TransportError, PeerTimeoutError, ConnectionClosedError]
  /** What a hook saw that must not be; the life fails with it at its end. */
  failure: unknown
  readonly #unsent = new Set<number>()
  #next = 0
  #over = false

  constructor(sim: Simulation, tally: Tally) {
    this.sim = sim
    this.tally = tally
    this.calm = sim.random.chance(0.25)
    this.network = sim.network(this.#weather())
    this.watch = new Watch(sim.env)
    this.hooks = new Hooks((error) => this.fail(error))
  }

  async live(scenario: Scenario): Promise<void> {
    const { sim } = this
    const chaos = this.calm ? Promise.resolve() : this.#chaos()
    await scenario(this)
    this.#over = true
    await chaos
    this.network.heal()
    for (const cable of this.network.cables) cable.plug()
    await sim.sleep(LONG)
    assert.equal(this.network.cables.length, 0, `${this.network.cables.length} connections are left`)
    assert.equal(this.watch.live, 0, `${this.watch.live} timers are left`)
    assert.equal(this.hooks.open, 0, `${this.hooks.open} were never told to be closed`)
    for (const n of this.#unsent) assert.ok(!this.executed.has(n), `request ${n} was not sent, and was executed`)
    if (this.failure) throw this.failure
  }

  /** A number that no other request has. */
  next(): number {
    return this.#next++
  }

  fail(error: unknown): void {
    this.failure ??= error
  }

  /** What a hook or handler sees must hold: the life fails otherwise, whatever becomes of what the hook throws. */
  check(holds: boolean, what: string): void {
    if (!holds) this.fail(new assert.AssertionError({ message: what }))
  }

  /** Both sides keep the rules, so that neither may accuse the other of breaking one. */
  expected(error: unknown): void {
    if (!this.tolerated.some((tolerated) => error instanceof tolerated)) this.fail(error)
  }

  // Faults.

  #weather(): WeatherOptions {
    const { random } = this.sim
    const chunks = random.pick(['whole', 'sticky', 'random', 'random', 1, 3] as const)
    const delayMs = random.pick([0, 5, [1, 80]] as const)
    if (this.calm) return { chunks, delayMs }
    return {
      chunks,
      delayMs,
      windowBytes: random.pick([64, 1000, 65_536]),
      lossRate: random.pick([0, 0.02]),
      duplicateRate: random.pick([0, 0.1]),
      resetRate: random.pick([0, 0, 0.005]),
      refuseRate: random.pick([0, 0.2]),
      silenceRate: random.pick([0, 0.05]),
    }
  }

  async #chaos(): Promise<void> {
    const { sim, network } = this
    const { random } = sim
    while (!this.#over) {
      await sim.sleep(random.between(50, 1500))
      const cables = network.cables
      const what = random.pick(['reset', 'unplug', 'partition', 'weather', 'one end'] as const)
      if (what === 'weather') network.change(this.#weather())
      else if (what === 'partition') {
        network.partition()
        await sim.sleep(random.pick([100, 2_000, 40_000]))
        network.heal()
      } else if (cables.length === 0) continue
      else {
        const cable = random.pick(cables)
        if (what === 'reset') cable.reset()
        else if (what === 'one end') random.pick([cable.client, cable.server]).reset()
        else {
          cable.unplug()
          await sim.sleep(random.between(10, 5000))
          cable.plug()
        }
      }
      this.tally.faults++
    }
  }

  // What programs do.

  /** What every server here is told to do with its news. */
  get reporting(): Pick<ServerOptions<any>, 'onError' | 'opened' | 'closed'> {
    return {
      onError: (error) => this.expected(error),
      opened: (connection) => this.hooks.tell('opened', connection),
      closed: (_reason, connection) => this.hooks.tell('closed', connection),
    }
  }

  /** Executes a request, as its handler does before anything else. */
  execute(n: number, data: Uint8Array, times = 1): void {
    const executed = (this.executed.get(n) ?? 0) + 1
    this.executed.set(n, executed)
    this.check(Buffer.compare(data, dataFor(n, 1)) === 0, `request ${n} arrived changed`)
    this.check(executed <= times, `request ${n} was executed ${executed} times`)
  }

  /** Clients that could connect; a network that refuses may leave none. */
  async clients<C>(
    count: number,
    open: (onState: (state: string, reason?: CloseReason) => void) => Promise<C>,
  ): Promise<C[]> {
    const found: C[] = []
    for (let i = 0; i < count; i++) {
      const whom = {}
      const onState = (state: string, reason?: CloseReason): void => {
        this.sim.note(state)
        this.hooks.tell(state, whom)
        if (state === 'waiting') this.tally.reconnects++
        if (reason && 'error' in reason) this.expected(reason.error)
      }
      try {
        found.push(await open(onState))
      } catch (error) {
        this.expected(error)
      }
    }
    return found
  }

  /**
   * Makes a request and judges how it ends.
   *
   * @param answerable requests whose reply may not be lost while the world is calm; those that were executed, if not told
   */
  async ask(
    client: any,
    {
      maxPending = 1024,
      answerable = this.executed,
    }: { maxPending?: number; answerable?: Pick<Set<number>, 'has'> } = {},
  ): Promise<void> {
    const { sim, tally } = this
    const { random } = sim
    const n = this.next()
    const timeoutMs = this.calm ? 30_000 : random.pick(TIMEOUTS)
    const begun = sim.now
    const abort = !this.calm && random.chance(0.1) ? new AbortController() : undefined
    let abortedAt = Number.POSITIVE_INFINITY
    if (abort)
      sim.env.timer(random.between(0, timeoutMs), () => {
        abortedAt = sim.now
        abort.abort(new Planned())
      })
    tally.requests++
    const limit = sim.sleep(timeoutMs + 1).then(() => 'late' as const)
    const asked = client.request(
      'ask',
      { n, data: dataFor(n, 1) },
      { timeoutMs, ...(abort && { signal: abort.signal }) },
    )
    const promise: Promise<{ n: number; data: Uint8Array } | Error> = asked.catch((error: Error) => error)
    const outcome = await Promise.race([promise, limit])
    sim.note(`${n} ${outcome instanceof Error ? outcome.message : 'answered'}`)
    if (outcome === 'late')
      assert.fail(`request ${n} is not settled ${sim.now - begun} ms after it was made, in ${timeoutMs} ms`)
    assert.ok(sim.now <= abortedAt + 1, `request ${n} was aborted at ${abortedAt}, and settled at ${sim.now}`)
    if (client.state === 'open') assert.ok(client.info().pending <= maxPending, 'too many requests are pending')
    if (!(outcome instanceof Error)) {
      assert.equal(outcome.n, n, `request ${n} was given the answer to ${outcome.n}`)
      assert.deepEqual(outcome.data, dataFor(n, 2), `the answer to ${n} arrived changed`)
      assert.ok(this.executed.has(n), `request ${n} was answered, and never executed`)
      tally.answered++
      return
    }
    tally.failed++
    if (outcome instanceof SessionUsageError) assert.equal(outcome.code, 'TOO_MANY_REQUESTS')
    else if (outcome instanceof ConnectionClosedError || outcome instanceof RequestTimeoutError) {
      if (outcome.sent === 'no') this.#unsent.add(n)
      if (this.calm) {
        assert.ok(outcome instanceof ConnectionClosedError, 'a request timed out on a network without faults')
        assert.ok(!answerable.has(n), `request ${n} was executed before the drain, and its answer lost`)
      }
    } else assert.ok(outcome instanceof Planned && abort?.signal.aborted, `request ${n}: ${outcome.message}`)
  }

  async closeAll(clients: readonly any[], server: Server<any>): Promise<void> {
    const { sim } = this
    const closing = Promise.all([...clients.map((client) => client.close()), server.close()]).then(() => true)
    const isClosed = await Promise.race([closing, sim.sleep(LONG).then(() => false)])
    assert.ok(isClosed, 'close() does not end')
    // What was reset hears of it in a turn of its own.
    await sim.sleep(0)
    assert.equal(server.connections.size, 0, 'a closed server has connections')
    assert.equal(server.info().open, 0, 'a closed server counts connections')
    assert.equal(this.watch.live, 0, `${this.watch.live} timers outlive their connections`)
    for (const client of clients) {
      assert.equal(client.state, 'closed')
      await client.closed
    }
  }
}
