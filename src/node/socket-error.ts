/** What the operating system says about a socket, in the transport's words. */
import { type Address, showAddress, TransportError, type TransportErrorCode } from '../transport/index.js'

const MEANINGS: Readonly<Record<string, readonly [TransportErrorCode, string]>> = {
  ECONNREFUSED: ['REFUSED', 'nobody listens there'],
  ECONNRESET: ['RESET', 'the peer reset the connection'],
  EPIPE: ['RESET', 'the peer no longer reads'],
  ETIMEDOUT: ['TIMED_OUT', 'no answer'],
  EHOSTUNREACH: ['UNREACHABLE', 'no route to that host'],
  ENETUNREACH: ['UNREACHABLE', 'no route to that network'],
  ENOTFOUND: ['NOT_FOUND', 'no such host name'],
  EAI_AGAIN: ['NOT_FOUND', 'the host name could not be looked up now'],
  ENOENT: ['NOT_FOUND', 'no such socket'],
  EADDRINUSE: ['ADDRESS_IN_USE', 'something else listens there already'],
  EADDRNOTAVAIL: ['UNREACHABLE', 'that address belongs to none of this machine’s interfaces'],
  EACCES: ['NOT_PERMITTED', 'the operating system does not permit it'],
  EPERM: ['NOT_PERMITTED', 'the operating system does not permit it'],
}

/** `cannot connect to 127.0.0.1:65432: nobody listens there (ECONNREFUSED)`. */
export function transportError(doing: string, at: Address, cause: unknown): TransportError {
  const code = (cause as NodeJS.ErrnoException)?.code ?? ''
  const [kind, meaning] = MEANINGS[code] ?? ['IO', cause instanceof Error ? cause.message : String(cause)]
  return new TransportError(kind, `${doing} ${showAddress(at)}: ${meaning}${code && ` (${code})`}`, { cause })
}
