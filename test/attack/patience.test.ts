/** Clients that take their time: with a frame, with their proof, with everything. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CloseReason, connect, createServer, type Env, exchange, lengthPrefix, struct } from 'wirewright'
import { challenge } from 'wirewright/auth'
import { nodeEnv, tcp } from 'wirewright/node'
import { isFull, quantile, report } from './support/report.js'
import { gone, many, nothingEscapes } from './support/sockets.js'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const count = isFull ? 2000 : 100
/** Beyond the time that was given: for a machine that has other things to do, and thousands of sockets to close. */
const SLACK_MS = isFull ? 5_000 : 2_000

/** A world whose seconds are short. */
const hasty = (times: number): Env => ({
  ...nodeEnv,
  now: () => nodeEnv.now() * times,
  timer: (ms, callback) => nodeEnv.timer(ms / times, callback),
})

describe('patience has an end for', () => {
  nothingEscapes()

  it('row 13: clients that are silent or drip, in the middle of a frame', async (t) => {
    const limit = 1_000
    const reasons: CloseReason[] = []
    const server = createServer(square, ([n]) => [n], {
      limits: { frameTimeoutMs: limit, readIdleMs: limit, lingerMs: 50 },
      closed: (reason) => void reasons.push(reason),
      onError: () => {},
    })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const sockets = await many(2 * count, endpoint, { server })
    const begun = performance.now()
    const drips = sockets.slice(count)
    // Too slow for the eight bytes of it.
    const frame = struct('!Ii').pack(4, 7)
    let byte = 0
    const dripping = setInterval(() => {
      for (const socket of drips) socket.write(frame.subarray(byte, byte + 1))
      byte++
    }, limit / 2.5)
    await Promise.all(sockets.map(gone))
    clearInterval(dripping)
    const took = performance.now() - begun
    await server.close()
    assert.equal(reasons.length, 2 * count)
    const timedOut = reasons.filter(({ kind }) => kind === 'timeout').length
    report(t, {
      row: '13',
      attack: `${count} silent and ${count} dripping clients, ${limit} ms allowed`,
      figure: `${timedOut} timed out, the last after ${took.toFixed(0)} ms`,
      bound: `all, within ${limit + SLACK_MS} ms`,
      holds: timedOut === 2 * count && took <= limit + SLACK_MS,
    })
  })

  it('row 13: handshakes that are silent or drip, in all, while others prove who they are', async (t) => {
    const times = 10
    const auth = challenge({ secret: 'a secret of 25 characters', digest: 'sha256' })
    const codes: (string | undefined)[] = []
    const server = createServer(square, ([n]) => [n * n], {
      auth,
      admission: { maxUnauthenticated: 10 * count },
      limits: { lingerMs: 50 },
      onError: (error) => void codes.push((error as { code?: string }).code),
    })
    const { endpoint } = await server.listen(tcp({ port: 0, env: hasty(times) }))
    const place = tcp({ port: endpoint.address.port! })
    const ask = async (): Promise<number[]> => {
      const taken: number[] = []
      for (let n = 0; n < 50; n++) {
        const begun = performance.now()
        const client = await connect(square, place, { auth })
        assert.deepEqual(await client.request([n]), [n * n])
        taken.push(performance.now() - begun)
        await client.close()
      }
      return taken
    }
    const calm = await ask()
    const sockets = await many(2 * count, endpoint, { server })
    const begun = performance.now()
    // A proof has 32 bytes: one at a time it would take far longer than the 10 s of a handshake.
    const drips = sockets.slice(count)
    const dripping = setInterval(() => {
      for (const socket of drips) socket.write(Uint8Array.of(7))
    }, 100)
    const closed = Promise.all(sockets.map(gone))
    const busy = await ask()
    await closed
    clearInterval(dripping)
    const took = performance.now() - begun
    await server.close()
    const timedOut = codes.filter((code) => code === 'AUTH_TIMEOUT').length
    const allowed = 10_000 / times
    report(t, {
      row: '13',
      attack: `${count} silent and ${count} dripping handshakes, 10 s allowed of a clock ${times} times as fast`,
      figure: `${timedOut} timed out, the last after ${took.toFixed(0)} ms; 50 honest clients p50 ${quantile(busy, 0.5).toFixed(1)} ms (undisturbed ${quantile(calm, 0.5).toFixed(1)})`,
      bound: `all, within ${allowed + SLACK_MS} ms`,
      holds: timedOut === 2 * count && took <= allowed + SLACK_MS,
    })
  })
})
