/**
 * Framing alone, without a socket: a stream in chunks of 64 KiB, ours against a splitter by ranges written by hand.
 *
 * Both are called with each chunk, give ranges to a callback, and look at the first and the last byte of every frame; `read`
 * is how a session takes them, one at a time. They take turns within one process, and so does the twin of the splitter; the
 * result is the median over the turns, and over several processes.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { median, TRUSTED } from './cells.mjs'
import { on } from './process.mjs'

const run = promisify(execFile)

/** Runs the processes; gives the table and, by frame size, the ratios. */
export async function framingTable({ processes }) {
  const results = []
  for (let i = 0; i < processes; i++) {
    const [program, ...arguments_] = on('1', [
      process.execPath,
      fileURLToPath(new URL('framing-process.mjs', import.meta.url)),
    ])
    results.push(JSON.parse((await run(program, arguments_)).stdout))
  }
  const ratios = {}
  const rows = Object.keys(results[0]).map((size) => {
    const of = (who) => median(results.map((result) => result[size][who]))
    const against = (who) => median(results.map((result) => result[size][who] / result[size].hand))
    const [ours, oneByOne, twin] = ['ours', 'oneByOne', 'twin'].map(against)
    ratios[size] = { ours, twin }
    const share = (ratio) => (Math.abs(twin - 1) > TRUSTED ? 'unmeasured' : ratio.toFixed(2))
    return `| ${size} | ${millions(of('hand'))} | ${twin.toFixed(2)} | ${millions(of('ours'))} | ${share(ours)} \
| ${millions(of('oneByOne'))} | ${share(oneByOne)} |`
  })
  const text = `| framing alone | by ranges, by hand | its twin ÷ | **wirewright** \`readAll\` | ÷ | \`read\` | ÷ |
|---|---:|---:|---:|---:|---:|---:|
${rows.join('\n')}

Frames a second of processor time, chunks of 64 KiB, ${processes} processes.
`
  return { text, ratios }
}

const millions = (rate) => (rate >= 1e6 ? `${(rate / 1e6).toFixed(1)} M/s` : `${(rate / 1e3).toFixed(0)} k/s`)
