/** What the processes found, as a table and as answers to the questions that matter. */

/** Beyond this the hand-written code differs so much from its own twin that the cell says nothing. */
const MOST_STRAY = 0.15
export const CELLS = [
  'a.enc',
  'a.dec',
  'b.enc',
  'b.dec',
  'c.enc',
  'c.dec',
  'cU.enc',
  'cU.dec',
  'd.enc',
  'd.dec',
  'd.each',
]
const TARGETS = { generated: { mean: 1.15, worst: 1.4 }, fallback: { mean: 2 } }

const median = (numbers) => {
  const sorted = [...numbers].sort((x, y) => x - y)
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
const geometricMean = (cells) => Math.exp(cells.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / cells.length)

/** One contender's processes, each `{ cell: { hand, twin, contender } }`, as one `{ ratio, control, ns, hand, measured }` per cell. */
export function summarize(runs) {
  const cells = {}
  for (const cell of CELLS) {
    const seen = runs.flatMap((run) => (run[cell] ? [run[cell]] : []))
    if (seen.length === 0) continue
    const control = median(seen.map(({ hand, twin }) => twin / hand))
    cells[cell] = {
      ratio: median(seen.map(({ hand, contender }) => contender / hand)),
      control,
      ns: median(seen.map(({ contender }) => contender)),
      hand: median(seen.map(({ hand }) => hand)),
      measured: Math.abs(Math.log(control)) <= Math.log1p(MOST_STRAY),
    }
  }
  return cells
}

/** The table: contenders down, cells across. */
export function table(rows, cpython) {
  const columns = CELLS.filter((cell) => rows.some(({ cells }) => cells[cell]))
  const handNs = Object.fromEntries(
    columns.map((cell) => [cell, median(rows.flatMap(({ cells }) => (cells[cell] ? [cells[cell].hand] : [])))]),
  )
  const lines = [
    ['', ...columns],
    ['---', ...columns.map(() => '--:')],
    ['by hand, ns', ...columns.map((cell) => handNs[cell].toFixed(handNs[cell] < 20 ? 1 : 0))],
    ...rows.map(({ name, cells }) => [name, ...columns.map((cell) => shown(cells[cell]))]),
  ]
  if (cpython) {
    const found = columns.map((cell) => median(cpython.runs.map((run) => run[cell])))
    lines.push([`CPython ${cpython.version}, ns`, ...found.map((ns) => ns.toFixed(0))])
  }
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n')
}

function shown(cell) {
  if (!cell) return '–'
  const control = cell.control.toFixed(2)
  return cell.measured ? `${cell.ratio.toFixed(2)} (${control})` : `unmeasured (${control})`
}

/** Whether the targets are met, and who is ahead of whom: of what was measured, and how much that is. */
export function verdict(rows) {
  const lines = []
  for (const [group, target] of Object.entries(TARGETS)) {
    const all = rows.filter((row) => row.group === group).flatMap(({ name, cells }) => eachCell(name, cells))
    const measured = all.filter((one) => one.measured)
    if (measured.length === 0) continue
    for (const name of new Set(measured.map((one) => one.name)))
      lines.push(`- ${name}: geometric mean ${geometricMean(measured.filter((one) => one.name === name)).toFixed(2)}`)
    const mean = geometricMean(measured)
    const of = `${measured.length} of ${all.length} cells`
    lines.push(
      `- ${group}: geometric mean ${mean.toFixed(2)} over ${of}, target ${target.mean}: ${met(mean <= target.mean)}`,
    )
    if (!target.worst) continue
    const above = measured.filter(({ ratio }) => ratio > target.worst)
    const which = above.map(({ name, cell, ratio }) => `${name} ${cell} ${ratio.toFixed(2)}`).join(', ')
    lines.push(`- ${group}: no cell above ${target.worst}: ${met(above.length === 0)}${which && ` (${which})`}`)
  }
  const pairs = rows.flatMap((mine) =>
    mine.group === 'generated'
      ? rows.flatMap((other) => (other.group === 'neighbour' ? comparisons(mine, other) : []))
      : [],
  )
  if (pairs.length > 0) {
    const compared = pairs.filter(({ measured }) => measured)
    const behind = compared.filter(({ ours, theirs }) => theirs <= ours)
    const which = behind.map(({ what, ours, theirs }) => `${what} ${ours.toFixed(2)} against ${theirs.toFixed(2)}`)
    const of = `${compared.length} of ${pairs.length} comparisons measured`
    lines.push(
      `- ahead of every neighbour in every cell it can run: ${met(behind.length === 0)} (${[of, ...which].join('; ')})`,
    )
  }
  return lines.join('\n')
}

function eachCell(name, cells) {
  return Object.entries(cells).map(([cell, { ratio, measured }]) => ({ name, cell, ratio, measured }))
}

function comparisons(mine, neighbour) {
  return Object.entries(neighbour.cells).flatMap(([cell, theirs]) => {
    const ours = mine.cells[cell]
    if (!ours) return []
    const measured = ours.measured && theirs.measured
    return [{ what: `${cell}: ${mine.name}, ${neighbour.name}`, ours: ours.ratio, theirs: theirs.ratio, measured }]
  })
}

const met = (is) => (is ? 'met' : 'MISSED')
