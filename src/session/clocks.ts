/**
 * The clocks of a session: a frame that does not end, a side that says nothing, a heartbeat without an answer.
 *
 *   frame      first byte ───────── frameTimeoutMs ─────────▶ timeout     progress does not reset it
 *   read       last byte in ─────── readIdleMs ─────────────▶ timeout
 *              last byte in ─────── heartbeatMs ─▶ question ── heartbeatTimeoutMs ─▶ timeout
 *   write      last byte out ────── writeIdleMs ────────────▶ timeout
 *              last byte out ────── heartbeatMs ─▶ sign of life
 *
 * Nothing here is set or cleared per frame: bytes leave a time behind, and {@link Clocks.due} looks at it when asked.
 */
import { PeerTimeoutError } from './errors.js'

/** In milliseconds; `Infinity` is never. */
export interface ClockLimits {
  /** From the first byte of a frame to its last. 30 s: a frame of 1 MiB at modem speed, and no more patience than that. */
  frameTimeoutMs: number
  /** Without a byte from the peer. Off: TCP's keepalive and heartbeats find dead peers, and quiet ones are welcome. */
  readIdleMs: number
  /** Without a byte to the peer. Off, as above. */
  writeIdleMs: number
  /** Quiet after which a heartbeat is sent, where the protocol has one. 25 s: below the 30 s after which boxes forget. */
  heartbeatMs: number
  /** How long a heartbeat may stay without an answer. 20 s. */
  heartbeatTimeoutMs: number
}

export const DEFAULT_CLOCKS: Readonly<ClockLimits> = {
  frameTimeoutMs: 30_000,
  readIdleMs: Number.POSITIVE_INFINITY,
  writeIdleMs: Number.POSITIVE_INFINITY,
  heartbeatMs: 25_000,
  heartbeatTimeoutMs: 20_000,
}

/** What a heartbeat is: a question after the peer's silence, or a sign of life after our own, and the peer's after its. */
export type Beat = 'question' | 'sign'

const NEVER = Number.POSITIVE_INFINITY

export class Clocks {
  readonly #limits: ClockLimits
  readonly #beat: Beat | undefined
  #lastIn = 0
  #lastOut = 0
  /** When the frame began that is not complete. */
  #frameSince = NEVER
  /** When the heartbeat was sent that has no answer. */
  #beatSince = NEVER

  constructor(limits: ClockLimits, beat: Beat | undefined) {
    this.#limits = limits
    this.#beat = beat
  }

  /** The conversation begins. */
  start(now: number): void {
    this.#lastIn = this.#lastOut = now
  }

  received(now: number): void {
    this.#lastIn = now
    this.#beatSince = NEVER
  }

  sent(now: number): void {
    this.#lastOut = now
  }

  /** Whether bytes of an incomplete frame are held, after everything that arrived has been read. */
  frameOpen(now: number, open: boolean): void {
    if (!open) this.#frameSince = NEVER
    else if (this.#frameSince === NEVER) this.#frameSince = now
  }

  /** A frame was completed: the next one's time has not begun. */
  frameDone(): void {
    this.#frameSince = NEVER
  }

  /** It was the moment for a heartbeat. */
  beat(now: number): void {
    if (this.#beat === 'sign') this.#lastOut = now
    else this.#beatSince = now
  }

  /** For `ms` milliseconds we did not listen: that counts against no peer. */
  excuse(ms: number): void {
    this.#lastIn += ms
    this.#frameSince += ms
    this.#beatSince += ms
  }

  /** The earliest moment at which {@link due} may have something to say. */
  get next(): number {
    const { frameTimeoutMs, readIdleMs, writeIdleMs } = this.#limits
    return Math.min(
      this.#frameSince + frameTimeoutMs,
      this.#lastIn + readIdleMs,
      this.#lastOut + writeIdleMs,
      this.#nextBeat,
      this.#deadAt,
    )
  }

  get #nextBeat(): number {
    if (this.#beat === 'sign') return this.#lastOut + this.#limits.heartbeatMs
    return this.#beat && this.#beatSince === NEVER ? this.#lastIn + this.#limits.heartbeatMs : NEVER
  }

  get #deadAt(): number {
    const { heartbeatMs, heartbeatTimeoutMs } = this.#limits
    return (this.#beat === 'sign' ? this.#lastIn + heartbeatMs : this.#beatSince) + heartbeatTimeoutMs
  }

  /** What the time `now` brings: a heartbeat to send, or the end. */
  due(now: number, held: number): 'heartbeat' | PeerTimeoutError | undefined {
    const { frameTimeoutMs, readIdleMs, writeIdleMs, heartbeatTimeoutMs } = this.#limits
    if (now >= this.#frameSince + frameTimeoutMs)
      return new PeerTimeoutError(
        'frameTimeoutMs',
        frameTimeoutMs,
        `a frame is not complete in time; ${held} bytes of it came`,
      )
    if (now >= this.#lastIn + readIdleMs) return new PeerTimeoutError('readIdleMs', readIdleMs, 'the peer said nothing')
    if (now >= this.#lastOut + writeIdleMs)
      return new PeerTimeoutError('writeIdleMs', writeIdleMs, 'nothing was said to the peer')
    if (now >= this.#deadAt)
      return new PeerTimeoutError(
        'heartbeatTimeoutMs',
        heartbeatTimeoutMs,
        this.#beat === 'sign' ? 'the peer gave no sign of life' : 'the peer did not answer a heartbeat',
      )
    return now >= this.#nextBeat ? 'heartbeat' : undefined
  }
}
