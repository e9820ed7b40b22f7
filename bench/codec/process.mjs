/**
 * One process: one contender, beside the hand-written code and its twin, in every cell that the contender can run.
 *
 *   node --expose-gc --single-threaded process.mjs <contender> <rounds> <turn> [<task> …]      { cell: { hand, twin, contender } } on stdout
 *
 * In nanoseconds for one message, in task d for one record. Who comes first in a process may fare better or worse than
 * the others for as long as it runs; `turn` says whose turn it is.
 */
import { find, prepare } from './contenders.mjs'
import { INPUTS, RECORDS, read } from './tasks.mjs'

const SAMPLE_MS = 8
const BULK_SAMPLE_MS = 30
const WARM_UP_MS = 60

const [, , name, rounds, turn, ...only] = process.argv
const limits = [
  ['hand', (await import('./hand.mjs?hand')).hand],
  ['twin', (await import('./hand.mjs?twin')).hand],
]
const median = (numbers) => numbers.sort((x, y) => x - y)[numbers.length >> 1]
/** Time that the processor spent on us, in ns: what other programs do to a machine is left out as far as it can be. */
const now = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1e3
}
let consumed = 0

const results = {}
for (const [task, cell] of Object.entries(await find(name).load())) {
  if (only.length > 0 && !only.includes(task)) continue
  const { shape } = cell
  const { values, ownValues, bytes, ownBytes } = prepare(task, cell)
  const field = read[task][shape]
  if (cell.encode)
    await measure(`${task}.enc`, [
      ...limits.map(([role, hand]) => [role, hand[task][shape].encode, read.bytes, values]),
      ['contender', cell.encode, read.bytes, ownValues],
    ])
  if (cell.decode)
    await measure(`${task}.dec`, [
      ...limits.map(([role, hand]) => [role, hand[task][shape].decode, field, bytes]),
      ['contender', cell.decode, cell.read ?? field, ownBytes],
    ])
  if (cell.each)
    await measure(`${task}.each`, [
      ...limits.map(([role, hand]) => [role, hand[task][shape].each, undefined, bytes]),
      ['contender', cell.each, undefined, ownBytes],
    ])
}

async function measure(cell, inOrder) {
  const first = Number(turn) % inOrder.length
  const roles = [...inOrder.slice(first), ...inOrder.slice(0, first)]
  const bulk = cell.startsWith('d.')
  const runners = []
  for (const [role, work, readResult, values] of roles) {
    const { loop, visit } = await import(`./loop.mjs?${role}-${cell}`)
    const ring = new Array(bulk && readResult ? 2 : INPUTS).fill(null)
    const run = (count) => {
      if (bulk) {
        // A bulk result is megabytes: whoever comes after it would pay for its collection.
        ring.fill(null)
        globalThis.gc()
      }
      const start = now()
      consumed += readResult ? loop(work, readResult, values, ring, count) : visit(work, values, ring, count)
      return now() - start
    }
    runners.push({ role, run, count: bulk ? 1 : INPUTS, samples: [] })
  }
  const backwards = runners.toReversed()
  const sample = (bulk ? BULK_SAMPLE_MS : SAMPLE_MS) * 1e6
  for (const runner of runners) {
    let spent = 0
    for (let runs = 0; spent < WARM_UP_MS * 1e6 || runs < 3; runs++) {
      const took = runner.run(runner.count)
      spent += took
      if (took < sample / 2) runner.count *= 2
    }
  }
  for (let round = 0; round < Number(rounds); round++)
    // Forwards, then backwards: nobody always follows the same one.
    for (const runner of round % 2 === 0 ? runners : backwards) {
      // What the one before has left in caches and in the heap is paid for here, untimed.
      if (!bulk) runner.run(runner.count >> 1)
      runner.samples.push(runner.run(runner.count) / (runner.count * (bulk ? RECORDS : 1)))
    }
  results[cell] = Object.fromEntries(runners.map(({ role, samples }) => [role, median(samples)]))
}

process.stdout.write(JSON.stringify({ results, consumed: Number.isFinite(consumed) }))
