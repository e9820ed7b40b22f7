/** Drives machines by hand: with node:crypto, with each other in memory, with a real socket. */
import { createHmac, randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Authenticator, AuthStep, MacStep, RandomStep } from 'wirewright/auth'

export type End = Extract<AuthStep, { type: 'done' | 'failed' }>

export const range = (length: number, from = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => from + i)
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const bytes = (...parts: (string | Uint8Array)[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))))

/** The frame of Python's `Connection.send_bytes`. */
export function frame(...parts: (string | Uint8Array)[]): Uint8Array {
  const payload = bytes(...parts)
  const head = Buffer.alloc(4)
  head.writeInt32BE(payload.length)
  return bytes(head, payload)
}

export function compute(step: RandomStep | MacStep): Uint8Array {
  if (step.type === 'random') return new Uint8Array(randomBytes(step.length))
  return new Uint8Array(createHmac(step.digest, step.key.reveal()).update(step.message).digest())
}

/** Computes what the machine wants until it waits for bytes, or has ended and says how. */
export function settle(machine: Authenticator, how: typeof compute = compute): End | undefined {
  for (let step: AuthStep | undefined; (step = machine.nextStep()); ) {
    if (step.type === 'done' || step.type === 'failed') return step
    machine.supply(how(step))
  }
  return undefined
}

export function output(machine: Authenticator): Uint8Array {
  const parts: Uint8Array[] = []
  for (let out: Uint8Array | undefined; (out = machine.takeOutput()); ) parts.push(out)
  return bytes(...parts)
}

/** `done`, or the code of the error, or what the machine still waits for. */
export function showEnd(end: End | undefined, machine: Authenticator): string {
  return end?.type === 'failed' ? end.error.code : (end?.type ?? machine.state)
}

export interface Conversation {
  /** How each side ended. */
  readonly client: string
  readonly server: string
  readonly ends: { readonly client: End | undefined; readonly server: End | undefined }
  /** All that was said, before anybody tampered with it. */
  readonly fromClient: Uint8Array
  readonly fromServer: Uint8Array
}

/** What lies between the two: gives the chunks that arrive for those that were sent. `null` ends the stream. */
export type Wire = (sent: Uint8Array, from: 'client' | 'server', offset: number) => readonly (Uint8Array | null)[]

/** Two machines talk until both have ended or have nothing to say; then the stream of whoever still hears is ended. */
export function converse(client: Authenticator, server: Authenticator, wire: Wire = (sent) => [sent]): Conversation {
  const machines = { client, server }
  const ends: { client: End | undefined; server: End | undefined } = { client: undefined, server: undefined }
  const said = { client: [] as Uint8Array[], server: [] as Uint8Array[] }
  const closed = new Set<string>()
  const other = { client: 'server', server: 'client' } as const
  const step = (side: 'client' | 'server'): boolean => {
    ends[side] ??= settle(machines[side])
    const out = output(machines[side])
    if (out.length > 0) {
      const offset = bytes(...said[side]).length
      said[side].push(out)
      for (const chunk of wire(out, side, offset)) {
        if (chunk) machines[other[side]].receive(chunk)
        else machines[other[side]].end()
        ends[other[side]] ??= settle(machines[other[side]])
      }
    }
    if (ends[side]?.type === 'failed' && !closed.has(side)) {
      closed.add(side)
      machines[other[side]].end()
      return true
    }
    return out.length > 0
  }
  const talk = (): void => {
    while ([step('server'), step('client')].includes(true));
  }
  talk()
  server.end()
  client.end()
  talk()
  return {
    client: showEnd(ends.client, client),
    server: showEnd(ends.server, server),
    ends,
    fromClient: bytes(...said.client),
    fromServer: bytes(...said.server),
  }
}

/** A socket's chunks, one at a time. */
export type Chunks = AsyncIterator<Buffer>
export const chunksOf = (socket: Socket): Chunks => socket[Symbol.asyncIterator]()

/** Authenticates over a socket. The machine's rest is left in it. */
export async function authenticate(machine: Authenticator, socket: Socket, chunks: Chunks): Promise<End> {
  for (;;) {
    const end = settle(machine)
    const out = output(machine)
    if (out.length > 0) socket.write(out)
    if (end) return end
    const chunk = await chunks.next().catch(() => ({ done: true as const, value: undefined }))
    if (chunk.done) machine.end()
    else machine.receive(chunk.value)
  }
}

/** The next socket of a server's `connection` events, which `on` keeps until they are asked for. */
export async function accepted(connections: AsyncIterator<[Socket], void>): Promise<Socket> {
  const { value } = await connections.next()
  return value![0]
}
