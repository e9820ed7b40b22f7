/**
 * How the command loads a user's module: two hooks into Node's module loader.
 *
 * - `wirewright` and `wirewright/…` mean the package that this file is part of, whoever imports them: two copies would be
 *   two sets of classes, and a module outside any project would find none.
 * - TypeScript is compiled by esbuild, as an ES module whatever the folder's package.json says; `./x.js` finds `./x.ts`.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const TYPESCRIPT = /\.[cm]?ts$/

interface Resolved {
  url: string
  format?: string
  shortCircuit?: boolean
}
interface Loaded {
  format: string
  source: string
  shortCircuit?: boolean
}
type Resolve = (specifier: string, context: { parentURL?: string }) => Promise<Resolved>
type Load = (url: string, context: object) => Promise<Loaded>

export async function resolve(specifier: string, context: { parentURL?: string }, next: Resolve): Promise<Resolved> {
  if (specifier === 'wirewright' || specifier.startsWith('wirewright/'))
    return next(specifier, { ...context, parentURL: import.meta.url })
  if (/^\.{0,2}\//.test(specifier) && context.parentURL && TYPESCRIPT.test(context.parentURL)) {
    const asTypeScript = new URL(specifier.replace(/\.([cm]?)js$/, '.$1ts'), context.parentURL)
    if (TYPESCRIPT.test(asTypeScript.pathname) && existsSync(asTypeScript))
      return { url: asTypeScript.href, shortCircuit: true }
  }
  return next(specifier, context)
}

export async function load(url: string, context: object, next: Load): Promise<Loaded> {
  if (!url.startsWith('file:') || !TYPESCRIPT.test(new URL(url).pathname)) return next(url, context)
  const { transform } = await import('esbuild')
  const path = fileURLToPath(url)
  const { code } = await transform(await readFile(path, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcefile: path,
    sourcemap: 'inline',
  })
  return { format: 'module', source: code, shortCircuit: true }
}
