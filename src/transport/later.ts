/** One way to say "in so many milliseconds" and "in the next turn". */
import type { Env } from '../env.js'

/** Calls `callback` after `ms`, or in the next turn. */
export function later(env: Env, ms: number, callback: () => void): void {
  if (ms > 0) env.timer(ms, callback)
  else env.defer(callback)
}
