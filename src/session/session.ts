/**
 * One conversation, without a socket: bytes in, events out; messages in, bytes out.
 *
 *   receive(chunk) ─▶ framing ─▶ protocol ─▶ nextEvent()          pull: stop between two frames when need be
 *   takeOutput()  ◀── framing ◀── protocol ◀── send, request, reply
 *
 * The same class serves both roles. It knows no clock, no timer and no socket, so a test, a simulation or another
 * runtime drives it exactly as a connection does: `tick(now)` tells it the time. Once failed, it stays failed.
 */
import { Output } from '../bytes/index.js'
import type { CodecContext } from '../codec.js'
import type { WirewrightError } from '../errors.js'
import { type FrameDecoder, FrameSizeError } from '../framing/index.js'
import {
  type Heartbeat,
  type Kind,
  type Protocol,
  type Role,
  type Wire,
  wireFor,
  writeEmptyFrame,
} from '../protocol/index.js'
import { type ClockLimits, Clocks, DEFAULT_CLOCKS } from './clocks.js'
import { MessageError, SessionUsageError } from './errors.js'
import { OrderedReplies } from './owed.js'
import { NumberedRequests, OrderedRequests, type Pending, type Requests } from './requests.js'
import { MAY, type Reading, type Writing } from './states.js'

/** What happened, in the order in which it did. */
export type SessionEvent =
  /** A message that asks for nothing. */
  | { readonly type: 'message'; readonly name: string; readonly body: unknown }
  /** The peer asks; answer with `reply(id, …)` or `refuse(id)`. */
  | { readonly type: 'request'; readonly id: number; readonly name: string; readonly body: unknown }
  /** The answer to our request `id`, which was asked at `askedAt`. */
  | {
      readonly type: 'reply'
      readonly id: number
      readonly name: string
      readonly body: unknown
      readonly askedAt: number
    }
  /** Our heartbeat of `askedAt` was answered, where its reply could be told. */
  | { readonly type: 'heartbeat'; readonly askedAt: number }
  /** Our request `id` has had its time. Its reply, should it still come, is counted and dropped. */
  | { readonly type: 'timeout'; readonly id: number }
  /** The peer will send no more. It may still be reading. */
  | { readonly type: 'ended' }
  /** The peer broke a rule; nothing more is read. */
  | { readonly type: 'failed'; readonly error: WirewrightError }

/** Limits of one session. To depart from the defaults, spread them: `{ ...DEFAULT_SESSION_LIMITS, frameTimeoutMs: 5000 }`. */
export interface SessionLimits extends ClockLimits {
  /** Requests of ours that may be waiting for their reply. 1024: JetStream's and Mosquitto's order of magnitude. */
  maxPendingRequests: number
}

export const DEFAULT_SESSION_LIMITS: Readonly<SessionLimits> = { ...DEFAULT_CLOCKS, maxPendingRequests: 1024 }

const NEVER = Number.POSITIVE_INFINITY

export class Session {
  readonly role: Role
  readonly protocol: Protocol
  /** Replies that came after their request was given up. */
  lateReplies = 0
  /** Datagrams that were no message; each was dropped, and the next one read. */
  droppedDatagrams = 0
  /** Frames and bytes so far, heads and tails included in the bytes. */
  framesIn = 0
  framesOut = 0
  bytesIn = 0
  bytesOut = 0

  readonly #wire: Wire
  readonly #decoder: FrameDecoder
  readonly #maxPendingRequests: number
  readonly #heartbeat: Heartbeat | 'emptyFrame' | undefined
  readonly #clocks: Clocks
  #output = new Output()
  /** Storage that came back, for the output after this one. */
  #spare: Uint8Array | undefined
  /** Storage that {@link takeOutput} lent last: giving it back costs no new view. */
  #lent: Uint8Array | undefined
  /** Where one frame is one datagram, each waits to be taken by itself. */
  readonly #datagrams: Uint8Array[] | undefined
  #datagramsLength = 0
  readonly #maxDatagramLength: number
  #reading: Reading = 'open'
  #writing: Writing = 'open'
  #peerEnded = false
  /** What a clock brought; what bytes bring is read when asked for. */
  #events: SessionEvent[] | undefined
  #now = 0

  // What the peer asked: replies in order, or by the ids that the asks had.
  readonly #owed = new OrderedReplies()
  #owedById: Map<number, unknown> | undefined
  #nextOwed = 0
  /** The asks that wait, by id, where replies refer to them. */
  #asked: Map<number, unknown> | undefined

  // What we asked.
  readonly #requests: Requests
  #nextRequest = 0
  #earliestDeadline = NEVER

  /** `maxDatagramLength`: where messages go as datagrams, what the link sends at most. */
  constructor(
    protocol: Protocol,
    role: Role,
    limits: Readonly<SessionLimits> = DEFAULT_SESSION_LIMITS,
    maxDatagramLength: number = NEVER,
  ) {
    this.protocol = protocol
    this.role = role
    this.#wire = wireFor(protocol, role)
    this.#decoder = protocol.framing.decoder()
    this.#datagrams = protocol.framing.over === 'datagrams' ? [] : undefined
    this.#maxDatagramLength = maxDatagramLength
    const { heartbeat } = protocol
    this.#heartbeat = heartbeat === 'emptyFrame' ? heartbeat : heartbeat[role]
    this.#clocks = new Clocks(limits, heartbeat === 'emptyFrame' ? 'sign' : this.#heartbeat && 'question')
    const { maxId } = this.#wire
    this.#maxPendingRequests = Math.min(limits.maxPendingRequests, maxId ?? NEVER)
    this.#requests =
      maxId === undefined
        ? new OrderedRequests(this.#datagrams !== undefined)
        : new NumberedRequests(maxId, this.#datagrams !== undefined)
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
    return this.#owed.count + (this.#owedById?.size ?? 0)
  }

  /** How many requests of ours wait and have not been given up. */
  get pending(): number {
    return this.#requests.waiting
  }

  /** Bytes received that have not become an event. */
  get held(): number {
    return this.#decoder.held
  }

  /** Lends a chunk. Pull events until there is none, or call {@link keep} when stopping earlier. */
  receive(chunk: Uint8Array): void {
    if (this.#reading !== 'open' || this.#peerEnded) return
    this.bytesIn += chunk.length
    this.#clocks.received(this.#now)
    this.#decoder.write(chunk)
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
    if (this.#events) {
      const event = this.#events.shift()
      if (this.#events.length === 0) this.#events = undefined
      return event
    }
    while (this.#reading === 'open') {
      try {
        if (this.#decoder.read()) {
          this.framesIn++
          this.#clocks.frameDone()
          const event = this.#interpret(this.#decoder)
          if (event) return event
          continue
        }
        this.#clocks.frameOpen(this.#now, this.#decoder.held > 0)
        if (!this.#peerEnded) return undefined
        this.#decoder.finish()
        this.#reading = 'ended'
        return { type: 'ended' }
      } catch (error) {
        // Each datagram stands alone: a bad one says nothing about the next.
        if (this.#datagrams) this.droppedDatagrams++
        else return this.#failed(error as WirewrightError)
      }
    }
    return undefined
  }

  /** Says a message that asks for nothing. @throws {UsageError} when it may not be said now or does not fit its codec */
  send(name: string, body: unknown): void {
    const kind = this.#kind(name)
    this.#mustBe('send')
    this.#write(kind, body)
  }

  /** The frame of a message, for a queue on the way to {@link sendFrame}. */
  frame(name: string, body: unknown): Uint8Array {
    const kind = this.#kind(name)
    const aside = new Output()
    this.#writeTo(aside, kind, body)
    return aside.copy()
  }

  /** Says a frame that {@link frame} made. */
  sendFrame(frame: Uint8Array): void {
    this.#mustBe('send')
    this.#output.append(frame)
    this.#wrote(frame.length)
  }

  /**
   * Asks. Returns the id by which `reply` and `timeout` events will name the request.
   *
   * @param deadline when to give it up, on the clock of {@link tick}
   */
  request(name: string, body: unknown, deadline: number = NEVER): number {
    const kind = this.#kind(name)
    if (kind.part !== 'ask')
      throw new SessionUsageError('NOT_AN_ASK', `'${name}' of '${this.protocol.name}' has no reply; send() it`)
    this.#mustBe('send')
    if (this.pending >= this.#maxPendingRequests)
      throw new SessionUsageError(
        'TOO_MANY_REQUESTS',
        `${this.pending} requests are waiting for their reply, and no more may (maxPendingRequests)`,
      )
    if (this.#requests.isFull)
      throw new SessionUsageError(
        'TOO_MANY_REQUESTS',
        'too many were given up whose reply may still come, and must not be taken for that of another',
      )
    return this.#ask(kind, body, deadline)
  }

  #ask(kind: Kind, body: unknown, deadline: number): number {
    const id = this.#nextRequest++
    const pending: Pending = { id, askedAt: this.#now, deadline, retired: undefined, asked: askedFor(kind, body) }
    if (kind.idField === undefined) {
      this.#write(kind, body)
      this.#requests.add(pending)
    } else {
      const wireId = this.#requests.add(pending)
      try {
        this.#write(kind, { ...(body as object), [kind.idField]: wireId })
      } catch (error) {
        this.#requests.settle(wireId)
        throw error
      }
    }
    if (deadline < this.#earliestDeadline) this.#earliestDeadline = deadline
    return id
  }

  /** Gives up on a request of ours. Its reply may still come, and is dropped; on an ordered wire it must. */
  abandon(id: number): void {
    this.#requests.retire(id, 'late')
  }

  /** Answers the peer's ask `id`. On an ordered wire a reply that overtakes waits for its turn. */
  reply(id: number, body: unknown): void {
    const kind = this.#replyKind(id)
    const context = kind.needsAsk ? { asked: this.#asked!.get(id) } : undefined
    if (kind.idField !== undefined) {
      this.#write(kind, { ...(body as object), [kind.idField]: this.#owedById!.get(id) })
      this.#owedById!.delete(id)
    } else if (this.#owed.isNext(id)) {
      this.#write(kind, body, context)
      this.#owed.said()
      this.#sayEarly()
    } else {
      const aside = new Output()
      this.#writeTo(aside, kind, body, context)
      this.#owed.keep(id, aside.copy())
    }
    this.#asked?.delete(id)
    this.#finishIfDone()
  }

  /** There will be no reply to ask `id`. Replies before it are still said; then, and from now on for reading, it is over. */
  refuse(id: number): void {
    const kind = this.#replyKind(id)
    this.#reading = 'failed'
    if (kind.idField !== undefined) return this.#stopWriting()
    this.#owed.silence(id)
    this.#sayEarly()
  }

  /** Reads and says nothing more; what is in the output still goes. */
  fail(): void {
    this.#reading = 'failed'
    this.#stopWriting()
  }

  /** Says and executes nothing new from now on. Replies that are owed still go; after them, {@link outputEnded}. */
  finish(): void {
    if (this.#writing === 'open') this.#writing = 'finishing'
    this.#finishIfDone()
  }

  /** Bytes for the peer, or undefined when there are none. The array is the caller's. Call until it gives none. */
  takeOutput(): Uint8Array | undefined {
    const { bytes, length } = this.#output
    if (length === 0 && !this.#datagrams?.length) return undefined
    this.#clocks.sent(this.#now)
    if (this.#datagrams) {
      const datagram = this.#datagrams.shift()!
      this.#datagramsLength -= datagram.length
      return datagram
    }
    this.#output.length = 0
    this.#output.bytes = this.#spare ?? EMPTY
    this.#spare = undefined
    this.#lent = bytes.length > LARGEST_KEPT ? undefined : bytes
    return bytes.subarray(0, length)
  }

  /** Returns an array that {@link takeOutput} gave and nobody reads any more, so that the next output need not allocate. */
  giveBack(bytes: Uint8Array): void {
    if (bytes.buffer.byteLength > LARGEST_KEPT) return
    const storage = this.#lent?.buffer === bytes.buffer ? this.#lent : new Uint8Array(bytes.buffer)
    if (this.#output.bytes.length === 0) this.#output.bytes = storage
    else this.#spare = storage
  }

  /** Bytes that wait to be taken. */
  get outputLength(): number {
    return this.#datagrams ? this.#datagramsLength : this.#output.length
  }

  /** Bytes of replies that were given before their turn, and wait for those before them. */
  get keptLength(): number {
    return this.#owed.keptLength
  }

  /** Everything has been said and taken: the write side may be shut down. */
  get outputEnded(): boolean {
    return this.#writing === 'ended' && this.#output.length === 0 && !this.#datagrams?.length
  }

  /** Starts the clocks. Without it they count from 0. */
  start(now: number): void {
    this.#now = now
    this.#clocks.start(now)
  }

  /** The time of the last {@link tick}. */
  get now(): number {
    return this.#now
  }

  /** When {@link tick} next has something to do, or `Infinity`. May be earlier than needed, never later. */
  get deadline(): number {
    return Math.min(this.#earliestDeadline, this.#reading === 'open' ? this.#clocks.next : NEVER)
  }

  /** For `ms` milliseconds nobody read: that counts against no peer. */
  excuse(ms: number): void {
    this.#clocks.excuse(ms)
  }

  /**
   * Tells the session what time it is, in milliseconds on any clock that never goes back: at the start of each turn, and
   * at {@link deadline}, where it brings `timeout` and `failed` events and heartbeats.
   */
  tick(now: number): void {
    this.#now = now
    if (now >= this.#earliestDeadline) this.#expire(now)
    if (this.#reading !== 'open' || now < this.#clocks.next) return
    // It is about to be taken.
    if (this.outputLength > 0) this.#clocks.sent(now)
    const due = this.#clocks.due(now, this.held)
    if (due === 'heartbeat') this.#beat(now)
    else if (due) this.#happened(this.#failed(due))
  }

  #expire(now: number): void {
    this.#earliestDeadline = NEVER
    for (const pending of [...this.#requests.all()]) {
      if (pending.retired) continue
      if (pending.deadline <= now) {
        this.#requests.retire(pending.id, 'late')
        this.#happened({ type: 'timeout', id: pending.id })
      } else if (pending.deadline < this.#earliestDeadline) this.#earliestDeadline = pending.deadline
    }
  }

  #happened(event: SessionEvent): void {
    this.#events ??= []
    this.#events.push(event)
  }

  #beat(now: number): void {
    this.#clocks.beat(now)
    if (this.#heartbeat === 'emptyFrame') return this.#giveSign()
    if (this.#writing !== 'open') return
    const { send, body } = this.#heartbeat!
    const kind = this.#kind(send)
    if (kind.part !== 'ask') return this.#write(kind, body)
    // Who owes a reply for every id there is has been asked enough, and has the same time for any of them.
    if (this.#requests.isFull) return
    // Nobody waits for a heartbeat's reply: anything received stops the clock, and the request is given up at once.
    this.#requests.retire(this.#ask(kind, body, NEVER), 'heartbeat')
  }

  /** Also while finishing: who works on a long reply is alive. */
  #giveSign(): void {
    if (this.#writing === 'ended') return
    const before = this.#output.length
    writeEmptyFrame(this.protocol.framing, this.#output)
    this.#wrote(this.#output.length - before)
  }

  #failed(error: WirewrightError): SessionEvent {
    this.#reading = 'failed'
    this.#stopWriting()
    return { type: 'failed', error }
  }

  #interpret({ bytes, start, end }: FrameDecoder): SessionEvent | undefined {
    if (start === end && this.#heartbeat === 'emptyFrame') return undefined
    const kind = this.#wire.incoming
    if (kind === undefined)
      throw new MessageError(
        'MESSAGE_UNEXPECTED',
        `a frame of ${end - start} bytes came from the ${this.role === 'client' ? 'server' : 'client'}, which has no message to send in '${this.protocol.name}'`,
      )
    const { name, part, idField, answer, needsAsk } = kind
    const [asking] = needsAsk ? this.#requests.all() : []
    // Without an ask that it could answer there is nothing that could tell what it says.
    const body =
      needsAsk && !asking ? undefined : decodeBody(kind, bytes, start, end, asking && { asked: asking.asked })
    if (part === 'note') return { type: 'message', name, body }
    const wireId = idField === undefined ? undefined : (body as Record<string, unknown>)[idField]
    if (part === 'ask') {
      // Whoever goes on asking would keep us for ever. It learns by the end of the stream that this was not done.
      if (this.#writing !== 'open') return undefined
      if (idField === undefined) {
        const id = this.#owed.ask()
        if (answer?.needsAsk) (this.#asked ??= new Map()).set(id, body)
        return { type: 'request', id, name, body }
      }
      this.#owedById ??= new Map()
      this.#owedById.set(this.#nextOwed, wireId)
      return { type: 'request', id: this.#nextOwed++, name, body }
    }
    const pending = this.#requests.settle(Number(wireId))
    if (!pending)
      throw new MessageError(
        'REPLY_UNEXPECTED',
        idField === undefined
          ? `a reply '${name}' came, and no request is waiting for one`
          : `a reply '${name}' came with ${idField} ${wireId}, which no request has`,
      )
    if (!pending.retired) return { type: 'reply', id: pending.id, name, body, askedAt: pending.askedAt }
    if (pending.retired === 'heartbeat') return { type: 'heartbeat', askedAt: pending.askedAt }
    this.lateReplies++
    return undefined
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
    if (!this.#owed.has(id) && !this.#owedById?.has(id))
      throw new SessionUsageError('UNKNOWN_REQUEST', `request ${id} is not waiting for a reply`)
    this.#mustBe('reply')
    return this.#wire.incoming!.answer!
  }

  #mustBe(doing: 'send' | 'reply'): void {
    if (!MAY[this.#writing][doing])
      throw new SessionUsageError('SESSION_ENDED', `cannot ${doing}: this side of '${this.protocol.name}' has finished`)
  }

  #write(kind: Kind, body: unknown, context?: CodecContext): void {
    const before = this.#output.length
    this.#writeTo(this.#output, kind, body, context)
    this.#wrote(this.#output.length - before)
  }

  #writeTo(output: Output, kind: Kind, body: unknown, context?: CodecContext): void {
    const { framing } = this.protocol
    const before = output.length
    try {
      const mark = framing.begin(output)
      kind.codec.encodeTo(body, output, context)
      framing.finish(output, mark)
      if (output.length - before > this.#maxDatagramLength)
        throw datagramTooLong(output.length - before, this.#maxDatagramLength)
    } catch (error) {
      output.length = before
      throw error
    }
  }

  #wrote(length: number): void {
    this.framesOut++
    this.bytesOut += length
    if (!this.#datagrams) return
    this.#datagrams.push(this.#output.copy())
    this.#datagramsLength += length
    this.#output.length = 0
  }

  #sayEarly(): void {
    for (let early = this.#owed.take(); early; early = this.#owed.take()) {
      if (early === 'silence') return this.#stopWriting()
      this.#output.append(early)
      this.#wrote(early.length)
    }
  }

  #finishIfDone(): void {
    if (this.#writing === 'finishing' && this.owed === 0) this.#writing = 'ended'
  }

  #stopWriting(): void {
    this.#writing = 'ended'
    this.#owed.clear()
    this.#owedById = undefined
    this.#asked = undefined
  }
}

const EMPTY = new Uint8Array(0)

/** Storage above this is not kept: what one large message took would be held by every connection that ever had one. */
const LARGEST_KEPT = 256 * 1024

function datagramTooLong(length: number, max: number): FrameSizeError {
  return new FrameSizeError('FRAME_TOO_LONG', `a datagram of ${length} bytes exceeds maxDatagramLength (${max})`)
}

/** An ask as the peer reads it, with what other fields imply, where the reply refers to it. */
function askedFor({ answer, codec }: Kind, body: unknown): unknown {
  return answer?.needsAsk ? codec.decode(codec.encode(body)) : undefined
}

function decodeBody(kind: Kind, bytes: Uint8Array, start: number, end: number, context?: CodecContext): unknown {
  try {
    return kind.codec.decode(bytes, start, end, context)
  } catch (error) {
    throw new MessageError('MESSAGE_MALFORMED', `'${kind.name}': ${(error as Error).message}`, { cause: error })
  }
}
