/** The examples in the comments of `src/framing`: each runs as it stands and prints what it says it prints. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { formatWithOptions } from 'node:util'

// Inside the project, so that `wirewright/framing` is found by its name.
const folder = mkdtempSync(join(import.meta.dirname, 'examples-'))
after(() => rmSync(folder, { recursive: true }))

describe('the examples', () => {
  for (const file of readdirSync('src/framing').filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(join('src/framing', file), 'utf8')
    for (const [index, match] of [...text.matchAll(/@example\n \* ```js\n(.*?) \* ```/gs)].entries())
      it(`of ${file}${index > 0 ? `, ${index + 1}` : ''}`, async () => {
        const code = match[1]!.replace(/^ \* ?/gm, '')
        const expected = [...code.matchAll(/^\s*console\.log\(.*\) +\/\/ (.*)$/gm)].map(([, printed]) =>
          printed!.trim(),
        )
        const script = join(folder, `${file}-${index}.mjs`)
        writeFileSync(script, code)
        const printed: string[] = []
        const { log } = console
        console.log = (...values) =>
          void printed.push(formatWithOptions({ breakLength: Number.POSITIVE_INFINITY }, ...values))
        try {
          await import(pathToFileURL(script).href)
        } finally {
          console.log = log
        }
        assert.ok(printed.length > 0, 'it prints something')
        assert.deepEqual(printed, expected)
      })
  }
})
