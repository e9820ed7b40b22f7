/**
 * The shell sessions of the documentation happen as they are shown.
 *
 *   ```console
 *   $ wirewright serve square            one such fence on a page: runs from here on, its log is compared last
 *   square: listening on 127.0.0.1:65432
 *   ```
 *   ```console
 *   $ wirewright call square 12345       the others: run in order, what each prints is compared
 *   152399025
 *   ```
 *   ```python
 *   print(s.recv(9))    # b'hello'       run as well, and compared
 *   ```
 *   ```javascript server.mjs             a program that one of the sessions starts
 *   ```
 *
 * Addresses and ports differ from machine to machine, and are made alike before anything is compared.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { noPython, python, stop, text } from '../support/python.js'
import { type Fence, fencesOf, PAGES } from './markdown.js'

const folder = mkdtempSync(join(tmpdir(), 'wirewright-shell-'))
after(() => rmSync(folder, { recursive: true }))
const command = join(folder, 'wirewright')
writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/cli/main.js')}' "$@"\n`)
chmodSync(command, 0o755)

// Of a locale that is not installed every shell complains.
const env = { ...process.env, LC_ALL: 'C', PATH: `${folder}${delimiter}${process.env.PATH}` }
const PATIENCE_MS = 10_000
const isServer = ({ code }: Fence): boolean => /^\$ (wirewright serve |node )/.test(code)
// A name such as localhost is one address on this machine, two on that.
const alike = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/(?:127\.0\.0\.1|::1|\[::1\]|localhost)(:|', )\d{4,5}/g, 'HERE$1PORT')
    .trimEnd()

describe('a shell session', { skip: process.platform === 'win32' }, () => {
  for (const file of PAGES) {
    const all = fencesOf(file)
    const fences = all.filter(({ language }) => /^(console|python)$/.test(language))
    if (!fences.some(isServer)) continue
    // What Python would have done is in the log, too.
    const skip = fences.some(({ language }) => language === 'python') && noPython
    it(`goes as shown: ${file}`, { skip }, async () => {
      for (const { name, code } of all.filter(({ language }) => language === 'javascript'))
        writeFileSync(join(folder, name), code.replace(/port: \d{4,5}\b/, 'port: 0'))
      let serving: Serving | undefined
      try {
        for (const fence of fences)
          if (isServer(fence)) serving = await serve(fence.code)
          else if (fence.language === 'python') await checkPython(fence, serving)
          else
            for (const { typed, printed } of steps(fence.code))
              assert.equal(alike(await run(typed, serving)), alike(printed), typed)
        const { logged, shown } = serving!
        assert.equal(alike(await logged(shown.length)), alike(shown.join('\n')))
      } finally {
        await serving?.stop()
      }
    })
  }
})

async function checkPython({ code }: Fence, serving: Serving | undefined): Promise<void> {
  const expected = [...code.matchAll(/^ *print\(.*\) +# (.*)$/gm)].map(([, printed]) => printed)
  assert.ok(expected.length > 0, 'it prints something')
  assert.deepEqual((await python(atPort(code, serving))).trimEnd().split('\n'), expected)
}

function atPort(code: string, serving: Serving | undefined): string {
  return serving ? code.replaceAll(serving.shownPort, serving.port) : code
}

/** What is typed, and what it prints. A line that ends in a backslash goes on in the next. */
function steps(code: string): { typed: string; printed: string }[] {
  return code
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [, typed, printed] = /^((?:.*\\\n)*.*)\n([\s\S]*)$/.exec(step)!
      return { typed: typed!, printed: printed! }
    })
}

interface Serving {
  readonly port: string
  readonly shownPort: string
  readonly shown: readonly string[]
  /** The log, once it has that many lines. */
  logged(lines: number): Promise<string>
  stop(): Promise<void>
}

async function serve(code: string): Promise<Serving> {
  const [{ typed, printed }] = steps(code) as [{ typed: string; printed: string }]
  const child = shell(`exec ${typed}${typed.startsWith('node') ? '' : ' --port 0'}`)
  const log: string[] = []
  const lines = createInterface(child.stderr!)
  lines.on('line', (line) => log.push(line))
  const shown = printed.trimEnd().split('\n')
  const ended = once(child, 'exit')
  /** When lines do not come, what there is gets compared: the difference says which. */
  const logged = async (count: number): Promise<string> => {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    while (log.length < count && child.exitCode === null && !signal.aborted)
      await Promise.race([once(lines, 'line', { signal }).catch(() => {}), ended])
    return log.join('\n')
  }
  const portIn = (line: string): string => /:(\d+)$/.exec(line)?.[1] ?? assert.fail(`no port in '${line}'`)
  const port = portIn((await logged(1)).split('\n')[0]!)
  return { port, shownPort: portIn(shown[0]!), shown, logged, stop: () => stop(child) }
}

/** Standard output and, behind it, standard error of a line typed into a shell. */
async function run(typed: string, serving: Serving | undefined): Promise<string> {
  const there = serving
    ? typed
        .replaceAll('wirewright call ', `wirewright call --port ${serving.port} `)
        .replaceAll(`:${serving.shownPort}`, `:${serving.port}`)
    : typed
  const child = shell(there)
  const [out, error] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')])
  return out + error
}

function shell(line: string): ChildProcess {
  return spawn('/bin/sh', ['-c', line], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
}
