/** Promises that cannot end the process: a rejection that nobody looks at is still nobody's. */
import type { Signal } from '../env.js'

/** The two ends of a promise. */
export interface Settler<T> {
  resolve(value: T): void
  reject(error: unknown): void
}

/** A promise and its ends. */
export interface Deferred<T> extends Settler<T> {
  readonly promise: Promise<T>
}

export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise: harmless(promise), resolve, reject }
}

/** `promise`, whose rejection need not be handled. */
export function harmless<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

export function rejected(error: unknown): Promise<never> {
  return harmless(Promise.reject(error))
}

/** `settler`, which calls `aborted` when the signal does, and lets go of the signal when it settles. */
export function followingSignal<S extends Settler<unknown>>(settler: S, signal: Signal, aborted: () => void): S {
  signal.addEventListener('abort', aborted)
  const settling =
    (settle: (value: unknown) => void) =>
    (value: unknown): void => {
      signal.removeEventListener('abort', aborted)
      settle(value)
    }
  return { ...settler, resolve: settling(settler.resolve), reject: settling(settler.reject) }
}

/** What a handler gave, if it is no value yet: as a promise that settles once, whatever its own `then` does. */
export function asPromise(value: unknown): Promise<unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    return typeof (value as { then?: unknown }).then === 'function' ? Promise.resolve(value) : undefined
  } catch (error) {
    return rejected(error)
  }
}

/** Calls a hook of the program's. What it throws, now or as a promise, is for `failed`, and for nobody else. */
export function guarded(hook: () => unknown, failed: (error: unknown) => void): void {
  try {
    asPromise(hook())?.then(undefined, failed)
  } catch (error) {
    failed(error)
  }
}

function ignore(): void {}
