/** The table and the targets, from the runs of all rounds. */
import { cells, DISTURBED, median, TRUSTED, undisturbed } from './cells.mjs'

/** More is better in every unit: rates, and for ping-pong its inverse. */
const speed = { a: ({ p50 }) => 1 / p50, b: ({ rate }) => rate, c: ({ rate }) => rate, d: ({ rate }) => rate }
const shown = {
  a: ({ p50 }) => `${p50.toFixed(0)} µs`,
  b: ({ rate }) => thousands(rate),
  c: ({ rate }) => thousands(rate),
  d: ({ rate }) => `${((rate * cells.d.payload) / 1e6).toFixed(0)} MB/s`,
}
const thousands = (rate) => `${(rate / 1e3).toFixed(0)} k/s`

/** Every figure by itself as the median over the rounds. */
function medians(list) {
  const these = undisturbed(list)
  return Object.fromEntries(Object.keys(these[0]).map((key) => [key, median(these.map((run) => run[key]))]))
}

/** A contender's median in a cell ÷ that of `other`, by speed or by processor time; undefined when one of them did not run there. */
export function ratio(runs, cell, name, other = 'reuse', by = speed[cell]) {
  const of = (who) => (runs[who]?.[cell]?.length ? median(undisturbed(runs[who][cell]).map(by)) : undefined)
  return of(name) / of(other) || undefined
}

/** What the server itself spent on a message, inverted: it does not change when others take turns on the processor. */
const thrift = ({ cpu }) => 1 / cpu

const trusted = (runs, cell, by = speed[cell]) =>
  Math.abs((ratio(runs, cell, 'twin', 'reuse', by) ?? 0) - 1) <= TRUSTED && (by === thrift || isQuiet(runs, cell))

/**
 * Whether others mostly left the machine alone. Where not, speed says nothing; and processor time little about servers that
 * differ in how they gather, since requests pile up for a server that has to wait for its turn.
 */
function isQuiet(runs, cell) {
  const all = Object.values(runs).flatMap((byCell) => byCell[cell])
  return 2 * all.filter(({ others }) => others <= DISTURBED).length >= all.length
}

export function table(ready, runs, wanted) {
  const head = wanted.map((cell) => `${cell}: ${cells[cell].title} | ÷ | CPU µs/msg`)
  const rows = ready.map(({ name, label, group }) => {
    const row = wanted.map((cell) => {
      if (runs[name][cell].length === 0) return 'failed | |'
      const all = medians(runs[name][cell])
      const share =
        trusted(runs, cell) || group === 'base' || group === 'control'
          ? ratio(runs, cell, name).toFixed(2)
          : 'unmeasured'
      return `${shown[cell](all)}${all.load > 0.93 && cell !== 'a' ? ' ≥' : ''} | ${share} | ${all.cpu.toFixed(2)}`
    })
    return `| ${label} | ${row.join(' | ')} |`
  })
  const all = Object.values(runs).flatMap((byCell) => Object.values(byCell).flat())
  const disturbed = all.filter(({ others }) => others > DISTURBED).length
  return `| server | ${head.join(' | ')} |
|---|${'---:|'.repeat(3 * wanted.length)}
${rows.join('\n')}

Connections × requests in flight, 32 bytes each unless it says more; a is the median round trip, ÷ is speed ÷ that of the first
row, ≥ where the load itself was at its limit. ${disturbed} of ${all.length} runs were kept although others used more than \
${DISTURBED * 100} % of a processor meanwhile.
`
}

/** What was aimed at: cell, who, how many times, of whom. */
const TARGETS = [
  ['c', 'framing', 0.8, 'reuse'],
  ['c', 'session', 0.8, 'reuse'],
  ['c', 'sync', 0.65, 'reuse'],
  ['c', 'async', 0.45, 'reuse'],
  ...['session', 'sync'].flatMap((name) => [
    ['c', name, 3, 'naive'],
    ['c', name, 8, 'nest'],
    ['c', name, 8, 'ws'],
  ]),
  ['a', 'sync', 0.9, 'reuse'],
  ['b', 'sync', 1.5, 'naive'],
  ['d', 'session', 1.2, 'naive'],
  ['d', 'bytes', 1.2, 'naive'],
]
const FRAMING_TARGET = 0.75

export function verdict(ready, runs, wanted, framingRatios) {
  const names = ready.map(({ name }) => name)
  const rows = TARGETS.filter(
    ([cell, name, , other]) => wanted.includes(cell) && names.includes(name) && names.includes(other),
  ).map(([cell, name, target, other]) => {
    const reached = trusted(runs, cell) ? ratio(runs, cell, name, other) : undefined
    const byTime = trusted(runs, cell, thrift) ? ratio(runs, cell, name, other, thrift) : undefined
    return line(`${cells[cell].title}: ${name} ÷ ${other}`, target, reached, byTime, isQuiet(runs, cell))
  })
  const framing = Object.entries(framingRatios).map(([size, { ours, twin }]) =>
    line(`framing alone, ${size}`, FRAMING_TARGET, Math.abs(twin - 1) > TRUSTED ? undefined : ours),
  )
  return `| target | | by speed | by CPU time | reached |
|---|---:|---:|---:|---|
${[...rows, ...framing].join('\n')}

By CPU time: how often the server's own processor time for a message goes into the other's. Where the server is what limits
a cell, both say the same; it decides where the control of the speed strays, but not where others were busy in most runs.
`
}

function line(what, target, bySpeed, byTime, wasQuiet = true) {
  const decisive = bySpeed ?? byTime
  const verdict = !wasQuiet ? 'busy' : decisive === undefined ? '' : decisive >= target ? 'yes' : '**no**'
  return `| ${what} | ≥ ${target} | ${bySpeed?.toFixed(2) ?? 'unmeasured'} | ${byTime?.toFixed(2) ?? ''} | ${verdict} |`
}
