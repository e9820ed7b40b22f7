/** Messages, requests and replies on one connection: who waits for whom. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CloseReason } from 'wirewright'
import { dispatchOf } from './dispatching.js'

const item = (n: number) => ({ type: 'message', name: 'item', body: n }) as const

describe('messages that nobody has handled yet', () => {
  it('stop the reading at half of what may wait', () => {
    const { dispatch } = dispatchOf({ maxUnreadMessages: 6 })
    // The first is in its handler, and waits no more.
    for (const n of [0, 1, 2]) dispatch.on(item(n))
    assert.equal(dispatch.isBehind, false)
    dispatch.on(item(3))
    assert.equal(dispatch.isBehind, true)
  })

  it('do not stop it while a reply is awaited, which comes behind them', async () => {
    const reasons: CloseReason[] = []
    const { dispatch } = dispatchOf({ maxUnreadMessages: 6 }, { breach: (reason) => reasons.push(reason) })
    for (const n of [0, 1, 2, 3]) dispatch.on(item(n))
    const reply = dispatch.request('ask', Uint8Array.of(1), 0, {})
    assert.equal(dispatch.isBehind, false)
    for (const n of [4, 5, 6]) dispatch.on(item(n))
    dispatch.on({ type: 'reply', id: 0, name: 'answer', body: 'late but there', askedAt: 0 })
    assert.equal(await reply, 'late but there')
    assert.equal(dispatch.isBehind, true)
    assert.deepEqual(reasons, [])
  })

  it('are never more than the limit, which the breach names in its own terms', () => {
    const reasons: CloseReason[] = []
    const { dispatch } = dispatchOf({ maxUnreadMessages: 6 }, { breach: (reason) => reasons.push(reason) })
    void dispatch.request('ask', Uint8Array.of(1), 0, {})
    for (let n = 0; n < 8; n++) dispatch.on(item(n))
    assert.deepEqual(reasons, [{ kind: 'limit', limit: 'maxUnreadMessages', allowed: 6, seen: 7 }])
  })

  it('do not hold up an answered heartbeat', () => {
    const { dispatch } = dispatchOf({ maxUnreadMessages: 2 })
    for (const n of [0, 1]) dispatch.on(item(n))
    assert.equal(dispatch.isBehind, true)
    dispatch.on({ type: 'heartbeat', askedAt: -25 })
    assert.equal(dispatch.roundTripMs, 25)
  })
})
