/** Node's clock, timers, randomness and cryptography as an {@link Env}. */
import { createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import type { Digest, Env, Timer } from '../env.js'

const derive = promisify(pbkdf2)

/** In milliseconds: 24.8 days. `setTimeout` takes anything longer for "at once". */
const LONGEST_TIMEOUT = 2 ** 31 - 1

export const nodeEnv: Env = {
  now: () => performance.now(),
  timer(ms: number, callback: () => void): Timer {
    if (ms > LONGEST_TIMEOUT) return longTimer(ms, callback)
    const timeout = setTimeout(callback, ms)
    return { cancel: () => clearTimeout(timeout) }
  },
  // Runs when the promises that this turn settled have run too, so that their output joins the turn's one write.
  defer: (callback: () => void) => process.nextTick(callback),
  yield: (callback: () => void) => void setImmediate(callback),
  random: (length: number) => new Uint8Array(randomBytes(length)),
  mac: async (digest: Digest, key: Uint8Array, message: Uint8Array) =>
    new Uint8Array(createHmac(digest, key).update(message).digest()),
  keyDerivation: async (
    digest: Digest,
    password: Uint8Array,
    salt: Uint8Array,
    iterations: number,
    length: number,
  ): Promise<Uint8Array> => new Uint8Array(await derive(password, salt, iterations, length, digest)),
  warn: (text: string) => process.emitWarning(text, 'WirewrightWarning'),
}

function longTimer(ms: number, callback: () => void): Timer {
  let timeout: NodeJS.Timeout | undefined
  const wait = (left: number): void => {
    if (left === Number.POSITIVE_INFINITY) return
    const part = Math.min(left, LONGEST_TIMEOUT)
    timeout = setTimeout(() => (left > part ? wait(left - part) : callback()), part)
  }
  wait(ms)
  return { cancel: () => clearTimeout(timeout) }
}
