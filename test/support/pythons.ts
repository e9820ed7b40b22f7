/** Every Python of this machine: the one on PATH, and those that pyenv keeps beside it. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface Python {
  readonly command: string
  /** `3.11.7`. */
  readonly version: string
}

export function everyPython(): Python[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions')
  const kept = existsSync(versions)
    ? readdirSync(versions).map((version) => join(versions, version, 'bin', 'python'))
    : []
  const found = new Map<string, Python>()
  for (const command of ['python3', ...kept]) {
    const { status, stdout } = spawnSync(command, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])'], {
      encoding: 'utf8',
    })
    const version = stdout?.trim()
    if (status === 0 && !found.has(version)) found.set(version, { command, version })
  }
  return [...found.values()]
}
