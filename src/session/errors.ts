/** What can go wrong between two sides that both understand the framing. */
import { PeerError, UsageError } from '../errors.js'

/** The peer's frame is no message of the protocol, or none that may come now. */
export class MessageError extends PeerError<'MESSAGE_MALFORMED' | 'MESSAGE_UNEXPECTED' | 'REPLY_UNEXPECTED'> {}

/** Our own program said something that the protocol or the state of the session does not allow. */
export class SessionUsageError extends UsageError<
  'UNKNOWN_MESSAGE' | 'NOT_AN_ASK' | 'UNKNOWN_REQUEST' | 'SESSION_ENDED' | 'TOO_MANY_REQUESTS'
> {}
