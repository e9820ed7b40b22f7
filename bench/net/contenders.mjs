/**
 * Who is measured: how each is started, what it speaks, and whether this machine can run it.
 *
 * `group`: `base` is what everything is divided by, `control` its twin, `ours` ourselves at each floor, `neighbour` the rest.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { step } from '../../scripts/setup.mjs'

export const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const built = here('../../.build/bench')
const node = (script, ...rest) => [process.execPath, here(script), ...rest]
const ours = (kind, what) => ({
  name: kind,
  label: `**wirewright**, ${what}`,
  group: 'ours',
  wire: 'frames',
  command: node('servers/wirewright.mjs', kind),
})
const neighbour = (name, label, command, { wire = 'frames', ...rest } = {}) => ({
  ...{ name, label, group: 'neighbour', wire, command },
  ...rest,
})

const contenders = [
  { ...neighbour('reuse', 'Node by hand, the best we can', node('servers/reuse.mjs')), group: 'base' },
  { ...neighbour('twin', 'the same once more (control)', node('servers/reuse.mjs')), group: 'control' },
  ours('framing', 'frames by hand'),
  ours('session', 'session by hand'),
  ours('bytes', '`exchange` of bytes'),
  ours('sync', 'typed `exchange`, sync handler'),
  ours('async', 'typed `exchange`, async handler'),
  neighbour('naive', 'Node by hand, naive', node('servers/naive.mjs')),
  neighbour('nest', 'NestJS TCP', node('neighbours/nest.mjs'), { wire: 'nest', install: true }),
  neighbour('ws', '`ws`', node('neighbours/ws.mjs'), { wire: 'websocket', install: true }),
  neighbour('py-protocol', 'Python asyncio, Protocol', ['python3', here('servers/python.py'), 'protocol']),
  neighbour('py-streams', 'Python asyncio, streams', ['python3', here('servers/python.py'), 'streams']),
  neighbour('py-threads', 'Python socketserver, threads', ['python3', here('servers/python.py'), 'threads']),
  neighbour('go', 'Go, goroutines and bufio', [join(built, 'echo-go')], {
    compile: ['go', 'build', '-o', join(built, 'echo-go'), here('servers/echo.go')],
    source: 'servers/echo.go',
  }),
  neighbour('rust', 'Rust, std threads', [join(built, 'echo-rust')], {
    compile: ['rustc', '-O', '-o', join(built, 'echo-rust'), here('servers/echo.rs')],
    source: 'servers/echo.rs',
  }),
]

/** The contenders called `only` (names with commas, or `us`), always with the base and its twin. */
export function choose(only) {
  if (only === undefined) return contenders
  const names =
    only === 'us' ? contenders.filter(({ group }) => group === 'ours').map(({ name }) => name) : only.split(',')
  for (const name of names)
    if (!contenders.some((one) => one.name === name))
      throw new Error(`there is no contender ${name}; there are ${contenders.map((one) => one.name).join(', ')}`)
  return contenders.filter(({ name, group }) => group === 'base' || group === 'control' || names.includes(name))
}

/** Builds and installs what the chosen ones need; those that cannot run here are given back with the reason. */
export function prepare(chosen) {
  mkdirSync(built, { recursive: true })
  const ready = []
  const skipped = []
  for (const one of chosen) {
    const reason = one.install ? install() : one.compile ? compile(one) : missing(one.command[0])
    if (reason === undefined) ready.push(one)
    else skipped.push({ ...one, reason })
  }
  return { ready, skipped }
}

/** The generator of load, compiled. */
export function loadProgram() {
  const program = join(built, 'load')
  if (existsSync(program) && statSync(program).mtimeMs > statSync(here('load.c')).mtimeMs) return program
  mkdirSync(built, { recursive: true })
  step('compiling the load (gcc)', () => {
    const { status, error } = spawnSync('gcc', ['-O2', '-Wall', '-o', program, here('load.c')], {
      stdio: ['ignore', 2, 2],
    })
    if (status === 0) return
    process.stderr.write(`The benchmark needs gcc${error ? `: ${error.message}` : ''}\n`)
    process.exit(1)
  })
  return program
}

function missing(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error && `there is no ${program} on this machine`
}

function compile({ compile: [program, ...arguments_], command: [output], source }) {
  if (existsSync(output) && statSync(output).mtimeMs > statSync(here(source)).mtimeMs) return undefined
  let result
  step(`compiling ${source} (${program})`, () => {
    result = spawnSync(program, arguments_, { stdio: ['ignore', 2, 2] })
  })
  if (result.error) return `there is no ${program} on this machine`
  return result.status === 0 ? undefined : `${program} could not compile ${source}`
}

let installed
function install() {
  if (existsSync(here('neighbours/node_modules/.package-lock.json'))) return undefined
  if (installed === undefined)
    step('installing the neighbours (npm ci in bench/net/neighbours)', () => {
      const arguments_ = ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error']
      installed = spawnSync('npm', arguments_, { cwd: here('neighbours'), stdio: ['ignore', 2, 2] }).status
    })
  return installed === 0 ? undefined : 'npm could not install it'
}

/** `Node v20.20.2`, `ws 8.23.0` …: the versions of all that ran. */
export function versions(ready) {
  const first = (program, ...arguments_) =>
    spawnSync(program, arguments_, { encoding: 'utf8' }).stdout?.trim().split('\n')[0] ?? ''
  const of = (name) =>
    `${name} ${JSON.parse(readFileSync(here(`neighbours/node_modules/${name}/package.json`), 'utf8')).version}`
  const names = ready.map(({ name }) => name)
  return [
    `Node ${process.version}`,
    ...(names.includes('nest') ? [of('@nestjs/microservices'), of('@nestjs/core')] : []),
    ...(names.includes('ws') ? [of('ws')] : []),
    ...(names.some((name) => name.startsWith('py-')) ? [first('python3', '--version')] : []),
    ...(names.includes('go') ? [first('go', 'version').replace(/^go version /, '')] : []),
    ...(names.includes('rust') ? [first('rustc', '--version')] : []),
    first('gcc', '--version'),
  ]
}
