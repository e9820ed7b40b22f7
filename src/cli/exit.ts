/** Exit codes: what a script learns from a command without reading a word of it. */
import { AuthError } from '../auth/index.js'
import {
  ConnectionClosedError,
  PeerError,
  RequestTimeoutError,
  StructError,
  TransportError,
  UsageError,
} from '../index.js'

export const EXIT = {
  ok: 0,
  /** None of those below. */
  other: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Cannot connect or listen: refused, unreachable, no such name, address in use. */
  connect: 3,
  /** No answer in time. */
  timeout: 4,
  /** The peer's bytes are not what they should be. */
  protocol: 5,
  /** The peer closed before it answered. */
  closed: 7,
  /** We did not prove who we are, or the peer did not. */
  auth: 9,
  /** Ctrl-C. */
  interrupted: 130,
  /** `kill`. */
  terminated: 143,
} as const

/** An end with one line on standard error and a code of its own. */
export class CommandError extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** The exit code that tells what went wrong. */
export function exitCodeFor(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode
  if (error instanceof AuthError) return EXIT.auth
  if (error instanceof RequestTimeoutError) return EXIT.timeout
  if (error instanceof TransportError) return error.code === 'TIMED_OUT' ? EXIT.timeout : EXIT.connect
  if (error instanceof ConnectionClosedError) {
    if (error.reason.kind === 'auth') return EXIT.auth
    if (error.reason.kind === 'timeout') return EXIT.timeout
    return error.reason.kind === 'protocol' ? EXIT.protocol : EXIT.closed
  }
  if (error instanceof PeerError) return EXIT.protocol
  return error instanceof UsageError || error instanceof StructError ? EXIT.usage : EXIT.other
}
