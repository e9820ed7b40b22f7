/** Messages for a peer that is behind: what each policy does at the limit. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Outbox, type WhenFull } from '#floor/connection'

const frame = (text: string): Uint8Array => new TextEncoder().encode(text)
const rest = (outbox: Outbox): string[] => {
  const found: string[] = []
  for (let next = outbox.shift(); next; next = outbox.shift()) found.push(new TextDecoder().decode(next))
  return found
}
const filled = (policy: WhenFull, texts: string[], limit = 6): [Outbox, string[]] => {
  const outbox = new Outbox(policy)
  return [outbox, texts.map((text) => outbox.push('note', text, frame(text), 0, limit))]
}

describe('at the limit', () => {
  it("'close' says so, and queues no more", () => {
    const [outbox, outcomes] = filled('close', ['aa', 'bb', 'cc', 'dd'])
    assert.deepEqual(outcomes, ['queued', 'queued', 'queued', 'full'])
    assert.deepEqual(rest(outbox), ['aa', 'bb', 'cc'])
  })
  it("'wait' queues all the same, and counts", () => {
    const [outbox, outcomes] = filled('wait', ['aa', 'bb', 'cc', 'dd'])
    assert.deepEqual(outcomes, ['queued', 'queued', 'queued', 'queued'])
    assert.equal(outbox.counters.waited, 1)
    assert.deepEqual(rest(outbox), ['aa', 'bb', 'cc', 'dd'])
  })
  it("'wait' is no word for ever: 'full' at four times the limit, and the frame that did not fit counts", () => {
    const [outbox, outcomes] = filled('wait', ['a'.repeat(6), 'b'.repeat(6), 'c'.repeat(12), 'd'])
    assert.deepEqual(outcomes, ['queued', 'queued', 'queued', 'full'])
    assert.deepEqual([outbox.bytes, outbox.needed, outbox.counters.waited], [24, 25, 2])
  })
  it("'drop-oldest' makes room", () => {
    const [outbox, outcomes] = filled('drop-oldest', ['aa', 'bb', 'cc', 'dddd'])
    assert.deepEqual(outcomes, ['queued', 'queued', 'queued', 'queued'])
    assert.equal(outbox.counters.droppedOldest, 2)
    assert.deepEqual(rest(outbox), ['cc', 'dddd'])
  })
  it("'drop-newest' keeps what there is", () => {
    const [outbox, outcomes] = filled('drop-newest', ['aa', 'bb', 'cc', 'd'])
    assert.deepEqual(outcomes, ['queued', 'queued', 'queued', 'dropped'])
    assert.equal(outbox.counters.droppedNewest, 1)
    assert.deepEqual(rest(outbox), ['aa', 'bb', 'cc'])
  })
  it('coalescing keeps the newest of each key, in the place of the oldest', () => {
    const [outbox, outcomes] = filled({ coalesceBy: (_, body) => (body as string)[0] }, [
      'a1',
      'b1',
      'a2',
      'b22',
      'c',
      'dd',
    ])
    assert.deepEqual(outcomes, ['queued', 'queued', 'queued', 'queued', 'queued', 'full'])
    assert.equal(outbox.counters.coalesced, 2)
    assert.equal(outbox.bytes, 6)
    assert.deepEqual(rest(outbox), ['a2', 'b22', 'c'])
    assert.equal(outbox.push('note', 'a3', frame('a3'), 0, 6), 'queued')
    assert.deepEqual(rest(outbox), ['a3'])
  })
  it('counts what waits elsewhere', () => {
    assert.equal(new Outbox('close').push('note', '', frame('aa'), 5, 6), 'full')
    assert.equal(new Outbox('close').push('note', '', frame('aa'), 4, 6), 'queued')
  })
  it('keeps count over many', () => {
    const outbox = new Outbox('close')
    for (let i = 0; i < 1000; i++) {
      outbox.push('note', i, frame(`${i}`), 0, 100_000)
      if (i % 3 === 0) outbox.shift()
    }
    assert.equal(outbox.bytes, rest(outbox).join('').length)
    assert.ok(outbox.isEmpty)
    assert.equal(outbox.bytes, 0)
  })
})
