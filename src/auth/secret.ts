/** A secret that does not print. */

import { bytesOf } from './bytes-of.js'
import { AuthUsageError } from './errors.js'

/** Whoever records one handshake can try secrets at leisure, hundreds of thousands a second; 16 random bytes stand that. */
const SHORTEST_SAFE = 16

/**
 * A shared secret. Its bytes appear in no error, no `toString`, no JSON and no `util.inspect`; only {@link Secret.reveal}
 * gives them.
 *
 * @throws {AuthUsageError} when it is empty, or neither text nor bytes; the message does not show it
 * @example
 * ```js
 * import { Secret } from 'wirewright/auth'
 *
 * const secret = new Secret('correct horse battery staple')
 * console.log(`${secret}`, JSON.stringify({ secret })) // [secret] {"secret":"[secret]"}
 * ```
 */
export class Secret {
  readonly #bytes: Uint8Array

  /** @param value bytes, which are copied, or text, which stands for its UTF-8 */
  constructor(value: Uint8Array | string) {
    if (typeof value !== 'string' && !(value instanceof Uint8Array))
      throw new AuthUsageError('AUTH_OPTIONS', `a secret is a string or a Uint8Array, not ${typeof value}`)
    if (value.length === 0)
      throw new AuthUsageError('AUTH_OPTIONS', 'a secret must not be empty: everybody knows that one')
    this.#bytes = bytesOf(value)
  }

  /** The secret itself. Not a copy. */
  reveal(): Uint8Array {
    return this.#bytes
  }

  /** True when it is shorter than 16 bytes, and so can be guessed from one recorded handshake. */
  get isShort(): boolean {
    return this.#bytes.length < SHORTEST_SAFE
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }
}

/** A secret as an option may give it. */
export function secretOf(value: Secret | Uint8Array | string): Secret {
  return value instanceof Secret ? value : new Secret(value)
}

/** What to say about a secret that is too short, if it is. */
export function shortSecretWarnings(name: string, option: string, secret: Secret): string[] {
  if (!secret.isShort) return []
  return [
    `${name}: the ${option} is shorter than ${SHORTEST_SAFE} bytes; whoever records one handshake can find it by trying. Use 32 random bytes`,
  ]
}
