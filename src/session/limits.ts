/** Options that are numbers with defaults: what is not given is the default, and what is no number is no limit at all. */
import { UsageError } from '../errors.js'

/** A limit that is none: no number from 0 on, or of a name that nobody reads. */
export class LimitError extends UsageError<'LIMIT_INVALID'> {}

/**
 * `defaults` with departures from them. One that is `undefined` is none, so that a setting may be handed on.
 *
 * @throws {LimitError} for what is no number from 0 on (`Infinity` is one), and for names that `defaults` has not
 */
export function departFrom<T extends { [Name in keyof T]: number }>(
  defaults: T,
  departures: { readonly [Name in keyof T]?: number | undefined },
): T {
  const limits = { ...defaults }
  for (const [name, value] of Object.entries(departures)) {
    if (value === undefined) continue
    if (!Object.hasOwn(defaults, name))
      throw new LimitError('LIMIT_INVALID', `no limit is called ${name}; there are ${Object.keys(defaults).join(', ')}`)
    if (typeof value !== 'number' || !(value >= 0))
      throw new LimitError('LIMIT_INVALID', `${name} is ${String(value)}, and must be a number from 0 on, or Infinity`)
    limits[name as keyof T] = value as T[keyof T]
  }
  return limits
}
