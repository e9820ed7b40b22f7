/**
 * What `send` and `listen` have in common: their command line made sense of before anything is opened, and frames printed
 * as they come.
 */
import type { Authentication } from '../auth/index.js'
import { checkPlaintext } from '../connection/index.js'
import type { Framing } from '../framing/index.js'
import type { Connectable, Listenable } from '../transport/index.js'
import { authentication, consent } from './auth.js'
import { Conversation } from './conversation.js'
import { type Place, parsePlace } from './endpoint.js'
import { frameOf } from './frames.js'
import { type Guess, readGuess } from './guess.js'
import { framingFor, type PeerFlags } from './peer-flags.js'
import { type Frame, printerFor } from './print.js'
import { say } from './terminal.js'
import { milliseconds, timestamp } from './time.js'

/** A command line that makes sense. */
export class Peer {
  readonly place: Place
  readonly guess: Guess
  readonly timeoutMs: number | undefined
  readonly #flags: PeerFlags
  readonly #framing: Framing
  readonly #auth: Authentication | undefined
  readonly #print: (frame: Frame) => void

  private constructor(
    flags: PeerFlags,
    {
      place,
      guess,
      timeoutMs,
      framing,
      auth,
    }: Pick<Peer, 'place' | 'guess' | 'timeoutMs'> & {
      framing: Framing
      auth: Authentication | undefined
    },
  ) {
    this.place = place
    this.guess = guess
    this.timeoutMs = timeoutMs
    this.#flags = flags
    this.#framing = framing
    this.#auth = auth
    this.#print = printerFor(flags, guess.codec !== undefined)
  }

  /** `from`: whose frames will come. @throws {CommandError} exit code 2 */
  static async of(endpoint: string, flags: PeerFlags, from: 'client' | 'server'): Promise<Peer> {
    const timeoutMs = milliseconds(flags.timeout)
    const place = parsePlace(endpoint)
    const guess = await readGuess(flags, from)
    const framing = await framingFor(guess, place, flags)
    return new Peer(flags, { place, guess, timeoutMs, framing, auth: await authentication(flags) })
  }

  /** Refuses what should not go over plain TCP. @throws {CommandError} exit code 2 */
  check({ address, env }: Connectable | Listenable): void {
    checkPlaintext(this.#auth, address, consent(this.#flags).plaintext, env)
  }

  /** Frames to and from whoever is at the other end of `link`. */
  talk(link: Conversation['link'], { env }: Connectable | Listenable, role: 'client' | 'server'): Conversation {
    return new Conversation(link, this.#framing, { env, auth: this.#auth, role })
  }

  /** Prints a frame that came. */
  show(body: Uint8Array, { number, conn }: { number: number; conn: number }): Frame {
    const frame = frameOf(this.guess, { whole: body, body, number, offset: 0, head: 0 })
    this.#print({ ...frame, t: timestamp(), conn, dir: 'in' })
    return frame
  }

  /** One line of talk, unless none is wanted. */
  mention(text: string): void {
    if (!this.#flags.quiet) say(`wirewright: ${text}`)
  }
}
