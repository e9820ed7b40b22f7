/**
 * `npm run bench:net`: what a message costs on a socket, ours beside the best that we can write by hand and beside others.
 *
 *   npm run bench:net                            everything: five rounds, about ten minutes
 *   npm run bench:net -- --quick                 two short rounds: a first impression
 *   npm run bench:net -- --only us               ours alone; or names of contenders, with commas between them
 *   npm run bench:net -- --cells c               some of the situations a, b, c, d
 *   npm run bench:net -- --rounds 9 --seconds 2
 *
 * Each server is a process of its own on one processor, started anew in each round; the load (load.c) is on the other. Within
 * a round the order is drawn by lot. What is printed are medians over the rounds, and each divided by that of the server
 * written by hand. That server runs twice: where its twin strays by more than 15 %, or others were busy in most runs, the
 * speed in that cell is `unmeasured`. The table goes to stdout, everything else to stderr.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { setUp } from '../../scripts/setup.mjs'
import { cells } from './cells.mjs'
import { choose, here, loadProgram, prepare, versions } from './contenders.mjs'
import { framingTable } from './framing.mjs'
import { measure, pinned, start } from './process.mjs'
import { table, verdict } from './report.mjs'

const say = (text) => process.stderr.write(`${text}\n`)
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    cells: { type: 'string', default: 'a,b,c,d' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
  },
})
const rounds = Number(options.rounds ?? (options.quick ? 2 : 5))
const seconds = Number(options.seconds ?? (options.quick ? 0.4 : 0.8))
const wanted = options.cells.split(',').filter((cell) => cell in cells)

setUp()
const load = loadProgram()
const { ready, skipped } = prepare(choose(options.only))
for (const { label, reason } of skipped) say(`  ${label} is skipped: ${reason}`)

function shuffled(list) {
  const left = [...list]
  return list.map(() => left.splice(Math.floor(Math.random() * left.length), 1)[0])
}

const started = Date.now()
const runs = Object.fromEntries(ready.map(({ name }) => [name, Object.fromEntries(wanted.map((cell) => [cell, []]))]))
const failures = []
for (let round = 1; round <= rounds; round++) {
  say(`· round ${round} of ${rounds}`)
  const servers = await Promise.all(ready.map(start))
  for (const cell of wanted)
    for (const [one, server] of shuffled(ready.map((one, i) => [one, servers[i]])))
      try {
        runs[one.name][cell].push(...(await measure(load, server, one, cell, seconds)))
      } catch (error) {
        failures.push(`${one.name} ${cell}: ${error.stderr?.trim() || error.message}`)
      }
  for (const server of servers) server.stop()
}
for (const failure of failures) say(`  failed: ${failure}`)

const framing = await framingTable({ processes: options.quick ? 2 : 5 })
const git = spawnSync('git', ['describe', '--always', '--dirty'], { cwd: here('.'), encoding: 'utf8' }).stdout?.trim()
const { version } = JSON.parse(readFileSync(here('../../package.json'), 'utf8'))
console.log(`wirewright ${version} (${git || 'no git'}); ${versions(ready).join('; ')}; ${cpus()[0].model.trim()}, \
${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}; \
${pinned ? 'server on one core, load on the other' : 'not pinned'}; ${rounds} rounds of ${seconds} s; \
${Math.round((Date.now() - started) / 1000)} s in all\n`)
console.log(table(ready, runs, wanted))
for (const { label, reason } of skipped) console.log(`Not measured: ${label}: ${reason}.\n`)
console.log(framing.text)
console.log(verdict(ready, runs, wanted, framing.ratios))
