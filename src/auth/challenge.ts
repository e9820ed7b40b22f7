/**
 * The handshake of a hundred socket tutorials: the server asks, the client shows that it knows the secret.
 *
 *   server ─▶  32 random bytes                              nothing is framed: each side
 *   client ─▶  HMAC(secret, those 32 bytes), raw            reads exactly what must come
 *   server ─▶  "Access Granted"                             or closes without a word
 */
import { showBytes } from '../bytes/index.js'
import type { Digest } from '../env.js'
import { AUTH_LIMITS, type Authentication, type Identity } from './authentication.js'
import { bytesOf } from './bytes-of.js'
import { AuthError, AuthUsageError } from './errors.js'
import { defineAuthentication } from './handshake.js'
import { MAC_LENGTH, OLD_DIGESTS } from './mac-length.js'
import { hear, mac, random, type Script } from './script.js'
import { type Secret, secretOf, shortSecretWarnings } from './secret.js'
import { timingSafeEqual } from './timing-safe-equal.js'

/** What both sides must agree on. */
export interface ChallengeOptions {
  /** The shared secret; text stands for its UTF-8. */
  secret: Secret | Uint8Array | string
  /**
   * The digest of the HMAC. There is no default, because there is none that fits: Python's `hmac.new(key, message)` meant
   * MD5 until 3.8 and has been an error since. Choose `sha256` where you can choose.
   */
  digest: Digest
  /**
   * What the server says to a right answer, 256 bytes at most; empty for servers that say nothing. `Access Granted` by
   * default, as the tutorials have it.
   */
  granted?: Uint8Array | string
}

const CHALLENGE_LENGTH = 32

/**
 * The tutorials' challenge and response. For talking to programs that have it.
 *
 * It proves to the server that the client knew the secret at that moment. It proves nothing to the client, hides nothing, and
 * is not tied to what follows: whoever sits between the two can wait for the grant and then speak as the client. Over
 * anything but loopback, put TLS beneath it.
 *
 * What comes after the grant is up to the protocol; the tutorials' server closes.
 *
 * @throws {AuthUsageError} when an option is missing or makes no sense
 * @example
 * ```js
 * import { challenge } from 'wirewright/auth'
 *
 * const server = challenge({ secret: 'a secret of 25 characters', digest: 'sha256' }).server()
 * console.log(server.nextStep())          // { type: 'random', length: 32 }
 * server.supply(new Uint8Array(32))
 * console.log(server.takeOutput().length) // 32
 * console.log(server.state)               // hearing
 * ```
 */
export function challenge(options: ChallengeOptions): Authentication {
  const { digest } = options
  const secret = secretOf(options.secret)
  const granted = bytesOf(options.granted ?? 'Access Granted')
  if (!Object.hasOwn(MAC_LENGTH, digest))
    throw new AuthUsageError(
      'AUTH_OPTIONS',
      `challenge: digest is ${JSON.stringify(digest)}, and must be one of ${Object.keys(MAC_LENGTH).join(', ')}`,
    )
  if (granted.length > AUTH_LIMITS.maxMessageLength)
    throw new AuthUsageError(
      'AUTH_OPTIONS',
      `challenge: granted has ${granted.length} bytes, and a message of a handshake has ${AUTH_LIMITS.maxMessageLength} at most`,
    )

  const client: Script = function* (output) {
    const asked = yield hear(CHALLENGE_LENGTH, "the server's challenge")
    output.append(yield mac(digest, secret, asked))
    for (let i = 0; i < granted.length; i++) {
      const [byte] = yield hear(1, "the server's grant", i === 0 ? { endMeans: CLOSED } : {})
      if (byte !== granted[i]) throw notGranted(granted, i, byte!)
    }
  }

  const server: Script = function* (output) {
    const asked = yield random(CHALLENGE_LENGTH)
    output.append(asked)
    const answer = yield hear(MAC_LENGTH[digest], "the client's answer")
    const expected = yield mac(digest, secret, asked)
    if (!timingSafeEqual(answer, expected))
      throw new AuthError('AUTH_FAILED', "the client's answer is wrong: it has another secret, or another digest")
    output.append(granted)
    return { scheme: 'challenge', digest } satisfies Identity
  }

  const warnings = shortSecretWarnings('challenge', 'secret', secret)
  if (OLD_DIGESTS.has(digest))
    warnings.push(`challenge: ${digest} is there for old programs; use sha256 where both ends can`)
  return defineAuthentication('challenge', { client, server, warnings })
}

const CLOSED = 'the server closed the connection instead of granting access: it has another secret, or another digest'

function notGranted(granted: Uint8Array, right: number, byte: number): AuthError {
  const said = granted.slice(0, right + 1)
  said[right] = byte
  return new AuthError('AUTH_REFUSED', `the server said ${showBytes(said)} where ${showBytes(granted)} grants access`)
}
