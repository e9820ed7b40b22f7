/**
 * `npm run bench:codec`: codecs against the hand-written limit, beside their neighbours.
 *
 *   npm run bench:codec                           everything: five processes for each contender, some eight minutes
 *   npm run bench:codec -- --quick                two processes each: a first impression
 *   npm run bench:codec -- --only us              ours alone; or names of contenders, with commas between them
 *   npm run bench:codec -- --tasks a,c            some of the tasks
 *
 * Every contender runs in processes of its own, in each of them beside the hand-written code and its twin, in turns. What
 * is printed is the median over the processes of contender ÷ hand-written, and in brackets of twin ÷ hand-written: what the
 * measurement itself is worth. The table goes to stdout, everything else to stderr.
 */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { setUp, step } from '../scripts/setup.mjs'
import { contenders, find } from './codec/contenders.mjs'
import { summarize, table, verdict } from './codec/report.mjs'
import { tasks, toTuple } from './codec/tasks.mjs'

const ROUNDS = 7
const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const run = promisify(execFile)
const say = (text) => process.stderr.write(`${text}\n`)

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    tasks: { type: 'string', default: Object.keys(tasks).join() },
  },
})
const processes = options.quick ? 2 : 5
const wanted = options.tasks.split(',')
const chosen =
  options.only === undefined
    ? contenders
    : options.only === 'us'
      ? contenders.filter(({ group }) => group !== 'neighbour')
      : options.only.split(',').map(find)

setUp()
if (
  chosen.some(({ group }) => group === 'neighbour') &&
  !existsSync(here('neighbours/node_modules/.package-lock.json'))
)
  step('installing the neighbours (npm install in bench/neighbours)', () => {
    // Not `npm ci`, which wants msgpackr's optional parts for every platform in the lock file; not every registry has them all.
    const arguments_ = ['install', '--no-save', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error']
    const { status } = spawnSync('npm', arguments_, { cwd: here('neighbours'), stdio: ['ignore', 2, 2] })
    if (status !== 0) process.exit(1)
  })

/** Garbage collected and code optimized on threads of their own would count, or not, as the machine has time for them. */
const EVERYWHERE = ['--expose-gc', '--single-threaded']
/**
 * Task d keeps lists of 100 000 records. Whether V8 copies them once, twice or never is decided anew in every process,
 * and outweighs everything else, so a young generation is chosen that need not be collected within a sample.
 */
const IN_BULK = ['--min-semi-space-size=128', '--max-semi-space-size=128']
const flagsOf = ({ group }) => (group === 'fallback' ? ['--disallow-code-generation-from-strings'] : [])

async function measure(contender, turn) {
  const results = {}
  for (const [these, flags] of [
    [wanted.filter((task) => task !== 'd'), []],
    [wanted.filter((task) => task === 'd'), IN_BULK],
  ]) {
    if (these.length === 0) continue
    const script = [here('codec/process.mjs'), contender.name, String(ROUNDS), String(turn), ...these]
    const { stdout } = await run(process.execPath, [...EVERYWHERE, ...flags, ...flagsOf(contender), ...script])
    Object.assign(results, JSON.parse(stdout).results)
  }
  return results
}

/** The values in JSON: bytes as lists, bigints as text. */
function forPython() {
  const plain = (value) => (value instanceof Uint8Array ? [...value] : typeof value === 'bigint' ? `${value}` : value)
  const values = Object.entries(tasks).map(([task, { inputs }]) => [
    task,
    task === 'd' ? toTuple('d', inputs[0]) : inputs.map((value) => toTuple(task, value).map(plain)),
  ])
  const bytes = Object.entries(tasks).map(([task, one]) => [
    task,
    task === 'd' ? [] : one.bytes.map((message) => Buffer.from(message).toString('hex')),
  ])
  return JSON.stringify({ ...Object.fromEntries(values), bytes: Object.fromEntries(bytes) })
}

async function measureCPython(input) {
  const running = run('python3', [here('codec/cpython.py')], { maxBuffer: 2 ** 24 })
  running.child.stdin.end(input)
  return JSON.parse((await running).stdout)
}

for (const contender of chosen) {
  say(`· checking ${contender.name}`)
  const script = [here('codec/verify.mjs'), contender.name, ...wanted]
  const { status } = spawnSync(process.execPath, [...flagsOf(contender), ...script], { stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(1)
}
const started = Date.now()
const rows = chosen.map(({ name, group }) => ({ name, group, runs: [] }))
const cpython = { version: '', runs: [] }
const hasPython = options.only === undefined && spawnSync('python3', ['--version']).status === 0
const input = hasPython && forPython()
for (let turn = 0; turn < processes; turn++) {
  for (const [i, contender] of chosen.entries()) {
    say(`· process ${turn + 1} of ${processes}: ${contender.name}`)
    rows[i].runs.push(await measure(contender, turn))
  }
  if (!hasPython) continue
  say(`· process ${turn + 1} of ${processes}: CPython`)
  const { version, results } = await measureCPython(input)
  cpython.version = version
  cpython.runs.push(results)
}
for (const row of rows) row.cells = summarize(row.runs)

const [{ model }] = cpus()
const git = spawnSync('git', ['describe', '--always', '--dirty'], { cwd: here('.'), encoding: 'utf8' })
console.log(`Node ${process.version}, V8 ${process.versions.v8}; ${model.trim()}, ${cpus().length} cores, \
${Math.round(totalmem() / 2 ** 30)} GiB; ${processes} processes for each row, ${ROUNDS} rounds in each; \
${Math.round((Date.now() - started) / 1000)} s; wirewright ${git.stdout?.trim() || 'unknown'}\n`)
console.log(table(rows, hasPython ? cpython : undefined))
console.log(`
Contender ÷ hand-written code, and in brackets its twin ÷ hand-written code, in the same process; "unmeasured" where the
twins differ by more than 15 %. ns of processor time are for one message, in task d for one record; d.dec makes a list of
100 000 records, which is not collected within a sample, d.each visits them one by one.${
  hasPython
    ? ' CPython is a process of\nanother kind: compare its ns, with care; its c and cU are Python code around struct, and its d.dec is not read.'
    : ''
}
`)
const neighbours = chosen.filter(({ group }) => group === 'neighbour').map(({ name }) => `${name} ${versionOf(name)}`)
if (neighbours.length > 0)
  console.log(
    `${neighbours.join(', ')}. msgpackr and protobufjs speak formats of their own, typed-binary in c and cU.\n`,
  )
console.log(verdict(rows))

function versionOf(name) {
  return JSON.parse(readFileSync(here(`neighbours/node_modules/${name}/package.json`), 'utf8')).version
}
