/** What a program can do wrong with a transport. */
import { UsageError } from '../errors.js'

export type TransportUsageErrorCode =
  /** An option has a value that it cannot have. */
  | 'BAD_OPTION'
  /** A link has one receiver; a second one was given. */
  | 'ALREADY_STARTED'
  /** A socket of the program's own is an endpoint once; it was used again. */
  | 'ALREADY_USED'
  /** A key, a certificate or an authority is unreadable, or they do not belong together. */
  | 'BAD_CREDENTIALS'

/** Our own program used a transport in a way in which it cannot be used. */
export class TransportUsageError extends UsageError<TransportUsageErrorCode> {}
