/** Every CPython that this machine has: those of pyenv, and those on PATH. */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
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

/** One Python for each version, oldest first. */
export function findPythons(): Python[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions')
  const folders = [
    ...(existsSync(versions) ? readdirSync(versions).map((name) => join(versions, name, 'bin')) : []),
    ...(process.env.PATH ?? '').split(delimiter),
  ]
  const found = new Map<string, string>()
  for (const folder of folders)
    for (const name of ['python3', 'python2.7']) {
      const path = join(folder, name)
      if (!existsSync(path)) continue
      const { stdout } = spawnSync(path, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])'], {
        encoding: 'utf8',
      })
      const version = stdout?.trim()
      if (version && !found.has(version)) found.set(version, path)
    }
  const order = ([version]: [string, string]): number =>
    version.split('.').reduce((sum, part) => 1000 * sum + Number(part), 0)
  return [...found]
    .sort((a, b) => order(a) - order(b))
    .map(([version, path]) => ({
      version,
      path,
      atLeast: (major, minor) => order([version, path]) >= order([`${major}.${minor}.0`, path]),
    }))
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
