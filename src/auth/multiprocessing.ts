/**
 * The handshake of CPython's `multiprocessing.connection`: each side challenges the other, the Listener first.
 *
 *   asks    ─▶  "#CHALLENGE#" "{sha256}" 40 random bytes          since 3.12
 *               "#CHALLENGE#" 20 random bytes                     until 3.11
 *   answers ─▶  "{sha256}" HMAC-SHA256(authkey, "{sha256}" and the 40 bytes)
 *               HMAC-MD5(authkey, all behind "#CHALLENGE#")       until 3.11, whatever was asked
 *   asks    ─▶  "#WELCOME#" or "#FAILURE#"
 *
 * Every message is a frame, see `multiprocessing-framing.ts`. CPython: `deliver_challenge` and `answer_challenge`.
 */
import { type Output, showBytes } from '../bytes/index.js'
import type { Digest } from '../env.js'
import { guessSpeaker } from '../framing/index.js'
import { AUTH_LIMITS, type Authentication, type Identity } from './authentication.js'
import { bytesOf } from './bytes-of.js'
import { AuthError } from './errors.js'
import { defineAuthentication } from './handshake.js'
import { MAC_LENGTH } from './mac-length.js'
import { headLength, multiprocessingFraming, payloadLength } from './multiprocessing-framing.js'
import { hear, mac, type Need, random } from './script.js'
import { type Secret, secretOf, shortSecretWarnings } from './secret.js'
import { timingSafeEqual } from './timing-safe-equal.js'

/** What both sides must agree on. */
export interface MultiprocessingOptions {
  /** What Python calls `authkey`; text stands for its UTF-8. */
  authkey: Secret | Uint8Array | string
  /** Whether MD5 is good enough, which is all that CPython has until 3.11. False by default. */
  allowMd5?: boolean
}

/** A part of a script, which gives a `T`. */
type Part<T> = Generator<Need, T, Uint8Array>

const CHALLENGE = bytesOf('#CHALLENGE#')
const WELCOME = bytesOf('#WELCOME#')
const FAILURE = bytesOf('#FAILURE#')

/** How a challenge or a response says its digest. */
interface Form {
  readonly prefix: Uint8Array
  readonly digest: Digest
}

/** What we ask for. Programs that do not know the prefix take it for a part of the message, and answer with MD5. */
const PREFERRED: Form = { prefix: bytesOf('{sha256}'), digest: 'sha256' }
/** `_ALLOWED_DIGESTS` of CPython. */
const FORMS: readonly Form[] = [
  PREFERRED,
  { prefix: bytesOf('{sha384}'), digest: 'sha384' },
  { prefix: bytesOf('{sha3_256}'), digest: 'sha3-256' },
  { prefix: bytesOf('{sha3_384}'), digest: 'sha3-384' },
  { prefix: bytesOf('{md5}'), digest: 'md5' },
]
/** CPython until 3.11: told by the length of the message alone. */
const OLD: Form = { prefix: new Uint8Array(0), digest: 'md5' }
const RANDOM_LENGTH = 40
/** `_MD5ONLY_MESSAGE_LENGTH`. A challenge is never shorter. */
const OLD_LENGTH = 20

const FRAMING = multiprocessingFraming({ maxFrameLength: AUTH_LIMITS.maxMessageLength })

/**
 * The handshake of Python's `multiprocessing.connection`, with every CPython from 2.7 on: our server is its `Listener`, our
 * client its `Client`. What follows are frames of {@link multiprocessingFraming}.
 *
 * Each side proves that it knew the key at that moment. Nothing is hidden and nothing is tied to what follows, so a relay
 * can speak in either name afterwards; and because both directions use one key in one way, an attacker that a client
 * connects to twice can answer one connection's challenge through the other. Over anything but loopback, put TLS beneath it.
 *
 * @throws {AuthUsageError} when the key is missing or empty
 * @example
 * ```js
 * import { multiprocessing } from 'wirewright/auth'
 *
 * const server = multiprocessing({ authkey: 'a secret of 25 characters' }).server()
 * console.log(server.nextStep())             // { type: 'random', length: 40 }
 * server.supply(new Uint8Array(40))
 * console.log(server.takeOutput().length)    // 63
 * ```
 */
export function multiprocessing(options: MultiprocessingOptions): Authentication {
  const { allowMd5 = false } = options
  const authkey = secretOf(options.authkey)

  /** `deliver_challenge`. Gives the digest of the right answer. */
  function* ask(output: Output, peer: string): Part<Digest> {
    const message = joined(PREFERRED.prefix, yield random(RANDOM_LENGTH))
    say(output, joined(CHALLENGE, message))
    const response = yield* hearFrame(`the ${peer}'s response`)
    try {
      const digest = yield* verify(message, response, peer)
      say(output, WELCOME)
      return digest
    } catch (error) {
      say(output, FAILURE)
      throw error
    }
  }

  function* verify(message: Uint8Array, response: Uint8Array, peer: string): Part<Digest> {
    const form = response.length === MAC_LENGTH.md5 ? OLD : formOf(response)
    if (!form) throw unexpected(`the ${peer} answered the challenge with`, response)
    mustBeAllowed(form, peer)
    const expected = yield mac(form.digest, authkey, message)
    if (!timingSafeEqual(response.subarray(form.prefix.length), expected))
      throw new AuthError('AUTH_FAILED', `the ${peer}'s response is wrong: it has another authkey`)
    return form.digest
  }

  /** `answer_challenge`. */
  function* answer(output: Output, peer: string): Part<void> {
    const challenge = yield* hearFrame(`the ${peer}'s challenge`)
    const message = challenge.subarray(CHALLENGE.length)
    const form = message.length === OLD_LENGTH ? OLD : formOf(message)
    if (!startsWith(challenge, CHALLENGE) || message.length < OLD_LENGTH || !form)
      throw unexpected(`the ${peer} should have sent a challenge, and sent`, challenge)
    mustBeAllowed(form, peer)
    say(output, joined(form.prefix, yield mac(form.digest, authkey, message)))
    const verdict = yield* hearFrame(`the ${peer}'s verdict`)
    if (isSame(verdict, FAILURE))
      throw new AuthError('AUTH_REFUSED', `the ${peer} refused our response: it has another authkey`)
    if (!isSame(verdict, WELCOME))
      throw unexpected(`the ${peer} should have said WELCOME or FAILURE, and said`, verdict)
  }

  function mustBeAllowed({ digest }: Form, peer: string): void {
    if (digest === 'md5' && !allowMd5)
      throw new AuthError(
        'AUTH_WEAK',
        `the ${peer} uses HMAC-MD5, as CPython did until 3.11; multiprocessing({ allowMd5: true }) accepts that`,
      )
  }

  const identity = (digest: Digest): Identity => ({ scheme: 'multiprocessing', digest })
  const warnings = shortSecretWarnings('multiprocessing', 'authkey', authkey)
  if (allowMd5)
    warnings.push('multiprocessing: allowMd5 is there for CPython 3.11 and older; leave it out when all are newer')
  return defineAuthentication('multiprocessing', {
    *server(output) {
      const digest = yield* ask(output, 'client')
      yield* answer(output, 'client')
      return identity(digest)
    },
    *client(output) {
      yield* answer(output, 'listener')
      return identity(yield* ask(output, 'listener'))
    },
    warnings,
  })
}

function* hearFrame(what: string): Part<Uint8Array> {
  let head = yield hear(4, `the length of ${what}`)
  const rest = headLength(head, 0) - head.length
  if (rest > 0) head = joined(head, yield hear(rest, `the length of ${what}`))
  const length = payloadLength(head, 0)
  if (length > AUTH_LIMITS.maxMessageLength) {
    const speaker = guessSpeaker(head) ?? `the frame begins ${showBytes(head)}`
    const limit = AUTH_LIMITS.maxMessageLength
    throw new AuthError('AUTH_TOO_LONG', `${what} has ${length} bytes, and may have ${limit}; ${speaker}`)
  }
  return yield hear(length, what)
}

function say(output: Output, message: Uint8Array): void {
  const mark = FRAMING.begin(output)
  output.append(message)
  FRAMING.finish(output, mark)
}

function formOf(message: Uint8Array): Form | undefined {
  return FORMS.find(({ prefix }) => startsWith(message, prefix))
}

function unexpected(what: string, message: Uint8Array): AuthError {
  return new AuthError('AUTH_MALFORMED', `${what} ${showBytes(message, 32)}`)
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, i) => bytes[i] === byte)
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && startsWith(a, b)
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length)
  bytes.set(a)
  bytes.set(b, a.length)
  return bytes
}
