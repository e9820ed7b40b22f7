/** Our own program described an endpoint that cannot be. */
import { UsageError } from '../errors.js'

/** What can be wrong with the description of an endpoint. */
export type EndpointErrorCode =
  /** A value that no endpoint can have. */
  | 'BAD_OPTION'
  /** A key and a certificate that are unreadable, or do not belong together. */
  | 'BAD_CREDENTIALS'
  /** A socket of the user's that has been used already. */
  | 'ALREADY_USED'
  /** This runtime cannot do it. */
  | 'NOT_SUPPORTED'

/** An endpoint was described with options that do not work, or used in a way that it does not allow. */
export class EndpointError extends UsageError<EndpointErrorCode> {}
