/** The file of a Unix socket: made with the right permissions, taken away only when nobody can be behind it. */
import { type BigIntStats, chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import { type Address, type Listener, TransportError } from '../transport/index.js'
import { transportError } from './socket-error.js'

/** Runs `listen`, which makes the socket `at` its path before it returns its promise, so that the file never has other permissions. */
export async function createdFor<T extends Pick<Listener, 'close'>>(
  at: Address & { readonly path: string },
  mode: number,
  listen: () => Promise<T>,
): Promise<T> {
  // Only the main thread may set a mask; elsewhere there is a moment between `listen` and `chmod`.
  const mask = isMainThread ? process.umask(~mode & 0o777) : undefined
  let listening: Promise<T>
  try {
    listening = listen()
  } finally {
    if (mask !== undefined) process.umask(mask)
  }
  const listener = await listening
  try {
    chmodSync(at.path, mode)
  } catch (error) {
    await listener.close()
    throw transportError('cannot listen on', at, error)
  }
  return listener
}

/**
 * Removes a socket that nobody listens on any more: one that refuses a connection. Anything else stays.
 *
 * @throws {TransportError} when something is there that must not be removed
 */
export async function removeStaleSocket(at: Address & { readonly path: string }): Promise<void> {
  const found = look(at)
  if (found === undefined) return
  if (!found.isSocket())
    throw new TransportError('ADDRESS_IN_USE', `cannot listen on ${at.path}: a file that is no socket is there`)
  const answer = await knock(at.path)
  if (answer === 'ENOENT') return
  if (answer !== 'ECONNREFUSED')
    throw transportError('cannot listen on', at, Object.assign(new Error(answer), { code: 'EADDRINUSE' }))
  // Another process may have done the same, and be listening there by now. Between this look and the next line no
  // JavaScript runs; what is left of the race is the time of one system call.
  const now = look(at)
  if (now === undefined || now.ino !== found.ino || now.ctimeNs !== found.ctimeNs) return
  try {
    unlinkSync(at.path)
  } catch (error) {
    throw transportError('cannot remove the stale socket', at, error)
  }
}

function look(at: Address & { readonly path: string }): BigIntStats | undefined {
  try {
    return lstatSync(at.path, { bigint: true, throwIfNoEntry: false })
  } catch (error) {
    throw transportError('cannot listen on', at, error)
  }
}

/** What a connection meets: the code of an error, or `'open'`. */
function knock(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.on('connect', () => {
      socket.destroy()
      resolve('open')
    })
  })
}
