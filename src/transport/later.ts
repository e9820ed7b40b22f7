/** One way to say "in so many milliseconds" and "as soon as it is our turn". */
import type { Env } from '../env.js'

/** Calls `callback` after `ms`, always in a turn of its own. */
export function later(env: Env, ms: number, callback: () => void): void {
  if (ms > 0) env.timer(ms, callback)
  else env.yield(callback)
}
