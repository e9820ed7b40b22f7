/**
 * The machine that runs a script.
 *
 *   script ─▶ hearing ◀── bytes, results ──▶ computing ─▶ done
 *                └──────────────┬────────────────┘
 *                             failed                       for good, like done
 */
import { Output } from '../bytes/index.js'
import { PeerError } from '../errors.js'
import { AUTH_LIMITS, type Authentication, type Authenticator, type AuthStep } from './authentication.js'
import { AuthError, type AuthErrorCode, AuthUsageError } from './errors.js'
import { MAC_LENGTH } from './mac-length.js'
import type { Hear, Need, Script } from './script.js'

/** The rules of an authentication, for both roles. */
export interface AuthenticationRules {
  readonly client: Script
  readonly server: Script
  /** See {@link Authentication.plaintextSafe}. False by default: most schemes prove something about a moment only. */
  readonly plaintextSafe?: boolean
  /** See {@link Authentication.warnings}. None by default. */
  readonly warnings?: readonly string[]
}

/**
 * An authentication of one's own, as a script for each side. Cuts, limits, early ends, what comes behind the last message and
 * the waiting for results are taken care of; what remains to be said is the conversation.
 *
 * @example
 * ```js
 * import { AuthError, defineAuthentication, hear, Secret, timingSafeEqual } from 'wirewright/auth'
 *
 * // The client says four digits, the server says OK.
 * const pin = new Secret('1234')
 * const door = defineAuthentication('door', {
 *   *client(output) {
 *     output.append(pin.reveal())
 *     yield hear(2, 'the OK', { endMeans: 'wrong PIN' })
 *   },
 *   *server(output) {
 *     if (!timingSafeEqual(yield hear(4, 'the PIN'), pin.reveal())) throw new AuthError('AUTH_FAILED', 'wrong PIN')
 *     output.append(Uint8Array.of(0x4f, 0x4b))
 *     return { scheme: 'door' }
 *   },
 * })
 *
 * const server = door.server()
 * server.receive(Uint8Array.of(0x31, 0x32, 0x33, 0x34, 0xff))
 * console.log(server.nextStep())   // { type: 'done', identity: { scheme: 'door' } }
 * console.log(server.takeOutput()) // Uint8Array(2) [ 79, 75 ]
 * console.log(server.takeRest())   // Uint8Array(1) [ 255 ]
 * ```
 */
export function defineAuthentication(name: string, rules: AuthenticationRules): Authentication {
  const { client, server, plaintextSafe = false, warnings = [] } = rules
  return {
    ...{ name, plaintextSafe, warnings },
    client: () => new Handshake(client),
    server: () => new Handshake(server),
  }
}

const NOTHING: Uint8Array = new Uint8Array(0)

class Handshake implements Authenticator {
  readonly deadlineMs = AUTH_LIMITS.deadlineMs

  readonly #output = new Output()
  readonly #script: ReturnType<Script>
  #need: Need | undefined
  #outcome: Extract<AuthStep, { type: 'done' | 'failed' }> | undefined
  /** Whether {@link nextStep} has given the step that is now. */
  #given = false
  #unread = NOTHING
  /** Bytes that the script has taken. */
  #heard = 0
  #ended = false

  constructor(script: Script) {
    this.#script = script(this.#output)
    this.#run(NOTHING)
  }

  get state(): Authenticator['state'] {
    return this.#outcome?.type ?? (this.#need!.type === 'hear' ? 'hearing' : 'computing')
  }

  receive(chunk: Uint8Array): void {
    if (this.#outcome?.type === 'failed' || this.#ended) return
    if (this.state === 'computing' && this.#unread.length > AUTH_LIMITS.maxTotalLength)
      return this.#fail(
        'AUTH_TOO_LONG',
        `more than ${AUTH_LIMITS.maxTotalLength} bytes came while the answer to the last message was being computed`,
      )
    const unread = new Uint8Array(this.#unread.length + chunk.length)
    unread.set(this.#unread)
    unread.set(chunk, this.#unread.length)
    this.#unread = unread
    this.#run(this.#take())
  }

  end(): void {
    this.#ended = true
    this.#run(this.#take())
  }

  expire(): void {
    if (this.#outcome) return
    const need = this.#need!
    const sofar =
      need.type === 'hear' ? `${this.#progress(need)} had come` : `the ${need.type} step was not computed yet`
    this.#fail('AUTH_TIMEOUT', `authentication was not done within ${this.deadlineMs} ms: ${sofar}`)
  }

  nextStep(): AuthStep | undefined {
    const step = this.#outcome ?? this.#need!
    if (this.#given || step.type === 'hear') return undefined
    this.#given = true
    return step
  }

  supply(result: Uint8Array): void {
    // The time ran out while the result was under way: nobody's mistake.
    if (this.#outcome?.type === 'failed') return
    const need = this.#need!
    if (this.#outcome || need.type === 'hear' || !this.#given)
      throw new AuthUsageError('AUTH_RESULT', 'a result was supplied that no step has asked for')
    const length = need.type === 'random' ? need.length : MAC_LENGTH[need.digest]
    if (result.length !== length)
      throw new AuthUsageError(
        'AUTH_RESULT',
        `the result of the ${need.type} step has ${result.length} bytes instead of ${length}`,
      )
    this.#run(result)
  }

  takeOutput(): Uint8Array | undefined {
    if (this.#output.length === 0) return undefined
    const bytes = this.#output.copy()
    this.#output.length = 0
    return bytes
  }

  takeRest(): Uint8Array {
    const rest = this.#unread
    this.#unread = NOTHING
    return rest
  }

  /** Goes on with the script for as long as what it needs is there. */
  #run(answer: Uint8Array | undefined): void {
    try {
      while (answer) {
        const said = this.#script.next(answer)
        this.#given = false
        if (said.done) this.#outcome = { type: 'done', identity: said.value ?? undefined }
        else this.#need = this.#allowed(said.value)
        answer = this.#take()
      }
    } catch (error) {
      if (error instanceof AuthError) return this.#conclude(error)
      // Bytes that a floor below refused, or that led a script where its author did not expect them.
      const what = error instanceof PeerError ? error.message : 'the handshake broke down'
      this.#fail('AUTH_MALFORMED', what, error)
    }
  }

  /** The bytes that the script needs, if bytes are what it needs and they are there. */
  #take(): Uint8Array | undefined {
    const need = this.#need
    if (this.#outcome || need?.type !== 'hear') return undefined
    if (this.#unread.length < need.count) {
      if (this.#ended) this.#tooEarly(need)
      return undefined
    }
    this.#heard += need.count
    const taken = this.#unread.slice(0, need.count)
    this.#unread = this.#unread.subarray(need.count)
    return taken
  }

  #allowed(need: Need): Need {
    if (need.type !== 'hear') return need
    const { maxMessageLength, maxTotalLength } = AUTH_LIMITS
    if (need.count > maxMessageLength)
      throw new AuthError(
        'AUTH_TOO_LONG',
        `${need.what}: ${need.count} bytes, and a message of a handshake has ${maxMessageLength} at most`,
      )
    if (this.#heard + need.count > maxTotalLength)
      throw new AuthError(
        'AUTH_TOO_LONG',
        `${need.what}: ${need.count} bytes after ${this.#heard}, and all messages of a handshake have ${maxTotalLength} at most`,
      )
    return need
  }

  #tooEarly(need: Hear): void {
    if (need.endMeans !== undefined && this.#unread.length === 0) this.#fail('AUTH_REFUSED', need.endMeans)
    else this.#fail('AUTH_ENDED', `the stream ended when ${this.#progress(need)} had come`)
  }

  #progress({ count, what }: Hear): string {
    return `${this.#unread.length} of the ${count} bytes of ${what}`
  }

  #fail(code: AuthErrorCode, message: string, cause?: unknown): void {
    this.#conclude(new AuthError(code, message, cause === undefined ? {} : { cause }))
  }

  #conclude(error: AuthError): void {
    this.#outcome = { type: 'failed', error }
    this.#given = false
    this.#unread = NOTHING
  }
}
