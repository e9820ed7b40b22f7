/** From an error to the exit code that tells what went wrong. Loaded only when something did. */
import { AuthError } from '../auth/index.js'
import {
  ConnectionClosedError,
  PeerError,
  PlaintextError,
  RequestTimeoutError,
  StructError,
  TransportError,
  UsageError,
} from '../index.js'
import { CommandError, EXIT } from './exit.js'

/** The library speaks of options where the command has flags. */
export function lineFor(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof StructError && error.code === 'BAD_FORMAT') return `${message} (wirewright help formats)`
  return error instanceof PlaintextError ? message.replace("with plaintext: '", "with --plaintext '") : message
}

export function exitCodeFor(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode
  if (error instanceof RequestTimeoutError) return EXIT.timeout
  if (error instanceof TransportError) return transportCode(error)
  if (error instanceof ConnectionClosedError) return closedCode(error)
  if (error instanceof AuthError) return EXIT.auth
  if (error instanceof PeerError) return EXIT.protocol
  return error instanceof UsageError || error instanceof StructError ? EXIT.usage : EXIT.other
}

function transportCode({ code }: TransportError): number {
  switch (code) {
    case 'TIMED_OUT':
      return EXIT.timeout
    case 'RESET':
      return EXIT.closed
    case 'HANDSHAKE_FAILED':
    case 'UNTRUSTED':
      return EXIT.tls
    default:
      return EXIT.connect
  }
}

function closedCode({ reason }: ConnectionClosedError): number {
  // Over UDP one system is told that nobody listens and another waits in vain: to a script both are no answer.
  if (reason.kind === 'transport' && reason.error.code === 'REFUSED') return EXIT.timeout
  // A server may refuse our certificate after our side of the handshake (TLS 1.3).
  if (reason.kind === 'transport' && transportCode(reason.error) === EXIT.tls) return EXIT.tls
  switch (reason.kind) {
    case 'timeout':
      return EXIT.timeout
    case 'protocol':
      return EXIT.protocol
    case 'auth':
      return EXIT.auth
    default:
      return EXIT.closed
  }
}
