/** `npm run interop`: every tutorial against its Python original, both ways, as a table. */
import { setUp } from './setup.mjs'

setUp({ tests: true })
const { rows } = await import('../.build/test/interop/matrix.js')

const width = (of) => Math.max(...rows.map((row) => row[of].length))
const line = (...cells) =>
  `| ${cells.map((cell, i) => cell.padEnd([width('service'), width('direction'), width('manner'), 4][i])).join(' | ')} |\n`
process.stdout.write(line('service', 'direction', 'manner', ''))
process.stdout.write(line('---', '---', '---', '---'))
let failed = 0
for (const { service, direction, manner, run } of rows) {
  const error = await run().then(
    () => undefined,
    (error) => error,
  )
  if (error) failed++
  process.stdout.write(line(service, direction, manner, error ? `FAIL ${error.message}` : 'pass'))
}
process.stdout.write(`\n${rows.length - failed} passed, ${failed} failed\n`)
process.exit(failed > 0 ? 1 : 0)
