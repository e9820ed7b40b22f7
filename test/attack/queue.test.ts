/** A peer that never reads what it is sent. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type CloseReason,
  ConnectionClosedError,
  connect,
  createServer,
  lengthPrefix,
  protocol,
  rest,
} from 'wirewright'
import { tcp } from 'wirewright/node'
import { isFull, report } from './support/report.js'
import { nothingEscapes, raw, until } from './support/sockets.js'

const KIB = 1024
const MIB = 1024 * KIB

describe('a peer that never reads', () => {
  nothingEscapes()

  it('row 15: costs its queue, and then itself', async (t) => {
    const total = isFull ? 1024 * MIB : 64 * MIB
    const wire = protocol('feed', { framing: lengthPrefix('!I'), fromServer: { item: { codec: rest() } } })
    const reasons: CloseReason[] = []
    const server = createServer(wire, {} as never, { closed: (reason) => void reasons.push(reason) })
    const { endpoint } = await server.listen(tcp({ port: 0 }))
    const deaf = await raw(endpoint)
    deaf.pause()
    await until(() => server.connections.size === 1)
    const [victim] = [...server.connections]
    const reader = await connect(wire, endpoint)
    const witness = [...server.connections].find((connection) => connection !== victim)!
    const item = new Uint8Array(64 * KIB)
    const rssBefore = process.memoryUsage().rss
    let [queued, rss, refused, heard] = [0, 0, 0, 0]
    const hearing = (async () => {
      for await (const _ of reader.messages()) if (++heard === total / item.length) return
    })()
    for (let sent = 0; sent < total; sent += item.length) {
      victim!.send('item', item).catch((error) => {
        assert.ok(error instanceof ConnectionClosedError)
        refused++
      })
      queued = Math.max(queued, victim!.info().queuedBytes)
      rss = Math.max(rss, process.memoryUsage().rss - rssBefore)
      await witness.send('item', item)
    }
    await hearing
    await until(() => reasons.length === 1)
    const [reason] = reasons
    assert.equal(reason?.kind === 'limit' && reason.limit, 'maxQueuedBytes')
    deaf.destroy()
    await reader.close()
    await server.close()
    const lost = total / item.length - heard
    report(t, {
      row: '15',
      attack: `${total / MIB} MiB for a peer that never reads`,
      figure: `${(queued / MIB).toFixed(1)} MiB queued at most, ${refused} sends refused, RSS +${(rss / MIB).toFixed(0)} MiB for all three; another peer lost ${lost}`,
      bound: '8 MiB and one message queued, RSS +128 MiB, none lost',
      holds: queued <= 8 * MIB + item.length && lost === 0 && rss <= 128 * MIB,
    })
  })
})
