/** Benchmarks run for minutes, and so in no test; but what they import from here is there. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'

const files = readdirSync('bench', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.mjs') && !file.includes('node_modules'))
  .map((file) => join('bench', file))

describe('a benchmark', () => {
  it('imports what we export', async () => {
    let imports = 0
    for (const file of files)
      for (const [, names, entry] of readFileSync(file, 'utf8').matchAll(
        /^import \{([^}]*)\} from '(wirewright[\w/]*)'/gm,
      )) {
        const exported = await import(entry!)
        for (const name of names!.split(',').map((one) => one.trim()))
          if (name !== '') assert.ok(name in exported, `${file}: ${entry} does not export ${name}`)
        imports++
      }
    assert.ok(imports > 5, `${imports}`)
  })
})
