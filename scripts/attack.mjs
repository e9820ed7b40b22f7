/**
 * `npm run attack`: every attack on a server at full size, a line for each: what it measured, what it may, how it ended.
 *
 *   npm run attack               all of them; some minutes
 *   npm run attack -- flood udp  only the files whose name contains one of the words
 *
 * Ends with 1 when a bound is broken. `npm test` makes the same attacks at a small size.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { root, setUp } from './setup.mjs'

/** Both ends of four thousand connections, and of what else is open. */
const FILES = 10_000
const WIDTHS = [6, 48, 60, 32]

setUp({ tests: true })
const words = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const files = readdirSync(`${root}test/attack`)
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .map((file) => `.build/test/attack/${file.replace(/\.ts$/, '.js')}`)

/** Every connection is an open file; a shell can raise the limit for what it starts. */
const raised = `ulimit -n ${FILES} 2>/dev/null || ulimit -n "$(ulimit -H -n)"; exec "$@"`
// What hangs has failed.
const node = [
  process.execPath,
  '--expose-gc',
  '--test',
  '--test-concurrency=1',
  '--test-timeout=300000',
  '--test-reporter=tap',
  ...files,
]
const child = spawn('sh', ['-c', raised, 'sh', ...node], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'ignore'],
  env: { ...process.env, WIREWRIGHT_ATTACK: 'full' },
})

const line = (cells) => cells.map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0)).join('  ')
/** A cell that is too long goes on below. */
function print(cells) {
  const columns = cells.map((cell, i) => wrap(cell, WIDTHS[i] ?? 20))
  const height = Math.max(...columns.map(({ length }) => length))
  for (let row = 0; row < height; row++) console.log(line(columns.map((column) => column[row] ?? '')).trimEnd())
}
function wrap(text, width) {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}

let [held, broken] = [0, 0]
print(['row', 'attack', 'figure', 'bound', 'verdict'])
print(WIDTHS.map((width) => '-'.repeat(width)).concat('-------'))
for await (const text of createInterface(child.stdout)) {
  const figure = /^\s*# row (.* \| .*)$/.exec(text)?.[1].split(' | ')
  /** A line of an attack that judges itself: its figure, without a bound. */
  const told = /^\s*# rows? (\d+(?: and \d+)?)[^:|]*: (.*)$/.exec(text)
  const failure = /^\s*not ok \d+ - (row .*)$/.exec(text)?.[1]
  if (figure) {
    print(figure)
    if (figure.at(-1) === 'held') held++
    else broken++
  } else if (told) print([told[1].replace(' and ', ', '), '', told[2]])
  else if (failure) print(['', `FAILED: ${failure}`])
}
if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
console.log(
  `\n${held} bounds held, ${broken} broken${child.exitCode === 0 ? '' : '; not all attacks ended as they should'}`,
)
process.exit(broken === 0 ? (child.exitCode ?? 1) : 1)
