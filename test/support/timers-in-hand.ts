/** An environment whose clock moves, and whose timers fire, only when the test says so. */

import { nodeEnv } from 'wirewright/node'
import type { Env } from '#ground/env'

export interface TimerInHand {
  readonly ms: number
  readonly fire: () => void
  cancelled: boolean
}

/** `timers`: all that were set so far. `pass`: time goes by; no timer notices. */
export function timersInHand(): { env: Env; timers: TimerInHand[]; pass: (ms: number) => void } {
  let now = 0
  const timers: TimerInHand[] = []
  const env: Env = {
    ...nodeEnv,
    now: () => now,
    timer(ms, fire) {
      const timer: TimerInHand = { ms, fire, cancelled: false }
      timers.push(timer)
      return { cancel: () => void (timer.cancelled = true) }
    },
  }
  return { env, timers, pass: (ms) => void (now += ms) }
}
