/**
 * One life of a server and its clients in a simulated world, and what must hold in every one of them.
 *
 *   server ◀══ weather, resets, silence, refusals ══▶ clients that come back        a second server takes over after a drain
 */
import assert from 'node:assert/strict'
import {
  type CloseReason,
  ConnectionClosedError,
  connect,
  createServer,
  type Env,
  PeerTimeoutError,
  RequestTimeoutError,
  type Server,
  SessionUsageError,
  TransportError,
} from 'wirewright'
import type { Simulation } from 'wirewright/testing'
import type { Connectable, Listenable, MemoryEndpoint, MemoryNetwork, WeatherOptions } from 'wirewright/transport'
import { BEAT, byId, callback, dataFor, notes, ordered } from './wires.js'

/** What many lives went through. */
export interface Tally {
  requests: number
  answered: number
  failed: number
  notes: number
  faults: number
  reconnects: number
}

export const newTally = (): Tally => ({ requests: 0, answered: 0, failed: 0, notes: 0, faults: 0, reconnects: 0 })

/** A handler failed because the test wanted it to. */
class Planned extends Error {}

const TIMEOUTS = [50, 500, 5_000, 30_000]
/** More than any limit of a connection, so that after it whatever is left would stay for ever. */
const LONG = 120_000

/** Counts the timers of the programs, which the network's own are not among. */
class Watch {
  live = 0
  readonly env: Env

  constructor(env: Env) {
    this.env = {
      ...env,
      timer: (ms, callback) => {
        let isLive = true
        const done = (): void => {
          if (isLive) this.live--
          isLive = false
        }
        this.live++
        const timer = env.timer(ms, () => {
          done()
          callback()
        })
        return {
          cancel: () => {
            done()
            timer.cancel()
          },
        }
      },
    }
  }

  place(endpoint: MemoryEndpoint): Listenable & Connectable {
    const { address } = endpoint
    return {
      env: this.env,
      address,
      listen: (accept) => endpoint.listen(accept),
      connect: (options) => endpoint.connect(options),
    }
  }
}

export class World {
  readonly sim: Simulation
  readonly tally: Tally
  readonly network: MemoryNetwork
  readonly watch: Watch
  /** No fault will be made: every request that its peer began to execute in time is answered. */
  readonly calm: boolean
  readonly executed = new Map<number, number>()
  readonly #unsent = new Set<number>()
  #next = 0
  #over = false

  constructor(sim: Simulation, tally: Tally) {
    this.sim = sim
    this.tally = tally
    this.calm = sim.random.chance(0.25)
    this.network = sim.network(this.#weather())
    this.watch = new Watch(sim.env)
  }

  async live(): Promise<void> {
    const { sim } = this
    const chaos = this.calm ? Promise.resolve() : this.#chaos()
    const kind = sim.random.pick(['asks', 'asks', 'asks', 'callback', 'notes'] as const)
    if (kind === 'asks') await this.#asks(sim.random.chance(0.5) ? ordered : byId)
    else if (kind === 'callback') await this.#callbacks()
    else await this.#notes()
    this.#over = true
    await chaos
    this.network.heal()
    for (const cable of this.network.cables) cable.plug()
    await sim.sleep(LONG)
    assert.equal(this.network.cables.length, 0, `${this.network.cables.length} connections are left`)
    assert.equal(this.watch.live, 0, `${this.watch.live} timers are left`)
    for (const n of this.#unsent) assert.ok(!this.executed.has(n), `request ${n} was not sent, and was executed`)
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

  // Requests.

  async #asks(protocol: typeof ordered | typeof byId): Promise<void> {
    const { sim } = this
    const { random } = sim
    const isOrdered = protocol === ordered
    const maxConcurrentRequests = random.pick([2, 1024])
    const maxPendingRequests = random.pick([5, 1024])
    let draining = Number.POSITIVE_INFINITY
    const answerable = new Set<number>()
    const serve = (): Server<any> => {
      const server: Server<any> = createServer(
        protocol as any,
        {
          ask: async ({ n, data }: { n: number; data: Uint8Array }, { connection }: any) => {
            if (n === BEAT) return { n, data }
            assert.deepEqual(data, dataFor(n, 1), `request ${n} arrived changed`)
            assert.ok(connection.info().running <= maxConcurrentRequests, 'too many requests run at a time')
            this.executed.set(n, (this.executed.get(n) ?? 0) + 1)
            if (isOrdered) assert.equal(this.executed.get(n), 1, `request ${n} was executed twice`)
            if (sim.now < draining) answerable.add(n)
            if (random.chance(0.4)) await sim.sleep(random.between(0, 300))
            if (!this.calm && random.chance(0.01)) throw new Planned()
            return { n, data: dataFor(n, 2) }
          },
        } as any,
        {
          limits: { maxConcurrentRequests, readIdleMs: 60_000 },
          onError: (error) => this.#expected(error),
        },
      )
      return server
    }
    let server = serve()
    const place = this.watch.place(this.network.at('server'))
    await server.listen(place)
    const opened = await this.#clients(random.below(3) + 1, (onState) =>
      connect(protocol as any, place, {
        reconnect: this.calm && random.chance(0.5) ? false : { firstMs: 20 },
        ...(random.chance(0.5) ? { outbox: { maxMessages: 20 } } : {}),
        limits: { maxPendingRequests },
        onState,
      }),
    )
    const work = opened.map(async (client) => {
      const askers = Array.from({ length: 5 + random.below(20) }, async () => {
        await sim.sleep(random.between(0, 3000))
        await this.#ask(client, maxPendingRequests, answerable)
      })
      await Promise.all(askers)
    })
    if (random.chance(0.5)) work.push(this.#halfClosed(protocol, place))
    // What fails before anybody awaits it belongs to this seed all the same.
    for (const part of work) part.catch(() => {})
    if (random.chance(0.4)) {
      await sim.sleep(random.between(100, 2500))
      draining = sim.now
      const old = server
      const drained = old.drain()
      server = serve()
      await server.listen(place)
      await drained
      assert.equal(old.connections.size, 0)
      assert.equal(old.info().open, 0)
    }
    await Promise.all(work)
    await this.#closeAll(opened, server)
  }

  async #ask(client: any, maxPending: number, answerable: ReadonlySet<number>): Promise<void> {
    const { sim, tally } = this
    const { random } = sim
    const n = this.#next++
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

  /** Asks a few things, shuts down its write side, and must be given every answer unless something broke the cable. */
  async #halfClosed(protocol: typeof ordered | typeof byId, place: Connectable): Promise<void> {
    const { sim } = this
    const count = 1 + sim.random.below(5)
    try {
      const client = (await connect(protocol as any, place, { limits: { requestTimeoutMs: 20_000 } })) as any
      const answers = Array.from({ length: count }, () => {
        const n = this.#next++
        this.tally.requests++
        return client.request('ask', { n, data: dataFor(n, 1) })
      })
      client.close()
      const settled = await Promise.allSettled(answers)
      const lost = settled.filter(({ status }) => status === 'rejected').length
      this.tally.failed += lost
      this.tally.answered += count - lost
      const reason: CloseReason = await client.closed
      if (this.calm && reason.kind === 'local')
        assert.ok(lost === 0 || lost === count, `${lost} of ${count} answers were lost after the end`)
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
    }
  }

  async #callbacks(): Promise<void> {
    const { sim } = this
    const { random } = sim
    const server = createServer(callback, {}, { onError: (error) => this.#expected(error) })
    const place = this.watch.place(this.network.at('server'))
    await server.listen(place)
    const clients = await this.#clients(2, (onState) =>
      connect(callback, place, {
        reconnect: true,
        onState,
        handlers: {
          ask: async ({ n, data }) => {
            assert.deepEqual(data, dataFor(n, 1), `request ${n} arrived changed`)
            this.executed.set(n, (this.executed.get(n) ?? 0) + 1)
            assert.equal(this.executed.get(n), 1, `request ${n} was executed twice`)
            if (random.chance(0.4)) await sim.sleep(random.between(0, 100))
            return { n, data: dataFor(n, 2) }
          },
        },
      }),
    )
    const asks: Promise<void>[] = []
    for (let i = 0; i < 30; i++) {
      await sim.sleep(random.between(0, 100))
      for (const connection of server.connections) asks.push(this.#ask(connection, 1024, this.executed as any))
    }
    await Promise.all(asks)
    await this.#closeAll(clients, server)
  }

  // Messages.

  async #notes(): Promise<void> {
    const { sim, tally } = this
    const { random } = sim
    const highWaterMark = random.pick([500, 1024 * 1024])
    const maxUnreadMessages = random.pick([2, 256])
    const limits = { highWaterMark, maxQueuedBytes: 4 * 1024 * 1024, maxUnreadMessages, maxQueuedMs: 60_000 }
    const ups = new Map<object, number>()
    const handling = new Set<object>()
    const server = createServer(
      notes,
      {
        up: async (body, { connection }) => {
          const n = ups.get(connection) ?? 0
          ups.set(connection, n + 1)
          assert.deepEqual(body, dataFor(n, 3), `message ${n} of a client is not the ${n}th that it sent`)
          assert.ok(!handling.has(connection), 'two messages of one client are handled at a time')
          handling.add(connection)
          if (random.chance(0.2)) await sim.sleep(random.between(0, 50))
          handling.delete(connection)
        },
      },
      {
        limits,
        onError: (error) => this.#expected(error),
        opened: async (connection) => {
          for (let n = 0; n < 40; n++) {
            if (random.chance(0.3)) await sim.sleep(random.between(0, 100))
            await connection
              .send('down', dataFor(n, 4))
              .catch((error) => assert.ok(error instanceof ConnectionClosedError))
            assert.ok(connection.info().queuedBytes <= limits.maxQueuedBytes + 2000, 'the queue is too long')
            tally.notes++
          }
        },
      },
    )
    const place = this.watch.place(this.network.at('server'))
    await server.listen(place)
    const clients = await this.#clients(2, (onState) => connect(notes, place, { limits, onState }))
    await Promise.all(
      clients.map(async (client) => {
        const reader = (async () => {
          let n = 0
          for await (const { body } of client.messages()) {
            assert.deepEqual(body, dataFor(n, 4), `message ${n} of the server is not the ${n}th that it sent`)
            n++
            if (random.chance(0.2)) await sim.sleep(random.between(0, 200))
          }
          return n
        })()
        reader.catch(() => {})
        for (let n = 0; n < 40; n++) {
          if (random.chance(0.3)) await sim.sleep(random.between(0, 100))
          const sent = await client.send('up', dataFor(n, 3)).then(
            () => true,
            (error) => assert.ok(error instanceof ConnectionClosedError),
          )
          if (!sent) break
          tally.notes++
        }
        if (this.calm) await sim.sleep(20_000)
        await client.close()
        const read = await reader
        if (this.calm) assert.equal(read, 40, `${40 - read} messages of the server were lost`)
      }),
    )
    await this.#closeAll(clients, server)
    if (this.calm)
      for (const count of ups.values()) assert.equal(count, 40, `${40 - count} messages of a client were lost`)
  }

  // Both.

  /** Clients that could connect; a network that refuses may leave none. */
  async #clients<C>(
    count: number,
    open: (onState: (state: string, reason?: CloseReason) => void) => Promise<C>,
  ): Promise<C[]> {
    const found: C[] = []
    for (let i = 0; i < count; i++) {
      let closed = 0
      const onState = (state: string, reason?: CloseReason): void => {
        this.sim.note(state)
        assert.equal(closed, 0, `a closed client says that it is ${state}`)
        if (state === 'closed') closed++
        if (state === 'waiting') this.tally.reconnects++
        if (reason && 'error' in reason) this.#expected(reason.error)
      }
      try {
        found.push(await open(onState))
      } catch (error) {
        this.#expected(error)
      }
    }
    return found
  }

  async #closeAll(clients: readonly any[], server: Server<any>): Promise<void> {
    const { sim } = this
    const closing = Promise.all([...clients.map((client) => client.close()), server.close()]).then(() => true)
    const isClosed = await Promise.race([closing, sim.sleep(LONG).then(() => false)])
    assert.ok(isClosed, 'close() does not end')
    assert.equal(server.connections.size, 0, 'a closed server has connections')
    assert.equal(server.info().open, 0, 'a closed server counts connections')
    assert.equal(this.watch.live, 0, `${this.watch.live} timers outlive their connections`)
    for (const client of clients) {
      assert.equal(client.state, 'closed')
      await client.closed
    }
  }

  /** Both sides keep the rules, so that neither may accuse the other of breaking one; time and network may be against them. */
  #expected(error: unknown): void {
    const isFine =
      error instanceof Planned ||
      error instanceof TransportError ||
      error instanceof PeerTimeoutError ||
      error instanceof ConnectionClosedError
    if (!isFine) this.failure ??= error
  }

  /** What a hook saw that must not be; the life fails with it at its end. */
  failure: unknown
}
