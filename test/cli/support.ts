/** The command as a shell sees it: words in, lines and an exit code out. */
import assert from 'node:assert/strict'
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from '../support/python.js'

export const MAIN: string = resolve('dist/cli/main.js')

// Whoever runs these tests may have one; the commands that they run have not.
delete process.env.WIREWRIGHT_SECRET

export interface Result {
  stdout: string
  stderr: string
  status: number | null
}

export function wirewright(...args: string[]): Result {
  const { stdout, stderr, status } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', timeout: 30_000 })
  return { stdout, stderr, status }
}

/** The same while this process serves: what runs here goes on. */
export async function run(
  args: readonly string[],
  input?: string | Uint8Array,
  options: SpawnOptions = {},
): Promise<Result> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'], ...options })
  child.stdin!.on('error', () => {})
  child.stdin!.end(input)
  const [stdout, stderr] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    text(child.stderr!),
    once(child, 'close'),
  ])
  return { stdout, stderr, status: child.exitCode }
}

/** One line on standard error, nothing on standard output, exit code 2. */
export function refuses(args: string[], expected: RegExp): void {
  const { stdout, stderr, status } = wirewright(...args)
  assert.equal(status, 2, stderr)
  assert.equal(stdout, '')
  assert.match(stderr, expected)
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
}

export interface Running {
  readonly port: string
  readonly child: ChildProcess
  /** What standard output has given so far. */
  readonly stdout: () => string
  /** Resolves when the log has so many lines like this: one, unless told. */
  logged(line: string | RegExp, times?: number): Promise<string>
  /** Resolves when it has ended. */
  readonly ended: Promise<Result>
}

/** A command once it listens. */
export async function start(args: readonly string[], options: SpawnOptions = {}): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  const log: string[] = []
  let stdout = ''
  child.stdout!.setEncoding('utf8').on('data', (part: string) => {
    stdout += part
  })
  const lines = createInterface(child.stderr!)
  lines.on('line', (line) => log.push(line))
  const ended = once(child, 'close').then(() => ({ stdout, stderr: log.join('\n'), status: child.exitCode }))
  const logged = async (wanted: string | RegExp, times = 1): Promise<string> => {
    let found = 0
    for (let at = 0; ; ) {
      for (; at < log.length; at++) {
        if (typeof wanted === 'string' ? log[at] === wanted : wanted.test(log[at]!)) found++
        if (found === times) return log[at]!
      }
      const more = await Promise.race([once(lines, 'line'), ended])
      if (!Array.isArray(more) && at === log.length) throw new Error(`it ended with ${more.status}: ${more.stderr}`)
    }
  }
  const line = await logged(/listening on/)
  return { port: /:(\d+)$/.exec(line)?.[1] ?? '', child, logged, ended, stdout: () => stdout }
}

/** A folder of its own, gone with the test. */
export function folder(): { path: string; file(name: string, content: string | Uint8Array): string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'wirewright-cli-'))
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(path, name), content)
    return join(path, name)
  }
  return { path, file, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** What a shell needs that finds `wirewright` in `path`. */
export function withCommand(path: string): NodeJS.ProcessEnv {
  const command = join(path, 'wirewright')
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`)
  chmodSync(command, 0o755)
  // Of a locale that is not installed every bash complains.
  return { ...process.env, LC_ALL: 'C', PATH: `${path}${delimiter}${process.env.PATH}` }
}

/** False, or why nothing can be run in a terminal. */
export const noTerminal: string | false = /util-linux/.test(
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout,
)
  ? false
  : 'there is no script of util-linux'

/** What Node asks about colours before it looks at the terminal: whoever runs these tests may have set any of them. */
const COLOUR_WISHES = ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'CI', 'TF_BUILD', 'TEAMCITY_VERSION', 'TMUX']

/** What a command shows on a terminal, standard error included. */
export async function inTerminal(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const clean: NodeJS.ProcessEnv = { ...process.env, TERM: 'xterm-256color', ...env }
  for (const name of COLOUR_WISHES) if (!(name in env)) delete clean[name]
  const line = [process.execPath, MAIN, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const child = spawn('script', ['-qec', line, '/dev/null'], { env: clean, stdio: ['ignore', 'pipe', 'inherit'] })
  const [shown] = await Promise.all([text(child.stdout), once(child, 'close')])
  return shown
}

/** A server of plain sockets. */
export async function peer(talk: (socket: Socket) => void): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    talk(socket)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  // A test that fails before it closes this should end, and not wait for ever.
  server.unref()
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}
