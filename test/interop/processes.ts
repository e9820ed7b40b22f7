/** The programs of the table as processes: our command, and Python's side. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { stop, text } from '../support/python.js'

const PEERS = resolve('test/interop/peers.py')
const MAIN = resolve('dist/cli/main.js')
const PATIENCE_MS = 10_000

const told = spawnSync('python3', ['-c', 'import platform, sys; print(sys.executable, platform.python_version())'], {
  encoding: 'utf8',
})
const [path, version] = told.status === 0 ? told.stdout.trim().split(' ') : []

/** The python3 on PATH, once and for all: a shim would look for it again each time. Undefined where there is none. */
export const python: { readonly path: string; readonly version: string } | undefined =
  path && version ? { path, version } : undefined

/** What was printed, and how it ended. */
export interface Ended {
  readonly stdout: string
  readonly status: number | null
}

export interface Serving {
  readonly port: string
  /** Settles when it has said this, and perhaps more, in one line of its log. */
  says(words: string): Promise<void>
  stop(): Promise<void>
}

async function run(command: string, args: readonly string[], input = ''): Promise<Ended> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [stdout] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { stdout, status: child.exitCode }
}

/** Settles when a line of `stream` tells the port. */
export async function started(child: ChildProcess, stream: NodeJS.ReadableStream, port: RegExp): Promise<Serving> {
  const lines = createInterface(stream)
  return new Promise((serving, failed) => {
    const seen: string[] = []
    child.once('exit', (code) => failed(new Error(`ended with ${code}: ${seen.join('\n')}`)))
    lines.on('line', (line) => {
      seen.push(line)
      const found = port.exec(line)?.[1]
      if (found) serving({ port: found, says, stop: () => stop(child) })
    })
    async function says(words: string): Promise<void> {
      const signal = AbortSignal.timeout(PATIENCE_MS)
      while (!seen.some((line) => line.includes(words)))
        await once(lines, 'line', { signal }).catch(() => {
          throw new Error(`'${words}' was not said, but: ${seen.join('\n')}`)
        })
    }
  })
}

/** `wirewright serve`, on a free port. */
export function serve(service: string, flags: readonly string[]): Promise<Serving> {
  const args = [MAIN, 'serve', service, '--host', '127.0.0.1', '--port', '0', ...flags]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  return started(child, child.stderr, /listening on .*:(\d+)$/)
}

export function call(service: string, port: string, args: readonly string[], input?: string): Promise<Ended> {
  const place = ['--host', '127.0.0.1', '--port', port, '--timeout', '20s']
  return run(process.execPath, [MAIN, 'call', service, ...place, ...args], input)
}

export function pythonServe(service: string, manner: string, args: readonly string[]): Promise<Serving> {
  const child = spawn(python!.path, ['-u', PEERS, 'server', service, manner, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return started(child, child.stdout, /^(\d+)$/)
}

export function pythonCall(service: string, port: string, manner: string, args: readonly string[]): Promise<Ended> {
  return run(python!.path, [PEERS, 'client', service, port, manner, ...args])
}
