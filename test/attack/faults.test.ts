/** Resets at every moment; every n-th write, accept, timer, computation and callback failing: one connection may suffer, no other. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  ConnectionClosedError,
  connect,
  createServer,
  type Env,
  exchange,
  lengthPrefix,
  type ServerOptions,
  struct,
  TransportError,
} from 'wirewright'
import { AuthError, challenge } from 'wirewright/auth'
import { nodeEnv, tcp } from 'wirewright/node'
import type { Link, Listenable } from 'wirewright/transport'
import { isFull, report } from './support/report.js'
import { many, nothingEscapes, raw, tried, until } from './support/sockets.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const frame = (n: number): Uint8Array => struct('!Ii').pack(4, n)
const auth = challenge({ secret: 'a secret of 25 characters', digest: 'sha256' })
const RUNS = isFull ? 200 : 25
const REQUESTS = 12

/** What the calls of a server's world do at their n-th time: counted over all its connections. */
class Nth {
  count = 0
  readonly n: number

  constructor(n: number) {
    this.n = n
  }

  get isNow(): boolean {
    return ++this.count === this.n
  }
}

/** What went wrong in one life of a server whose n-th of something fails. */
interface Life {
  readonly settled: number
  readonly failed: number
}

/**
 * A server on `place` with three clients, one after the other asking a few things. Every promise must settle, a fault may
 * cost one client its connection, and afterwards nothing is left.
 */
async function life(
  place: Listenable & { readonly address: { readonly port?: number } },
  options: ServerOptions<typeof square> = {},
): Promise<Life> {
  const server = createServer(square, ([n]) => [n * n], { onError: () => {}, ...options })
  const { endpoint } = await server.listen(place)
  const credentials = options.auth ? { auth: options.auth } : {}
  let [settled, failed, hit] = [0, 0, 0]
  for (let i = 0; i < 3; i++) {
    let wasHit = false
    const client = await connect(square, tcp({ port: endpoint.address.port! }), {
      ...credentials,
      limits: { requestTimeoutMs: 5_000, drainMs: 1_000 },
    }).catch((error) => {
      assert.ok(error instanceof TransportError || error instanceof AuthError || error instanceof ConnectionClosedError)
      wasHit = true
    })
    for (let n = 0; client && n < REQUESTS; n++) {
      settled++
      await client.request([n]).then(
        ([reply]) => assert.equal(reply, n * n),
        (error) => {
          assert.ok(error instanceof ConnectionClosedError, String(error))
          failed++
          wasHit = true
        },
      )
    }
    await client?.close()
    if (wasHit) hit++
  }
  assert.ok(hit <= 1, `one fault cost ${hit} connections`)
  await server.close()
  assert.equal(server.info().open, 0)
  assert.equal(server.connections.size, 0)
  return { settled, failed }
}

async function lives(make: (nth: Nth) => Promise<Life>): Promise<Life & { readonly reached: number }> {
  let [settled, failed, reached] = [0, 0, 0]
  for (let n = 1; n <= RUNS; n++) {
    const nth = new Nth(n)
    const life = await make(nth)
    settled += life.settled
    failed += life.failed
    // Fewer than that are made in a whole life.
    if (nth.count < n) break
    reached++
  }
  return { settled, failed, reached }
}

const show = ({ settled, failed, reached }: Life & { readonly reached: number }): string =>
  `n = 1 … ${reached}: ${settled} requests settled, ${failed} of them failed; one connection at a time suffers`

describe('faults', () => {
  const escaped = nothingEscapes()
  const row = (attack: string, outcome: Life & { readonly reached: number }, t: Parameters<typeof report>[0]): void =>
    report(t, {
      row: '31',
      attack,
      figure: `${show(outcome)}, ${escaped.length} uncaught`,
      bound: 'none uncaught, nothing left',
      holds: escaped.length === 0 && outcome.reached > 0,
    })

  it('row 31: a reset after every byte', async (t) => {
    const server = createServer(square, ([n]) => [n * n], { onError: () => {} })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const stream = Buffer.concat([frame(1), frame(2), frame(3)])
    for (let cut = 0; cut <= stream.length; cut++) {
      const socket = await raw(endpoint)
      if (cut > 0) await new Promise((sent) => socket.write(stream.subarray(0, cut), sent))
      socket.resetAndDestroy()
    }
    await until(() => server.info().accepted === stream.length + 1 && server.info().open === 0)
    await server.close()
    report(t, {
      row: '31',
      attack: `${stream.length + 1} resets, one after each byte of three requests`,
      figure: `${escaped.length} uncaught, ${server.info().open} connections left`,
      bound: 'none uncaught, none left',
      holds: escaped.length === 0,
    })
  })

  it('row 31: the n-th write fails', async (t) =>
    row(
      'the n-th write of a server finds a reset',
      await lives((nth) =>
        life(
          linksLike(tcp({ port: 0 }), (link) => ({ write: writing(link, nth) })),
          { auth },
        ),
      ),
      t,
    ))

  it('row 31: the n-th connection is gone when it is accepted', async (t) =>
    row(
      'the n-th connection is reset before it is accepted',
      await lives((nth) =>
        life(
          linksLike(tcp({ port: 0 }), (link) => {
            if (nth.isNow) link.reset()
            return {}
          }),
        ),
      ),
      t,
    ))

  it('row 31: the n-th timer fires at once, or never', async (t) => {
    const world = (nth: Nth, timer: Env['timer']): Env => ({
      ...nodeEnv,
      timer: (ms, callback) => (nth.isNow ? timer(ms, callback) : nodeEnv.timer(ms, callback)),
    })
    const early = await lives((nth) =>
      life(tcp({ port: 0, env: world(nth, (_, callback) => nodeEnv.timer(0, callback)) }), { auth }),
    )
    const never = await lives((nth) => life(tcp({ port: 0, env: world(nth, () => ({ cancel() {} })) }), { auth }))
    row('the n-th timer fires at once', early, t)
    row('the n-th timer never fires', never, t)
  })

  it('row 31: the n-th MAC cannot be computed', async (t) =>
    row(
      'the n-th MAC cannot be computed',
      await lives((nth) => {
        const mac: Env['mac'] = (...args) =>
          nth.isNow ? Promise.reject(new RangeError('no more keys')) : nodeEnv.mac(...args)
        return life(tcp({ port: 0, env: { ...nodeEnv, mac, warn: () => {} } }), { auth })
      }),
      t,
    ))

  it('row 31: the n-th call of the program’s own code throws', async (t) =>
    row(
      'the n-th hook or observer throws',
      await lives((nth) => {
        const throwing = (): void => {
          if (nth.isNow) throw new RangeError('planned')
        }
        return life(tcp({ port: 0, env: { ...nodeEnv, warn: () => {} } }), {
          opened: throwing,
          closed: throwing,
          onError: throwing,
          observer: { opened: throwing, frames: throwing, request: throwing, closed: throwing },
        })
      }),
      t,
    ))

  it('row 31: no file is left for a connection', async (t) => {
    const files = 200
    const server = spawn(
      'sh',
      [
        '-c',
        `ulimit -n ${files}; exec "$@"`,
        'sh',
        process.execPath,
        fileURLToPath(new URL('./support/plain-server.js', import.meta.url)),
      ],
      { stdio: ['pipe', 'pipe', 'ignore'] },
    )
    const port = Number(await line(server))
    const endpoint = tcp({ port })
    const sockets = await many(400, endpoint, { open: tried })
    const answered = async (): Promise<boolean> => {
      const client = await connect(square, endpoint, { limits: { requestTimeoutMs: 5_000 } })
      const [reply] = await client.request([12])
      await client.close()
      return reply === 144
    }
    for (const socket of sockets) socket.destroy()
    let isWell = false
    for (let tries = 0; tries < 100 && !isWell; tries++) isWell = await answered().catch(() => false)
    const isAlive = server.exitCode === null
    server.stdin!.end()
    server.kill()
    await once(server, 'exit')
    report(t, {
      row: '31',
      attack: `400 connect to a server that may open ${files} files`,
      figure: `${isAlive ? 'alive' : 'dead'}, and ${isWell ? 'answers' : 'does not answer'} the next one`,
      bound: 'alive and answering',
      holds: isAlive && isWell,
    })
  })
})

async function line(child: ChildProcess): Promise<string> {
  const [first] = (await once(createInterface(child.stdout!), 'line')) as [string]
  return first
}

/** `endpoint`, whose accepted links do some things in another way. */
function linksLike(endpoint: ReturnType<typeof tcp>, other: (link: Link) => Partial<Link>): Listenable {
  return {
    env: endpoint.env,
    address: endpoint.address,
    listen: (accept) =>
      endpoint.listen((link) =>
        accept({
          local: link.local,
          peer: link.peer,
          get queued() {
            return link.queued
          },
          start: (receiver) => link.start(receiver),
          write: (bytes) => link.write(bytes),
          end: () => link.end(),
          pause: () => link.pause(),
          resume: () => link.resume(),
          reset: () => link.reset(),
          ...other(link),
        }),
      ),
  }
}

function writing(link: Link, nth: Nth): Link['write'] {
  return (bytes) => {
    if (!nth.isNow) return link.write(bytes)
    link.reset()
    return true
  }
}
