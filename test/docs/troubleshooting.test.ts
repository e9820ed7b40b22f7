/** The page about errors has every code that the source has, under the class that has it, and no other. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { codeIn, page, rowsBelow } from './markdown.js'

const text = page('docs/troubleshooting.md')
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join('src', file), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, ''))

/** Every union of codes by its name. */
const unions = new Map(
  sources.flatMap((source) =>
    [...source.matchAll(/^export type (\w+Code) =([\s\S]*?)\n(?=\n|$)/gm)].map(
      ([, name, members]) => [name!, quoted(members!)] as const,
    ),
  ),
)

function quoted(text: string): string[] {
  return [...text.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code!)
}

/** Every class of errors that has codes, with its codes. */
const classes = new Map(
  sources.flatMap((source) =>
    [...source.matchAll(/^export class (\w+) extends (?:Peer|Usage|Wirewright)Error<(.*?)> /gm)].map(
      ([, name, codes]) => [name!, (unions.get(codes!) ?? quoted(codes!)).sort()] as const,
    ),
  ),
)

describe('the page about errors', () => {
  it('has every class', () => {
    assert.ok(classes.size > 15, 'the source is read as it is written')
    const headings = [...text.matchAll(/^### `(\w+)`/gm)].map(([, name]) => name!)
    assert.deepEqual(headings.sort(), [...classes.keys()].sort())
  })

  for (const [name, codes] of classes)
    it(`has the codes of ${name}, each with its cause and its cure`, () => {
      assert.ok(codes.length > 0)
      const rows = rowsBelow(text, `### \`${name}\``)
      assert.deepEqual(rows.map(([code]) => codeIn(code!)).sort(), codes)
      for (const [, cause, cure] of rows) assert.ok(cause && cure)
    })

  it('has every reason for which a connection closes', () => {
    const source = readFileSync('src/connection/close-reason.ts', 'utf8')
    const kinds = [...source.matchAll(/readonly kind: '(\w+)'/g)].map(([, kind]) => kind)
    const rows = rowsBelow(text, '## Why a connection closed')
    assert.deepEqual(
      rows.map(([kind]) => codeIn(kind!)),
      kinds,
    )
  })

  it('has every exit code', () => {
    const source = readFileSync('src/cli/exit.ts', 'utf8')
    const codes = [...source.matchAll(/^ {2}\w+: (\d+),$/gm)].map(([, code]) => code)
    const rows = rowsBelow(text, '## Exit codes of the command')
    assert.deepEqual(
      rows.map(([code]) => codeIn(code!)),
      codes,
    )
  })
})
