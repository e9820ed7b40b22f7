/** What a fresh machine lacks before anything can run: the dependencies and the build. Says what it does; does nothing twice. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a command in the project's root, its output shown; ends this program with its exit code when it fails. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) throw error
  if (status !== 0) process.exit(status ?? (signal ? 1 : 0))
}

/** A step with a name, so that a newcomer sees what is happening and what it costs. */
export function step(name, work) {
  process.stderr.write(`· ${name}\n`)
  work()
}

const modified = (path) => (existsSync(`${root}${path}`) ? statSync(`${root}${path}`).mtimeMs : 0)

/** Installs what `package-lock.json` names, if it is not there yet, and compiles. */
export function setUp({ tests = false } = {}) {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    process.stderr.write(`Wirewright needs Node 20.19 or newer; this is ${process.version}.\n`)
    process.exit(2)
  }
  if (modified('node_modules/.package-lock.json') < modified('package-lock.json'))
    step('installing dependencies (npm ci)', () =>
      run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], { stdio: ['ignore', 'ignore', 'inherit'] }),
    )
  const project = tests ? 'test' : 'tsconfig.build.json'
  step('compiling (tsc)', () => run(process.execPath, ['node_modules/typescript/bin/tsc', '-b', project]))
  // tsc writes plain files; `npx wirewright` in this checkout runs this one.
  chmodSync(`${root}dist/cli/main.js`, 0o755)
}
