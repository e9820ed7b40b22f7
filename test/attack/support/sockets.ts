/** Bare sockets, and processes full of them. */

import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import { after, before } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Connectable } from 'wirewright/transport'

export async function raw({ address }: Connectable): Promise<Socket> {
  const socket = dial({ port: address.port!, host: address.host ?? '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Connects, and does not mind being turned away. */
export async function tried({ address }: Connectable): Promise<Socket> {
  const socket = dial({ port: address.port!, host: address.host ?? '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))
  return socket
}

export function gone(socket: Socket): Promise<void> {
  socket.resume()
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    socket.once('close', () => resolve())
  })
}

/** Looks again and again, with everything else in between; the test runner's patience is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(5)
}

/** What a server knows of who came. */
interface Counted {
  info(): { readonly accepted: number; readonly refused: Readonly<Record<string, number>> }
}

/**
 * So many sockets, some at a time, each lot when `server` has seen the one before: a connection that the kernel has made and
 * nobody accepted yet looks open to its client, and may be made once more seconds later.
 */
export async function many(
  count: number,
  endpoint: Connectable,
  { open = raw, server }: { open?: (endpoint: Connectable) => Promise<Socket>; server?: Counted } = {},
): Promise<Socket[]> {
  const arrived = (): number => {
    if (!server) return Number.POSITIVE_INFINITY
    const { accepted, refused } = server.info()
    return Object.values(refused).reduce((sum, refusals) => sum + refusals, accepted)
  }
  const before = server ? arrived() : 0
  const sockets: Socket[] = []
  while (sockets.length < count) {
    const length = Math.min(200, count - sockets.length)
    sockets.push(...(await Promise.all(Array.from({ length }, () => open(endpoint)))))
    await until(() => arrived() >= before + sockets.length)
  }
  return sockets
}

/** Fails the tests of a file whose server let something escape. Gives what has escaped so far. */
export function nothingEscapes(): readonly unknown[] {
  const escaped: unknown[] = []
  const note = (error: unknown): void => void escaped.push(error)
  before(() => {
    process.on('uncaughtExceptionMonitor', note)
    process.on('unhandledRejection', note)
  })
  after(() => {
    process.off('uncaughtExceptionMonitor', note)
    process.off('unhandledRejection', note)
    assert.deepEqual(escaped, [])
  })
  return escaped
}

/** A process of its own that runs a file of this folder; it says `message` when it is ready, and after each question. */
export class Process<M extends object> {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start<M extends object>(
    file: string,
    args: readonly (string | number)[] = [],
  ): Promise<readonly [Process<M>, M]> {
    const child = fork(fileURLToPath(new URL(`./${file}.js`, import.meta.url)), args.map(String), {
      execArgv: ['--expose-gc'],
    })
    const [first] = (await once(child, 'message')) as [M]
    return [new Process<M>(child), first]
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  async ask(question: string): Promise<M> {
    this.#child.send(question)
    const [answer] = (await once(this.#child, 'message')) as [M]
    return answer
  }

  async stop(): Promise<void> {
    if (!this.isAlive) return
    const exited = once(this.#child, 'exit')
    this.#child.kill()
    await exited
  }
}
