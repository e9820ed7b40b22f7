/** The simulated world: when things happen, and that they happen the same way again. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nodeEnv } from 'wirewright/node'
import { explore, SimulationError, type SimulationErrorCode, simulation } from 'wirewright/testing'

const text = new TextEncoder()

function failsWith(code: SimulationErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof SimulationError && error.code === code
}

describe('the simulated clock', () => {
  it('stands still until somebody runs it, and begins at 0', () => {
    const sim = simulation()
    sim.env.timer(0, () => assert.fail('nobody ran it'))
    assert.equal(sim.env.now(), 0)
  })

  it('jumps from timer to timer, in the order of their times', async () => {
    const sim = simulation()
    const seen: string[] = []
    for (const ms of [30, 10, 20, 10.5, 3_600_000]) sim.env.timer(ms, () => seen.push(`${ms} at ${sim.now}`))
    await sim.run()
    assert.deepEqual(seen, ['10 at 10', '10.5 at 10.5', '20 at 20', '30 at 30', '3600000 at 3600000'])
  })

  it('lets timers of the same moment fire in the order in which they were set', async () => {
    const sim = simulation()
    const seen: number[] = []
    for (let i = 0; i < 100; i++) sim.env.timer(5, () => seen.push(i))
    await sim.run()
    assert.deepEqual(seen, [...Array(100).keys()])
  })

  it('keeps the order of ten thousand timers set and cancelled at random', async () => {
    const sim = simulation({ seed: 5 })
    const due: number[] = []
    const fired: number[] = []
    for (let i = 0; i < 10_000; i++) {
      const ms = sim.random.below(1000)
      const timer = sim.env.timer(ms, () => fired.push(ms))
      if (sim.random.chance(0.5)) timer.cancel()
      else due.push(ms)
    }
    await sim.run()
    assert.deepEqual(
      fired,
      due.sort((a, b) => a - b),
    )
  })

  it('does not move for a timer that was cancelled', async () => {
    const sim = simulation()
    const timer = sim.env.timer(50, () => assert.fail('cancelled'))
    sim.env.timer(10, () => timer.cancel())
    await sim.run()
    assert.equal(sim.now, 10)
    timer.cancel()
  })

  it('does not move while a promise is still on its way, however long its chain', async () => {
    const sim = simulation()
    let arrived = -1
    sim.env.timer(1, async () => {
      for (let i = 0; i < 10_000; i++) await null
      await new Promise((resolve) => process.nextTick(resolve))
      for (let i = 0; i < 100; i++) await null
      arrived = sim.now
    })
    sim.env.timer(1, () => assert.equal(arrived, 1))
    sim.env.timer(2, () => assert.equal(arrived, 1))
    await sim.run()
    assert.equal(arrived, 1)
  })

  it('runs for a stretch of time, and then says that it has passed', async () => {
    const sim = simulation()
    const seen: number[] = []
    const beat = (): void => {
      seen.push(sim.now)
      sim.env.timer(10, beat)
    }
    beat()
    await sim.runFor(30)
    assert.deepEqual(seen, [0, 10, 20, 30])
    await sim.runFor(5)
    assert.equal(sim.now, 35)
    await sim.runFor(0)
    assert.deepEqual(seen, [0, 10, 20, 30])
  })

  it('takes a time in the past for now', async () => {
    const sim = simulation()
    await sim.runFor(10)
    sim.env.timer(-5, () => {})
    await sim.run()
    assert.equal(sim.now, 10)
  })

  it('may be as long as one likes, and for ever', async () => {
    const sim = simulation()
    const fired: number[] = []
    sim.env.timer(2 ** 40, () => fired.push(sim.now))
    const never = sim.env.timer(Number.POSITIVE_INFINITY, () => fired.push(sim.now))
    await sim.run()
    never.cancel()
    assert.deepEqual(fired, [2 ** 40])
  })

  it('refuses what is no time, which a real timer would take for "at once"', () => {
    const { env } = simulation()
    assert.throws(() => env.timer(Number.NaN, () => {}), failsWith('BAD_TIME'))
  })
})

describe('a turn', () => {
  it('is its callback, its promises, what it deferred; then comes what yielded, then time', async () => {
    const sim = simulation()
    const { env } = sim
    const seen: string[] = []
    const say = (what: string) => (): void => {
      seen.push(what)
    }
    env.timer(5, () => {
      env.timer(0, say('timer that is due'))
      env.yield(say('yielded'))
      env.defer(() => {
        seen.push('deferred')
        env.defer(say('deferred by deferred'))
        Promise.resolve().then(say('promise of deferred'))
      })
      Promise.resolve().then(say('promise'))
      seen.push('callback')
    })
    env.timer(5, say('the next turn'))
    env.timer(6, say('later'))
    await sim.run()
    assert.deepEqual(seen, [
      'callback',
      'promise',
      'deferred',
      'promise of deferred',
      'deferred by deferred',
      'the next turn',
      'timer that is due',
      'yielded',
      'later',
    ])
  })
})

describe('a run', () => {
  it('gives what its scenario returns, and throws what it throws', async () => {
    const sim = simulation()
    const value = await sim.run(async () => {
      await sim.sleep(1000)
      return 42
    })
    assert.equal(value, 42)
    assert.equal(sim.now, 1000)
    await assert.rejects(
      sim.run(async () => {
        await sim.sleep(1)
        throw new RangeError('mine')
      }),
      RangeError,
    )
    await assert.rejects(
      sim.run(() => {
        throw new RangeError('at once')
      }),
      RangeError,
    )
  })

  it('ends when its scenario ends, with timers left over', async () => {
    const sim = simulation()
    sim.env.timer(100, () => assert.fail('later than the end'))
    await sim.run(() => sim.sleep(10))
    assert.equal(sim.now, 10)
  })

  it('ends when a promise settles or a condition holds', async () => {
    const sim = simulation()
    assert.equal(await sim.runUntil(sim.sleep(10).then(() => 'done')), 'done')
    let beats = 0
    const beat = (): void => {
      beats++
      sim.env.timer(10, beat)
    }
    beat()
    await sim.runUntil(() => beats === 5)
    assert.equal(sim.now, 50)
  })

  it('says so when nothing is left to happen and the scenario still waits', async () => {
    const sim = simulation()
    sim.env.timer(12.5, () => {})
    await assert.rejects(
      sim.run(() => new Promise(() => {})),
      (error) =>
        failsWith('DEADLOCK')(error) &&
        (error as Error).message === 'nothing is left to happen at 12.500 ms, and the promise is still pending',
    )
    await assert.rejects(
      sim.runUntil(() => false),
      failsWith('DEADLOCK'),
    )
  })

  it('stops what repeats for ever, within and across moments', async () => {
    for (const again of ['defer', 'yield', 'timer'] as const) {
      const sim = simulation({ maxEvents: 1000 })
      const loop = (): void => {
        if (again === 'timer') sim.env.timer(1000, loop)
        else sim.env[again](loop)
      }
      loop()
      await assert.rejects(sim.run(), failsWith('TOO_MANY_EVENTS'), again)
    }
  })

  it('throws what a callback throws', async () => {
    const sim = simulation()
    sim.env.timer(1, () => {
      throw new RangeError('in a timer')
    })
    await assert.rejects(
      sim.run(() => sim.sleep(10)),
      RangeError,
    )
    await sim.runFor(20)
  })

  it('does not start within another', async () => {
    const sim = simulation()
    await sim.run(async () => {
      await assert.rejects(sim.runFor(1), failsWith('ALREADY_RUNNING'))
      await assert.rejects(
        sim.run(async () => {}),
        failsWith('ALREADY_RUNNING'),
      )
      await assert.rejects(
        sim.runUntil(() => true),
        failsWith('ALREADY_RUNNING'),
      )
    })
  })
})

describe('randomness', () => {
  it('comes from the seed, and what the test draws does not change what the program draws', () => {
    const [one, same, other] = [simulation({ seed: 1 }), simulation({ seed: 1 }), simulation({ seed: 2 })]
    same.random.bytes(100)
    const drawn = one.env.random(32)
    assert.deepEqual(same.env.random(32), drawn)
    assert.notDeepEqual(other.env.random(32), drawn)
    assert.notDeepEqual(one.env.random(32), drawn)
  })
})

describe('cryptography', () => {
  it('is refused, and the error says how to get it, when none was handed in', async () => {
    const { env } = simulation()
    await assert.rejects(env.mac('sha256', new Uint8Array(1), new Uint8Array(1)), failsWith('NO_CRYPTO'))
    await assert.rejects(env.keyDerivation('sha256', new Uint8Array(1), new Uint8Array(1), 1, 32), /crypto: nodeEnv/)
  })

  it('takes no simulated time, and answers in the order of the asks', async () => {
    const sim = simulation({ crypto: nodeEnv })
    const seen: string[] = []
    const salt = text.encode('salt')
    await sim.run(async () => {
      // The first takes far longer than the others in the real world.
      const derive = async (name: string, iterations: number): Promise<void> => {
        const key = await sim.env.keyDerivation('sha256', text.encode('password'), salt, iterations, 4)
        seen.push(`${name} ${Buffer.from(key).toString('hex')} at ${sim.now}`)
      }
      const mac = async (): Promise<void> => {
        const tag = await sim.env.mac('md5', new Uint8Array(16).fill(0x0b), text.encode('Hi There'))
        seen.push(`mac ${Buffer.from(tag).toString('hex')} at ${sim.now}`)
      }
      sim.env.timer(0, () => seen.push('the next turn'))
      await Promise.all([derive('long', 80_000), derive('short', 1), mac()])
      await sim.sleep(1)
    })
    // hashlib.pbkdf2_hmac of CPython 3.11, and RFC 2202 section 2.
    assert.deepEqual(seen, [
      'long 6c38f8ec at 0',
      'short 120fb6cf at 0',
      'mac 9294727a3638bb1c13f48ef8158bfc9d at 0',
      'the next turn',
    ])
  })

  it('may fail, and then the ask fails', async () => {
    const failing = (): Promise<Uint8Array> => Promise.reject(new RangeError('no such digest'))
    const sim = simulation({ crypto: { mac: failing, keyDerivation: failing } })
    await sim.run(() => assert.rejects(sim.env.mac('md5', new Uint8Array(0), new Uint8Array(0)), RangeError))
  })
})

describe('the trace', () => {
  async function hashAfter(seed: number, note: string): Promise<string> {
    const sim = simulation({ seed })
    await sim.run(async () => {
      await sim.sleep(sim.random.between(0, 10))
      sim.note(note)
    })
    return sim.hash
  }

  it('has the same hash for the same run, and another for another', async () => {
    const hash = await hashAfter(1, 'a')
    assert.match(hash, /^[0-9a-f]{16}$/)
    assert.equal(await hashAfter(1, 'a'), hash)
    assert.notEqual(await hashAfter(2, 'a'), hash)
    assert.notEqual(await hashAfter(1, 'b'), hash)
  })

  it('has another hash when other bytes arrive', async () => {
    const hashOf = async (byte: number): Promise<string> => {
      const sim = simulation()
      await sim.run(async () => {
        const nobody = { ended() {}, drained() {}, closed() {}, received() {} }
        const { endpoint } = await sim
          .network()
          .at('server')
          .listen((link) => link.start(nobody))
        const link = await endpoint.connect()
        link.write(Uint8Array.of(byte))
        await sim.sleep(1)
      })
      return sim.hash
    }
    assert.equal(await hashOf(1), await hashOf(1))
    assert.notEqual(await hashOf(1), await hashOf(2))
  })

  it('can be read line by line', async () => {
    const lines: string[] = []
    const sim = simulation({ onTrace: (line) => lines.push(line) })
    sim.env.timer(1.5, () => {
      sim.env.warn('look out')
      sim.env.defer(() => sim.note('done'))
    })
    await sim.run()
    assert.deepEqual(lines, ['1.500 ms  turn 0', '1.500 ms  warning: look out', '1.500 ms  deferred', '1.500 ms  done'])
    assert.deepEqual(sim.warnings, ['look out'])
    assert.equal(sim.events, 2)
  })

  it('tells what happens on a network', async () => {
    const lines: string[] = []
    const sim = simulation({ onTrace: (line) => lines.push(line) })
    const network = sim.network({ delayMs: 2 })
    await sim.run(async () => {
      const nobody = { ended() {}, drained() {}, closed() {}, received() {} }
      const { endpoint } = await network.at('server').listen((link) => link.start(nobody))
      const link = await endpoint.connect()
      link.start(nobody)
      link.write(Uint8Array.of(1, 2, 3))
      await sim.sleep(5)
      network.reset()
      await sim.sleep(5)
    })
    assert.deepEqual(
      lines.filter((line) => line.includes('network')),
      [
        '2.000 ms  network 0 cable 1: server accepted',
        '4.000 ms  network 0 cable 1: client connected',
        '6.000 ms  network 0 cable 1: server received 3 bytes',
        '9.000 ms  network 0 cable 1: client closed RESET',
        '9.000 ms  network 0 cable 1: server closed RESET',
      ],
    )
  })
})

describe('an exploration', () => {
  it('runs a scenario under one seed after the other, and says what it went through', async () => {
    const seeds: number[] = []
    const explored = await explore(
      async (sim) => {
        seeds.push(sim.seed)
        await sim.sleep(1000)
      },
      { firstSeed: 5, seeds: 3 },
    )
    assert.deepEqual(seeds, [5, 6, 7])
    assert.deepEqual(explored, { seeds: 3, events: 6, ms: 3000 })
  })

  it('stops at the first seed that fails, names it, and keeps the cause', async () => {
    const scenario = async (sim: ReturnType<typeof simulation>): Promise<void> => {
      await sim.sleep(2)
      if (sim.seed === 17) throw new RangeError('lost a message')
    }
    const error = await explore(scenario).then(
      () => assert.fail('seed 17 fails'),
      (reason: unknown) => reason,
    )
    assert.ok(failsWith('SEED_FAILED')(error) && error instanceof Error)
    assert.equal(error.message, 'seed 17, after 2 events, at 2.000 ms: lost a message')
    assert.ok(error.cause instanceof RangeError)
    await assert.rejects(explore(scenario, { firstSeed: 17, seeds: 1 }), failsWith('SEED_FAILED'))
  })
})
