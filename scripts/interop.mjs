/** `npm run interop`: every tutorial and `multiprocessing` against Python, both ways, as a table. */
import { availableParallelism } from 'node:os'
import { setUp } from './setup.mjs'

setUp({ tests: true })
const { HEADINGS, MANNERS, rows } = await import('../.build/test/interop/matrix.js')

if (rows.length === 0) {
  console.error('interop needs python3 on the PATH, and there is none')
  process.exit(1)
}
const table = [
  ['service', 'direction', 'Python', ...MANNERS.map((manner) => HEADINGS[manner])],
  ...rows.map(({ service, direction, peer }) => [service, direction, peer, ...MANNERS.map(() => '·')]),
]
const failures = []
let tried = 0

/** One row after another for each processor; the table is printed when all are done. */
const waiting = [...rows.entries()]
async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [index, { service, direction, peer, cells }] = next
    for (const [column, manner] of MANNERS.entries()) {
      if (!cells[manner]) continue
      tried++
      const cell = await cells[manner]().then(
        () => 'pass',
        (error) => {
          failures.push(`${service}, ${direction}, Python ${peer}, ${HEADINGS[manner]}: ${error.message}`)
          return 'FAIL'
        },
      )
      table[index + 1][3 + column] = cell
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${rows.length - waiting.length} of ${rows.length} rows`)
  }
}
const began = performance.now()
await Promise.all(Array.from({ length: availableParallelism() }, work))
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')

const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)))
const print = (cells) => console.log(`| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`)
print(table[0])
print(widths.map((width) => '-'.repeat(width)))
for (const row of table.slice(1)) print(row)
for (const failure of failures) console.log(`\n${failure}`)
const seconds = ((performance.now() - began) / 1000).toFixed(0)
console.log(
  `\n${rows.length} rows, ${tried} cells: ${tried - failures.length} pass, ${failures.length} fail (${seconds} s)`,
)
process.exit(failures.length > 0 ? 1 : 0)
