/** Two thousand lives of servers and clients; a failure names its seed, and `npm run sim -- --seeds 1 --from SEED` shows it again. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { live, showLives } from './lives.js'

it('2 000 worlds keep every promise: settled once and in time, executed once, unchanged, nothing left behind', async (t) => {
  const lives = await live(2000)
  t.diagnostic(showLives(lives))
  assert.equal(lives.answered + lives.failed, lives.requests)
  assert.ok(lives.faults > 1000 && lives.reconnects > 1000, 'the worlds were too kind')
})

it('the same seeds have the same trace', async () => {
  assert.equal((await live(50, 100)).hash, (await live(50, 100)).hash)
})
