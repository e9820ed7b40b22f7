/** What can go wrong with a simulation itself, as opposed to the program in it. */
import { UsageError } from '../errors.js'

export type SimulationErrorCode =
  /** Nothing is left to happen, and what was waited for has not happened. */
  | 'DEADLOCK'
  /** It went on for longer than it may: a loop, in all likelihood. */
  | 'TOO_MANY_EVENTS'
  /** A run was started inside another. */
  | 'ALREADY_RUNNING'
  /** A time that clocks cannot wait for. */
  | 'BAD_TIME'
  /** A MAC or a derived key was asked for, and no `crypto` was handed in. */
  | 'NO_CRYPTO'
  /** A scenario failed; the message says under which seed, the cause how. */
  | 'SEED_FAILED'

export class SimulationError extends UsageError<SimulationErrorCode> {}
