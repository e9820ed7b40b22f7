/** The house: a floor imports only the floors beneath it, through their `index.ts`; `node:` lives on the upper floors alone. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { describe, it } from 'node:test'

const FLOORS: Record<string, number> = {
  ...{
    bytes: 0,
    struct: 1,
    codec: 2,
    framing: 2,
    protocol: 3,
    auth: 4,
    filter: 4,
    session: 5,
    record: 5,
    transport: 6,
  },
  ...{ connection: 7, server: 8, client: 8, node: 8, web: 8, ws: 8, observe: 8 },
  ...{ inspector: 9, generate: 9, backplane: 9, testing: 9, service: 9, cli: 10, services: 11 },
}
/** Floor 0 has three files beside `bytes/`; the front door (`src/index.ts`) may open any door but the command's. */
const GROUND = ['codec.ts', 'env.ts', 'errors.ts']
const MAY_USE_NODE = new Set(['node', 'cli', 'inspector', 'generate', 'testing', 'services'])
/** Examples in comments import by package name, as users do. */
const COMMENT = /^\s*\/?\*.*$/gm
const IMPORT = /^\s*(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/gm

function violations(root: string): string[] {
  const found: string[] = []
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
    const home = file.includes('/') ? file.split('/')[0]! : ''
    if (home && !(home in FLOORS)) found.push(`${file}: ${home}/ is not on the plan`)
    if (!home && file !== 'index.ts' && !GROUND.includes(file)) found.push(`${file}: belongs to no floor`)
    for (const match of readFileSync(join(root, file), 'utf8').replace(COMMENT, '').matchAll(IMPORT)) {
      const target = match[1] ?? match[2]!
      if (!target.startsWith('.')) {
        const own = /^wirewright(\/|$)/.test(target)
        if (target.startsWith('node:') ? !MAY_USE_NODE.has(home) : own ? home !== 'services' : home !== 'cli')
          found.push(`${file}: ${home || 'the ground floor'} must not import ${target}`)
        continue
      }
      const path = posix.join(posix.dirname(file), target).replace(/\.js$/, '.ts')
      const to = path.includes('/') ? path.split('/')[0]! : ''
      if (to === home) continue
      if (home === 'services') found.push(`${file}: a service uses public names only, not ${path}`)
      if (to && path !== `${to}/index.ts`) found.push(`${file}: reaches into ${path}; import ${to}/index.js`)
      const floor = home ? FLOORS[home]! : file === 'index.ts' ? 9.5 : 0
      const isBeneath = to
        ? FLOORS[to]! < floor || (file === 'codec.ts' && to === 'bytes')
        : GROUND.includes(path) || (path === 'index.ts' && floor > 9)
      if (!isBeneath) found.push(`${file}: ${path} is not beneath it`)
    }
  }
  return found
}

function plant(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'wirewright-house-'))
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), text)
    }
    return violations(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

describe('the house', () => {
  it('has no import that goes up, sideways or past a front door', () => {
    assert.deepEqual(violations('src'), [])
  })
  const planted: [string, string, string, RegExp][] = [
    ['upwards', 'framing/a.ts', `import { Session } from '../session/index.js'`, /not beneath/],
    ['sideways', 'framing/a.ts', `export type { X } from '../codec/index.js'`, /not beneath/],
    ['past a front door', 'session/a.ts', `import { x } from '../bytes/output.js'`, /reaches into/],
    ['over several lines', 'struct/a.ts', `import {\n  a,\n  b,\n} from '../framing/index.js'`, /not beneath/],
    ['upwards from the ground', 'errors.ts', `import { s } from './struct/index.js'`, /not beneath/],
    ['up to the front door', 'struct/a.ts', `import { s } from '../index.js'`, /not beneath/],
    [
      "to Node's modules from a sans-IO floor",
      'session/a.ts',
      `import { connect } from 'node:net'`,
      /must not import node:net/,
    ],
    [
      "to Node's modules by import()",
      'client/a.ts',
      `const net = await import('node:net')`,
      /must not import node:net/,
    ],
    ['to a package from a library floor', 'codec/a.ts', `import z from 'zod'`, /must not import zod/],
    [
      'past the public names, from a service',
      'services/a.ts',
      `import { x } from '../struct/index.js'`,
      /public names only/,
    ],
    ['from a folder nobody drew', 'misc/a.ts', '', /not on the plan/],
    ['from a loose file', 'utils.ts', '', /belongs to no floor/],
  ]
  for (const [what, file, text, expected] of planted)
    it(`finds an import ${what}`, () => {
      const [first, ...rest] = plant({ [file]: text })
      assert.match(first ?? 'nothing found', expected)
      assert.deepEqual(rest, [])
    })
  it('lets a floor use the floors beneath it', () => {
    assert.deepEqual(
      plant({ 'node/a.ts': `import net from 'node:net'\nimport { C } from '../connection/index.js'` }),
      [],
    )
  })
})
