/** Exit codes: what a script learns from a command without reading a word of it. */

export const EXIT = {
  ok: 0,
  other: 1,
  usage: 2,
  connect: 3,
  timeout: 4,
  protocol: 5,
  different: 6,
  closed: 7,
  tls: 8,
  auth: 9,
  interrupted: 130,
  terminated: 143,
} as const

/** What each code says: the table that `wirewright help exit-codes` prints. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done',
  other: 'none of those below',
  usage: 'the command line is wrong, or the bytes given on it',
  connect: 'cannot connect or listen: refused, unreachable, no such name, port taken',
  timeout: 'no answer in time',
  protocol: 'the bytes that came are not what they should be',
  different: 'an answer is not what --expect says',
  closed: 'the peer closed before it had answered',
  tls: 'the TLS handshake failed, or the peer’s certificate does not convince',
  auth: 'authentication was refused',
  interrupted: 'Ctrl-C',
  terminated: 'kill',
}

/** An end with one line on standard error and a code of its own. */
export class CommandError extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** The command line is wrong: exit code 2. */
export function usageError(message: string, options?: { cause?: unknown }): CommandError {
  return new CommandError(EXIT.usage, message, options)
}
