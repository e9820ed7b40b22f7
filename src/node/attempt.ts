/**
 * Things that are tried, and given up when they take too long, when somebody aborts, or when another try was faster.
 *
 *   begin(outcome) ──▶ outcome.succeed(value) | outcome.fail(error)     one of them counts, and only once
 *                  ◀── abandon()                                        called when the outcome no longer matters
 */
import type { Env, Signal } from '../env.js'
import { type Address, showAddress, TransportError } from '../transport/index.js'

/** Where a try reports how it went. */
export interface Outcome<T> {
  succeed(value: T): void
  fail(error: TransportError): void
}

/** Starts a try; what it returns undoes it, also after it has failed. */
export type Begin<T> = (outcome: Outcome<T>) => () => void

/** How long a try may take, and what it is called in the error when it took longer. */
export interface Patience {
  readonly env: Env
  readonly signal?: Signal | undefined
  readonly ms: number
  /** The option that changes `ms`. */
  readonly option: string
  readonly address: Address
  /** What more there is to say about a try that took too long. */
  readonly soFar?: () => string
}

/** Tries once, with patience. A try that was given up is abandoned before the promise rejects. */
export function attempt<T>({ env, signal, ms, option, address, soFar }: Patience, begin: Begin<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let settled = false
    let abandon = (): void => {}
    const settle = (): boolean => {
      if (settled) return false
      settled = true
      timer.cancel()
      signal?.removeEventListener('abort', onAbort)
      return true
    }
    const fail = (error: TransportError): void => {
      if (!settle()) return
      abandon()
      reject(error)
    }
    const timer = env.timer(ms, () => {
      const more = soFar?.()
      const text = `cannot connect to ${showAddress(address)}: no answer within ${ms} ms (${option})${more ? `; ${more}` : ''}`
      fail(new TransportError('TIMED_OUT', text))
    })
    const onAbort = (): void => {
      const text = `connecting to ${showAddress(address)} was abandoned`
      fail(new TransportError('ABORTED', text, { cause: signal!.reason }))
    }
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort)
    const begun = begin({ succeed: (value) => void (settle() && resolve(value)), fail })
    if (settled) begun()
    else abandon = begun
  })
}
