/** What the documentation shows: its fences, its tables, its links. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** README and every page under docs, by their paths. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file))
    .sort(),
]

export function page(file: string): string {
  return readFileSync(file, 'utf8')
}

/** A fence: its language, what stands behind the language, and its text. */
export interface Fence {
  readonly file: string
  readonly line: number
  readonly language: string
  /** A path in this repository, or the name of the file that the reader is writing. */
  readonly name: string
  readonly code: string
}

export function fencesOf(file: string): Fence[] {
  const text = page(file)
  return [...text.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1]!,
    name: match[2] ?? '',
    code: match[3]!,
  }))
}

/** The rows of every table below `heading`, to the next heading; without the tables' own heads. */
export function rowsBelow(text: string, heading: string): string[][] {
  const from = text.indexOf(`\n${heading}\n`)
  if (from < 0) throw new Error(`there is no heading ${heading}`)
  const section = text.slice(from + heading.length + 2)
  return rowsIn(section.slice(0, Math.max(0, section.search(/^#/m)) || section.length))
}

export function rowsIn(text: string): string[][] {
  const rows: string[][] = []
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    const isHead = /^\| ?-/.test(lines[index + 1] ?? '')
    if (!line.startsWith('|') || /^\| ?-/.test(line) || isHead) continue
    const cells = line.split(/(?<!\\)\|/).slice(1, -1)
    rows.push(cells.map((cell) => cell.trim().replaceAll('\\|', '|')))
  }
  return rows
}

/** What stands between the first backticks of a cell. */
export function codeIn(cell: string): string {
  return /^(`+) ?(.*?) ?\1/.exec(cell)?.[2] ?? ''
}
