/** Every CPython that this machine has: those on PATH, and those that pyenv keeps beside them. */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export interface Python {
  /** As in `3.12.1`. */
  readonly version: string
  readonly path: string
  /** Whether this version is `major.minor` or newer. */
  atLeast(major: number, minor: number): boolean
}

const NAME = /^python(3(\.\d+)?|2\.7)$/

/** One Python for each version, oldest first. */
export function findPythons(): Python[] {
  const pyenv = process.env.PYENV_ROOT ?? join(homedir(), '.pyenv')
  const folders = [
    ...namesIn(join(pyenv, 'versions')).map((version) => join(pyenv, 'versions', version, 'bin')),
    // A shim runs one of the above, after thinking about which.
    ...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== join(pyenv, 'shims')),
  ]
  const paths = folders.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => NAME.test(name))
      .map((name) => join(folder, name)),
  )
  const found = new Map<string, string>()
  for (const path of new Set(paths.filter((path) => existsSync(path)).map((path) => realpathSync(path)))) {
    const { stdout } = spawnSync(path, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])'], {
      encoding: 'utf8',
    })
    const version = stdout?.trim()
    if (version && !found.has(version)) found.set(version, path)
  }
  return [...found]
    .sort(([a], [b]) => order(a) - order(b))
    .map(([version, path]) => ({
      version,
      path,
      atLeast: (major, minor) => order(version) >= order(`${major}.${minor}.0`),
    }))
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

function order(version: string): number {
  return version.split('.').reduce((sum, part) => 1000 * sum + Number(part), 0)
}

/** A running program, and the lines that it prints. */
export class PythonProgram {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>
  readonly #lines: AsyncIterator<string>
  #stderr = ''

  constructor(python: Python, program: string, ...args: (string | number)[]) {
    this.#child = spawn(python.path, ['-u', '-c', program, ...args.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]()
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#stderr += text
    })
  }

  /** The next line that it prints. @throws with its standard error when it ends instead */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error(`python ended: ${this.#stderr}`)
    return value
  }

  /** Ends it if it has not ended by itself. */
  stop(): void {
    this.#child.kill()
  }
}
