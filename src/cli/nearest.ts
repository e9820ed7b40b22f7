/** What somebody may have meant who typed something else. */

/** The word that is most like `typed`: one or two letters away, and no more than a third of it. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const most = Math.min(2, Math.floor(typed.length / 3))
  const [best] = words
    .map((word) => ({ word, away: distance(typed.toLowerCase(), word) }))
    .filter(({ away }) => away <= most)
    .sort((a, b) => a.away - b.away)
  return best?.word
}

/** Letters to insert, to delete, to replace or to swap (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)])
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwap ? rows[i - 2]![j - 2]! + 1 : replaced
      rows[i]![j] = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, replaced, swapped)
    }
  return rows[a.length]![b.length]!
}
