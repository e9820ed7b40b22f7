/** The other end of the wire: programs for the python3 on PATH, written with its standard library alone. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const found = spawnSync('python3', ['--version'], { encoding: 'utf8' })

/** Why tests with Python cannot run here, for `it(name, { skip })`; false when they can. */
export const noPython: string | false = found.status === 0 ? false : 'python3 is not installed'

/** Runs a program to its end and gives what it printed. @throws when it ends with another code than 0 */
export async function python(program: string, ...args: (string | number)[]): Promise<string> {
  const child = spawn('python3', ['-c', program, ...args.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')])
  if (child.exitCode !== 0) throw new Error(`python3 ended with ${child.exitCode ?? child.signalCode}: ${err}`)
  return out
}

/** Starts a server program that prints its port first. */
export async function pythonServer(
  program: string,
  ...args: (string | number)[]
): Promise<{ port: number; stop(): Promise<void> }> {
  const child = spawn('python3', ['-u', '-c', program, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string]
  return { port: Number(line), stop: () => stop(child) }
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}

export async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let whole = ''
  stream.setEncoding('utf8')
  for await (const part of stream) whole += part
  return whole
}
