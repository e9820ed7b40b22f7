/** What the operating system and OpenSSL say about a socket, in the transport's words. */
import { type Address, showAddress, TransportError, type TransportErrorCode } from '../transport/index.js'
import { TLS_MEANINGS } from './tls-error.js'

const MEANINGS: ReadonlyMap<string, readonly [TransportErrorCode, string]> = new Map([
  ['ECONNREFUSED', ['REFUSED', 'nobody listens there']],
  ['EAGAIN', ['REFUSED', 'its queue of waiting connections is full']],
  ['ECONNRESET', ['RESET', 'the peer reset the connection']],
  ['ECONNABORTED', ['RESET', 'the connection was aborted']],
  ['EPIPE', ['RESET', 'the peer no longer reads']],
  ['ETIMEDOUT', ['TIMED_OUT', 'no answer']],
  ['EHOSTUNREACH', ['UNREACHABLE', 'no route to that host']],
  ['ENETUNREACH', ['UNREACHABLE', 'no route to that network']],
  ['ENETDOWN', ['UNREACHABLE', 'the network is down']],
  ['EAFNOSUPPORT', ['UNREACHABLE', 'this machine does not speak that kind of address']],
  ['EADDRNOTAVAIL', ['UNREACHABLE', 'that address belongs to none of this machine’s interfaces']],
  ['ENODEV', ['UNREACHABLE', 'no such interface']],
  ['ENOTFOUND', ['NOT_FOUND', 'no such host name']],
  ['ENODATA', ['NOT_FOUND', 'the host name has no address']],
  ['EAI_AGAIN', ['NOT_FOUND', 'the host name could not be looked up now']],
  ['ENOENT', ['REFUSED', 'nobody listens there, and there is no such file']],
  ['EADDRINUSE', ['ADDRESS_IN_USE', 'something else listens there already']],
  ['EACCES', ['NOT_PERMITTED', 'the operating system does not permit it']],
  ['EPERM', ['NOT_PERMITTED', 'the operating system does not permit it']],
  ['EMFILE', ['IO', 'this process may not open more files']],
  ['ENFILE', ['IO', 'this machine cannot open more files']],
  ...TLS_MEANINGS,
])

/** `cannot connect to 127.0.0.1:65432: nobody listens there (ECONNREFUSED)`. */
export function transportError(doing: string, at: Address, cause: unknown): TransportError {
  const code = codeOf(cause)
  const [kind] = meaningOf(code) ?? [code.startsWith('ERR_SSL_') ? 'HANDSHAKE_FAILED' : 'IO']
  return new TransportError(kind, `${doing} ${showAddress(at)}: ${inWords(cause)}`, { cause })
}

/** One error for a place of which no address could be had; it names them all. */
export function noneOf(
  doing: string,
  at: Address,
  tried: readonly Address[],
  errors: readonly TransportError[],
): TransportError {
  if (errors.length === 1 && tried[0]!.host === at.host) return errors[0]!
  // A machine without IPv6 says UNREACHABLE for half of the addresses; the other half knows better.
  const { code } = errors.find((error) => error.code !== 'UNREACHABLE') ?? errors[0]!
  return new TransportError(code, `${doing} ${showAddress(at)}: ${listOf(tried, errors)}`, {
    cause: new AggregateError(errors),
  })
}

/** `[::1]:80: nobody listens there (ECONNREFUSED); 127.0.0.1:80: no answer yet`. */
export function listOf(tried: readonly Address[], errors: readonly (TransportError | undefined)[]): string {
  return tried
    .map((at, i) => `${showAddress(at)}: ${errors[i] ? inWords(errors[i].cause) : 'no answer yet'}`)
    .join('; ')
}

function inWords(cause: unknown): string {
  const code = codeOf(cause)
  const words = meaningOf(code)?.[1] ?? reasonOf(cause)
  return code ? `${words} (${code})` : words
}

function meaningOf(code: string): readonly [TransportErrorCode, string] | undefined {
  // OpenSSL 3.2 renamed the alerts that TLS took over from its predecessor.
  return MEANINGS.get(code.replace('ERR_SSL_SSL/TLS_', 'ERR_SSL_SSLV3_'))
}

/** OpenSSL's message is a line of its source code; its `reason` says the same. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const { reason } = cause as { reason?: unknown }
  return typeof reason === 'string' ? reason : cause.message
}

function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : ''
}
