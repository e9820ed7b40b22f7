/** What comes back to `send`: printed, counted, awaited no longer than it may take, and held against what was expected. */
import type { Conversation } from './conversation.js'
import { CommandError, EXIT, usageError } from './exit.js'
import { type Expectations, expectations } from './expectation.js'
import type { Peer } from './peer.js'

export interface AnswerFlags {
  readonly count?: number
  readonly wait?: boolean
  readonly expect?: readonly string[]
}

/** Of an answer that was asked for. Longer than most servers take, shorter than a person's patience. */
const PATIENCE_MS = 30_000

export class Answers {
  /** How many there must be. */
  owed: number
  /** Nobody said how many, or for how long. */
  readonly areEndless: boolean
  readonly #peer: Peer
  readonly #isCounted: boolean
  readonly #expected: Expectations
  readonly #timeoutMs: number | undefined
  #received = 0
  #broken: string | undefined
  #different: string | undefined

  /** @throws {CommandError} exit code 2 */
  constructor(peer: Peer, { count, wait = false, expect = [] }: AnswerFlags) {
    if (wait && count !== undefined)
      throw usageError('--wait takes an answer to each frame, and --count so many in all: one of them')
    this.#peer = peer
    this.#expected = expectations(expect, peer.guess)
    const { bodies, fields } = this.#expected
    if (count !== undefined && count < bodies.length)
      throw usageError(`--count ${count} ends before the ${bodies.length} answers of --expect have come`)
    this.owed = count ?? (wait ? 0 : Math.max(bodies.length, Math.min(1, fields.length)))
    this.#isCounted = wait || this.owed > 0
    this.#timeoutMs = peer.timeoutMs ?? (wait || expect.length > 0 ? PATIENCE_MS : undefined)
    this.areEndless = !this.#isCounted && peer.timeoutMs === undefined
  }

  get areAwaited(): boolean {
    return !this.#isCounted || this.#received < this.owed
  }

  /**
   * Takes one, if it comes before the end of the stream, or before nobody waits any longer.
   *
   * @throws {CommandError} exit code 4 when one is owed and does not come in time
   */
  async next(talk: Conversation): Promise<'one' | 'end' | 'silence'> {
    const body = await talk.next(this.#timeoutMs)
    if (body === 'end') return 'end'
    if (body === 'late') return this.#giveUp(talk.unfinished())
    const number = ++this.#received
    const frame = this.#peer.show(body, { number, conn: 1 })
    this.#broken ??= frame.error && `frame ${number}: ${frame.error}`
    const { bodies, fields } = this.#expected
    const [difference] = [bodies[number - 1], ...fields].map((of) => of?.(frame)).filter(Boolean)
    this.#different ??= difference && `answer ${number}: ${difference}`
    return 'one'
  }

  /** When all is over. @throws {CommandError} exit code 5, 6 or 7 */
  judge(): void {
    if (this.#broken !== undefined) throw new CommandError(EXIT.protocol, this.#broken)
    if (this.#different !== undefined) throw new CommandError(EXIT.different, this.#different)
    if (this.#received < this.owed)
      throw new CommandError(EXIT.closed, `the peer closed after ${this.#received} of ${this.owed} frames`)
    const { length } = this.#expected.bodies
    if (this.#received < length)
      throw new CommandError(EXIT.different, `${length} answers were expected, and only ${this.#received} asked for`)
  }

  /** Silence is the end of what nobody has counted, unless it begins within a frame. */
  #giveUp(unfinished: string): 'silence' {
    if (!this.#isCounted && this.#received > 0 && unfinished === '') return 'silence'
    const what = `no ${this.#received > 0 ? 'further ' : ''}frame within ${this.#timeoutMs} ms`
    throw new CommandError(EXIT.timeout, unfinished === '' ? what : `${what}: ${unfinished}`)
  }
}
