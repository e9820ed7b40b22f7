/**
 * Errors for two readers: `error.code` and the typed fields are for a program, the message is for a person.
 *
 * Each floor derives its own class from one of the two below, so that whose fault it was is a question for `instanceof`:
 * {@link PeerError} means that the bytes which arrived broke a rule, {@link UsageError} that our own program did.
 */

/** What every error that Wirewright throws, rejects with or closes with has in common. */
export abstract class WirewrightError<Code extends string = string> extends Error {
  /** Stable from release to release; the message is not. */
  readonly code: Code

  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.name = new.target.name
  }
}

/** The other side, or the network between, broke a rule. Closes one connection and touches nobody else. */
export abstract class PeerError<Code extends string = string> extends WirewrightError<Code> {}

/** The program that uses the library broke a rule: a value that does not fit, a wrong option, a call at the wrong time. */
export abstract class UsageError<Code extends string = string> extends WirewrightError<Code> {}
