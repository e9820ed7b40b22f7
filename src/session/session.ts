/**
 * One conversation, without a socket: bytes in, events out; messages in, bytes out.
 *
 *   receive(chunk) ─▶ framing ─▶ protocol ─▶ nextEvent()          pull: stop between two frames when need be
 *   takeOutput()  ◀── framing ◀── protocol ◀── send, request, reply
 *
 * The same class serves both roles. It knows no clock, no timer and no socket, so a test, a simulation or another
 * runtime drives it exactly as a connection does. Once failed, it stays failed.
 */
import { Output } from '../bytes/index.js'
import type { WirewrightError } from '../errors.js'
import type { FrameDecoder } from '../framing/index.js'
import { type Kind, type Protocol, type Role, type Wire, wireFor } from '../protocol/index.js'
import { MessageError, SessionUsageError } from './errors.js'
import { MAY, type Reading, type Writing } from './states.js'

/** What happened, in the order in which it did. */
export type SessionEvent =
  /** A message that asks for nothing. */
  | { readonly type: 'message'; readonly name: string; readonly body: unknown }
  /** The peer asks; answer with `reply(id, …)` or `refuse(id)`. */
  | { readonly type: 'request'; readonly id: number; readonly name: string; readonly body: unknown }
  /** The answer to our request `id`. */
  | { readonly type: 'reply'; readonly id: number; readonly name: string; readonly body: unknown }
  /** Our request `id` has had its time. Its reply, should it still come, is counted and dropped. */
  | { readonly type: 'timeout'; readonly id: number }
  /** The peer will send no more. It may still be reading. */
  | { readonly type: 'ended' }
  /** The peer broke a rule; nothing more is read. */
  | { readonly type: 'failed'; readonly error: WirewrightError }

/** Limits of one session. */
export interface SessionOptions {
  /** Requests of ours that may be waiting for their reply. 1024: JetStream's and Mosquitto's order of magnitude. */
  maxPendingRequests?: number
}

/** A request of ours on an ordered wire, in its place in the queue. */
interface Pending {
  readonly id: number
  readonly deadline: number
  /** Given up; the reply must still be waited for, because those behind it are told apart by their order alone. */
  retired: boolean
}

/** Stands where a reply was owed and none will come: what lies before it is still said, then nothing. */
const SILENCE: unique symbol = Symbol('silence')

export class Session {
  readonly role: Role
  readonly protocol: Protocol
  /** Replies that came after their request was given up. */
  lateReplies = 0

  readonly #wire: Wire
  readonly #decoder: FrameDecoder
  readonly #maxPendingRequests: number
  #output = new Output()
  #spare: Uint8Array | undefined
  #reading: Reading = 'open'
  #writing: Writing = 'open'
  #peerEnded = false
  readonly #events: SessionEvent[] = []

  // Asks of the peer: `#firstOwed` is the oldest without a reply; replies that overtook it wait, encoded, in `#early`.
  #nextAsk = 0
  #firstOwed = 0
  readonly #early = new Map<number, Uint8Array | typeof SILENCE>()

  // Our own requests, oldest first; those before `#oldest` are answered.
  #nextRequest = 0
  #pending: Pending[] = []
  #oldest = 0
  #now = 0
  #earliestDeadline = Number.POSITIVE_INFINITY

  constructor(protocol: Protocol, role: Role, { maxPendingRequests = 1024 }: SessionOptions = {}) {
    this.protocol = protocol
    this.role = role
    this.#wire = wireFor(protocol, role)
    this.#decoder = protocol.framing.decoder()
    this.#maxPendingRequests = maxPendingRequests
  }

  /** What still comes in. */
  get reading(): Reading {
    return this.#reading
  }

  /** What still goes out. */
  get writing(): Writing {
    return this.#writing
  }

  /** How many asks of the peer have no reply yet. */
  get owed(): number {
    return this.#nextAsk - this.#firstOwed
  }

  /** How many requests of ours are waiting, the given-up ones among them. */
  get pending(): number {
    return this.#pending.length - this.#oldest
  }

  /** Bytes received that have not become an event. */
  get held(): number {
    return this.#decoder.held
  }

  /** Lends a chunk. Pull events until there is none, or call {@link keep} when stopping earlier. */
  receive(chunk: Uint8Array): void {
    if (this.#reading === 'open' && !this.#peerEnded) this.#decoder.write(chunk)
  }

  /** Copies what was not yet pulled, so that the lent chunk is free again. */
  keep(): void {
    if (this.#reading === 'open') this.#decoder.keep()
  }

  /** The peer's stream has ended. */
  end(): void {
    this.#peerEnded = true
  }

  /** What happened next, or undefined when more bytes are needed to tell. */
  nextEvent(): SessionEvent | undefined {
    if (this.#events.length > 0) return this.#events.shift()
    while (this.#reading === 'open') {
      try {
        if (this.#decoder.read()) {
          const event = this.#interpret(this.#decoder)
          if (event) return event
          continue
        }
        if (!this.#peerEnded) return undefined
        this.#decoder.finish()
        this.#reading = 'ended'
        return { type: 'ended' }
      } catch (error) {
        this.#reading = 'failed'
        this.#stopWriting()
        return { type: 'failed', error: error as WirewrightError }
      }
    }
    return undefined
  }

  /** Says a message that asks for nothing. @throws {UsageError} when it may not be said now or does not fit its codec */
  send(name: string, body: unknown): void {
    const kind = this.#kind(name)
    this.#mustBe('send')
    this.#write(kind, body, this.#output)
  }

  /**
   * Asks. Returns the id by which `reply` and `timeout` events will name the request.
   *
   * @param deadline when to give it up, on the clock of {@link tick}
   */
  request(name: string, body: unknown, deadline: number = Number.POSITIVE_INFINITY): number {
    const kind = this.#kind(name)
    if (kind.part !== 'ask')
      throw new SessionUsageError('NOT_AN_ASK', `'${name}' of '${this.protocol.name}' has no reply; send() it`)
    this.#mustBe('send')
    if (this.pending >= this.#maxPendingRequests)
      throw new SessionUsageError(
        'TOO_MANY_REQUESTS',
        `${this.pending} requests are waiting for their reply, and maxPendingRequests is ${this.#maxPendingRequests}`,
      )
    this.#write(kind, body, this.#output)
    const id = this.#nextRequest++
    this.#pending.push({ id, deadline, retired: false })
    if (deadline < this.#earliestDeadline) this.#earliestDeadline = deadline
    return id
  }

  /** Gives up on a request of ours. It keeps its place: the reply is still expected, and dropped. */
  abandon(id: number): void {
    const first = this.#pending[this.#oldest]?.id
    if (first !== undefined && id >= first && id < this.#nextRequest)
      this.#pending[this.#oldest + id - first]!.retired = true
  }

  /** Answers the peer's ask `id`. Replies leave in the order of the asks; one that overtakes waits for its turn. */
  reply(id: number, body: unknown): void {
    const kind = this.#replyKind(id)
    if (id === this.#firstOwed) {
      this.#write(kind, body, this.#output)
      this.#firstOwed++
      if (this.#early.size > 0) this.#sayEarly()
      if (this.#writing === 'finishing' && this.owed === 0) this.#writing = 'ended'
    } else {
      const aside = new Output()
      this.#write(kind, body, aside)
      this.#early.set(id, aside.copy())
    }
  }

  /** There will be no reply to ask `id`. Replies before it are still said; then, and from now on for reading, it is over. */
  refuse(id: number): void {
    this.#replyKind(id)
    this.#reading = 'failed'
    this.#early.set(id, SILENCE)
    this.#sayEarly()
  }

  /** Reads and says nothing more; what is in the output still goes. */
  fail(): void {
    this.#reading = 'failed'
    this.#stopWriting()
  }

  /** Says nothing new from now on. Replies that are owed still go; after them, {@link outputEnded}. */
  finish(): void {
    if (this.#writing === 'open') this.#writing = this.owed === 0 ? 'ended' : 'finishing'
  }

  /** Bytes for the peer, or undefined when there are none. The array is the caller's. */
  takeOutput(): Uint8Array | undefined {
    const { bytes, length } = this.#output
    if (length === 0) return undefined
    this.#output.length = 0
    this.#output.bytes = this.#spare ?? new Uint8Array(0)
    this.#spare = undefined
    return bytes.subarray(0, length)
  }

  /** Returns an array that {@link takeOutput} gave and nobody reads any more, so that the next output need not allocate. */
  giveBack(bytes: Uint8Array): void {
    const storage = new Uint8Array(bytes.buffer)
    if (this.#output.bytes.length === 0) this.#output.bytes = storage
    else this.#spare = storage
  }

  /** Everything has been said and taken: the write side may be shut down. */
  get outputEnded(): boolean {
    return this.#writing === 'ended' && this.#output.length === 0
  }

  /** Bytes that wait to be taken. */
  get outputLength(): number {
    return this.#output.length
  }

  /** When {@link tick} next has something to do, or `Infinity`. May be earlier than needed, never later. */
  get deadline(): number {
    return this.#earliestDeadline
  }

  /** Tells the session what time it is, in milliseconds on any clock that never goes back. */
  tick(now: number): void {
    this.#now = now
    if (now < this.#earliestDeadline) return
    this.#earliestDeadline = Number.POSITIVE_INFINITY
    for (let i = this.#oldest; i < this.#pending.length; i++) {
      const pending = this.#pending[i]!
      if (pending.retired) continue
      if (pending.deadline <= now) {
        pending.retired = true
        this.#events.push({ type: 'timeout', id: pending.id })
      } else if (pending.deadline < this.#earliestDeadline) this.#earliestDeadline = pending.deadline
    }
  }

  /** The time of the last {@link tick}. */
  get now(): number {
    return this.#now
  }

  #interpret({ bytes, start, end }: FrameDecoder): SessionEvent | undefined {
    const kind = this.#wire.incoming
    if (kind === undefined)
      throw new MessageError(
        'MESSAGE_UNEXPECTED',
        `a frame of ${end - start} bytes came from the ${this.role === 'client' ? 'server' : 'client'}, which has no message to send in '${this.protocol.name}'`,
      )
    const { name } = kind
    if (kind.part === 'reply') {
      if (this.#oldest === this.#pending.length)
        throw new MessageError('REPLY_UNEXPECTED', `a reply '${name}' came, and no request is waiting for one`)
      const body = decodeBody(kind, bytes, start, end)
      const { id, retired } = this.#pending[this.#oldest]!
      // Answered ones are dropped in batches: shift() per reply would move all those behind it.
      if (++this.#oldest === this.#pending.length || this.#oldest === 256) {
        this.#pending = this.#pending.slice(this.#oldest)
        this.#oldest = 0
      }
      if (!retired) return { type: 'reply', id, name, body }
      this.lateReplies++
      return undefined
    }
    const body = decodeBody(kind, bytes, start, end)
    return kind.part === 'ask' ? { type: 'request', id: this.#nextAsk++, name, body } : { type: 'message', name, body }
  }

  #kind(name: string): Kind {
    const kind = this.#wire.outgoing.get(name)
    if (kind) return kind
    const known = [...this.#wire.outgoing.keys()].join(', ') || 'none'
    throw new SessionUsageError(
      'UNKNOWN_MESSAGE',
      `a ${this.role} of '${this.protocol.name}' has no message '${name}' to send (it has: ${known})`,
    )
  }

  #replyKind(id: number): Kind {
    if (id < this.#firstOwed || id >= this.#nextAsk || this.#early.has(id))
      throw new SessionUsageError('UNKNOWN_REQUEST', `request ${id} is not waiting for a reply`)
    this.#mustBe('reply')
    return this.#kind(this.#wire.incoming!.answeredBy!)
  }

  #mustBe(doing: 'send' | 'reply'): void {
    if (!MAY[this.#writing][doing])
      throw new SessionUsageError('SESSION_ENDED', `cannot ${doing}: this side of '${this.protocol.name}' has finished`)
  }

  #write(kind: Kind, body: unknown, output: Output): void {
    const { framing } = this.protocol
    const before = output.length
    try {
      const mark = framing.begin(output)
      kind.codec.encodeTo(body, output)
      framing.finish(output, mark)
    } catch (error) {
      output.length = before
      throw error
    }
  }

  #sayEarly(): void {
    for (let early = this.#early.get(this.#firstOwed); early; early = this.#early.get(this.#firstOwed)) {
      this.#early.delete(this.#firstOwed)
      if (early === SILENCE) return this.#stopWriting()
      this.#output.append(early)
      this.#firstOwed++
    }
    if (this.#writing === 'finishing' && this.owed === 0) this.#writing = 'ended'
  }

  #stopWriting(): void {
    this.#writing = 'ended'
    this.#early.clear()
    this.#firstOwed = this.#nextAsk
  }
}

function decodeBody(kind: Kind, bytes: Uint8Array, start: number, end: number): unknown {
  try {
    return kind.codec.decode(bytes, start, end)
  } catch (error) {
    throw new MessageError('MESSAGE_MALFORMED', `'${kind.name}': ${(error as Error).message}`, { cause: error })
  }
}
