/**
 * A race between the addresses of one name (RFC 8305): a dead first address costs a quarter of a second, not a timeout.
 *
 *   ::1        ├──────────── no answer ─────────────┤ abandoned when another wins
 *   127.0.0.1        ├── refused ┤
 *   ::2                          ├─ connected             each starts 250 ms after the one before, or when that one fails
 *
 * Those that were started keep running while the next one starts: on a slow path the first may still be the fastest.
 */
import type { Env, Timer } from '../env.js'
import type { TransportError } from '../transport/index.js'
import type { Begin } from './attempt.js'

/** One address of a name. */
export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** The families by turns, beginning with the one that the resolver put first; the order within a family is kept (section 4). */
export function interleave(addresses: readonly ResolvedAddress[]): ResolvedAddress[] {
  const first = addresses.filter(({ family }) => family === addresses[0]!.family)
  const second = addresses.filter(({ family }) => family !== addresses[0]!.family)
  const mixed: ResolvedAddress[] = []
  for (let i = 0; i < Math.max(first.length, second.length); i++)
    for (const list of [first, second]) if (i < list.length) mixed.push(list[i]!)
  return mixed
}

/** The first of `places` to be reached. Fails with what `allFailed` makes of the errors, which are in the order of the places. */
export function raceOf<P, T>(
  places: readonly P[],
  { timer, delayMs }: { timer: Env['timer']; delayMs: number },
  to: (place: P) => Begin<T>,
  allFailed: (errors: TransportError[]) => TransportError,
): Begin<T> {
  return (outcome) => {
    const running = new Map<number, () => void>()
    const errors = new Map<number, TransportError>()
    let next = 0
    let over = false
    let untilNext: Timer | undefined
    const stop = (): void => {
      over = true
      untilNext?.cancel()
      for (const abandon of running.values()) abandon()
      running.clear()
    }
    const startNext = (): void => {
      untilNext?.cancel()
      if (over || next === places.length) return
      const index = next++
      if (next < places.length) untilNext = timer(delayMs, startNext)
      const abandon = to(places[index]!)({
        succeed: (value) => {
          if (over) return
          running.delete(index)
          stop()
          outcome.succeed(value)
        },
        fail: (error) => {
          if (over) return
          errors.set(index, error)
          if (errors.size === places.length) outcome.fail(allFailed(places.map((_, at) => errors.get(at)!)))
          else startNext()
        },
      })
      if (!over && !errors.has(index)) running.set(index, abandon)
    }
    startNext()
    return stop
  }
}
