/** Node's world as an environment. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { nodeEnv } from 'wirewright/node'

describe('a timer', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
  afterEach(() => mock.timers.reset())

  const DAY = 24 * 3600_000

  it('may be longer than the 24.8 days that setTimeout takes', () => {
    let fired = 0
    nodeEnv.timer(60 * DAY, () => fired++)
    const twice = 2 * (2 ** 31 - 1)
    for (const ms of [twice / 2, twice / 2, 60 * DAY - twice - 1]) {
      mock.timers.tick(ms)
      assert.equal(fired, 0)
    }
    mock.timers.tick(1)
    assert.equal(fired, 1)
    mock.timers.tick(60 * DAY)
    assert.equal(fired, 1)
  })

  it('of that kind is cancelled at any time', () => {
    for (const days of [0, 30]) {
      let fired = 0
      const timer = nodeEnv.timer(60 * DAY, () => fired++)
      for (let day = 0; day < days; day++) mock.timers.tick(DAY)
      timer.cancel()
      for (let day = 0; day < 70; day++) mock.timers.tick(DAY)
      assert.equal(fired, 0)
    }
  })

  it('may be for ever', () => {
    let fired = 0
    const timer = nodeEnv.timer(Number.POSITIVE_INFINITY, () => fired++)
    mock.timers.tick(100 * DAY)
    timer.cancel()
    assert.equal(fired, 0)
  })
})
