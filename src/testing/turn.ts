/** The runtime's own event loop: the one thing of it that a simulation uses. */

declare const setImmediate: (callback: () => void) => unknown

// Kept from the start: test runners replace the global by a clock of their own.
const immediate = setImmediate

/**
 * Resolves when no microtask is left.
 *
 * From inside, nobody can see whether the microtask queue is empty: each `await` on the way may queue another. The runtime
 * can: it runs the queue dry, and Node's `process.nextTick` queue with it, before it begins another task. So does a task
 * that begins find none; and what a simulated program awaits is settled by tasks of its simulation alone.
 */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    immediate(resolve)
  })
}
