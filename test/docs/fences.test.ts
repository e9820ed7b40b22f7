/** What README and docs show is so: programs run and print what they say, types hold, services are those that are served. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { after, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { formatWithOptions } from 'node:util'
import { transformSync } from 'esbuild'
import { type Fence, fencesOf, PAGES, page } from './markdown.js'

// Inside the project, so that `wirewright` is found by its name.
const folder = mkdtempSync(join(import.meta.dirname, 'fences-'))
after(() => rmSync(folder, { recursive: true }))

const fences = PAGES.flatMap(fencesOf)
const isShown = ({ name }: Fence): boolean => name.startsWith('src/')
const programs = fences.filter((fence) => /^(js|ts)$/.test(fence.language) && !isShown(fence))

/** The pages' programs as files: one of its own for each, but fences with the same name in a page are one file. */
const files = new Map<string, Fence & { path: string }>()
for (const fence of programs) {
  const place = join(folder, fence.file.replace(/\W/g, '-'))
  const path = join(place, fence.name || `line-${fence.line}.m${fence.language}`)
  // Ports of a reader's machine may be taken on this one.
  const code = fence.code.replace(/port: \d{4,5}\b/g, 'port: 0')
  files.set(path, { ...fence, path, code: (files.get(path)?.code ?? '') + code })
}
for (const { path, code } of files.values()) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, code)
  if (path.endsWith('ts')) writeFileSync(scriptOf(path), transformSync(code, { loader: 'ts', target: 'es2022' }).code)
}

/** What a reader's own compiler would make of a file. */
function scriptOf(path: string): string {
  return path.replace(/ts$/, 'js')
}

/** A line of a value as one would write it beside the call. */
const show = (...values: unknown[]): string => formatWithOptions({ breakLength: Number.POSITIVE_INFINITY }, ...values)

describe('a program in the documentation', () => {
  for (const { file, line, name, path, code } of files.values())
    it(`runs: ${file}, ${name || `line ${line}`}`, async () => {
      const shown = fences.find((fence) => fence.file === file && fence.language === 'text' && fence.name === name)
      const claims = code.matchAll(/^ *console\.log\(.*\) +\/\/ (.*)$/gm)
      const expected = shown?.code.trimEnd().split('\n') ?? [...claims].map(([, printed]) => printed!.trim())
      const printed: string[] = []
      const { log } = console
      console.log = (...values) => void printed.push(show(...values))
      try {
        await import(pathToFileURL(scriptOf(path)).href)
      } finally {
        console.log = log
      }
      assert.deepEqual(printed, expected)
    })

  it('compiles, where it is TypeScript', () => {
    const typed = [...files.values()].filter(({ language }) => language === 'ts').map(({ path }) => path)
    const compilerOptions = { rootDir: resolve('.'), noEmit: true, composite: false, noUnusedLocals: false }
    const config = join(folder, 'tsconfig.json')
    writeFileSync(
      config,
      JSON.stringify({
        extends: resolve('tsconfig.base.json'),
        compilerOptions: {
          ...compilerOptions,
          incremental: false,
          types: ['node'],
          typeRoots: [resolve('node_modules/@types')],
        },
        files: typed,
      }),
    )
    const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', config], { encoding: 'utf8' })
    assert.equal(tsc.stdout, '')
    assert.equal(tsc.status, 0)
  })
})

describe('a service in the documentation', () => {
  for (const { file, name, code } of fences.filter(isShown))
    it(`is ${name} as it is: ${file}`, () => {
      const source = readFileSync(name, 'utf8')
      // A page shows a module whole, or everything below the comment that opens it.
      assert.ok([source, source.replace(/^\/\*\*[\s\S]*?\*\/\n/, '')].includes(code), `${name} reads differently`)
    })
})

describe('a link in the documentation', () => {
  for (const file of PAGES)
    it(`leads somewhere: ${file}`, () => {
      for (const [, target, anchor] of page(file).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)/g)) {
        const path = target === '' ? file : join(dirname(file), target!)
        assert.ok(existsSync(path), `${target} is not there`)
        if (anchor === undefined) continue
        const anchors = [...page(path).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!))
        assert.ok(anchors.includes(anchor), `${target}#${anchor} is not there`)
      }
    })
})

/** As GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}
