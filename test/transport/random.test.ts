/** Decisions from a seed. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Random } from 'wirewright/transport'

describe('random decisions', () => {
  it('follow sfc32: the numbers of an independent calculation', () => {
    // test/transport/vectors/sfc32.py, which is the algorithm of PractRand in CPython's integers.
    const random = new Random(2 ** 40 + 7)
    assert.deepEqual(
      Array.from({ length: 5 }, () => random.uint32()),
      [3341536770, 3898499212, 866040233, 3598632418, 4247016712],
    )
  })

  it('are the same for the same seed and stream, and others for others', () => {
    const draw = (seed: number, stream?: string): string => new Random(seed, stream).bytes(16).join()
    assert.equal(draw(1), draw(1))
    assert.equal(draw(1, 'a'), draw(1, 'a'))
    const all = [draw(0), draw(1), draw(2), draw(2 ** 32), draw(2 ** 33), draw(1, 'a'), draw(1, 'b'), draw(2 ** 53 - 1)]
    assert.equal(new Set(all).size, all.length)
  })

  it('stay within their bounds, and reach every one of them', () => {
    const random = new Random(3)
    const seen = new Set<number>()
    for (let i = 0; i < 1000; i++) {
      seen.add(random.below(7))
      const between = random.between(-2, 5)
      assert.ok(between >= -2 && between < 5)
    }
    assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5, 6])
    assert.deepEqual(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b']))), new Set(['a', 'b']))
  })

  it('happen as often as their rate says', () => {
    const random = new Random(4)
    const count = (rate: number): number =>
      Array.from({ length: 10_000 }, () => random.chance(rate)).filter(Boolean).length
    assert.equal(count(0), 0)
    assert.equal(count(1), 10_000)
    const third = count(1 / 3)
    // Five standard deviations of a binomial distribution.
    assert.ok(Math.abs(third - 10_000 / 3) < 5 * Math.sqrt((10_000 * 2) / 9), `${third}`)
  })
})
