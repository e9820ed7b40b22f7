/**
 * The clocks of a session: a frame that does not end, a side that says nothing, a heartbeat without an answer.
 *
 *   frame      first byte ───────── frameTimeoutMs ─────────▶ timeout     progress does not reset it
 *   read       last byte in ─────── readIdleMs ─────────────▶ timeout
 *              last byte in ─────── heartbeatMs ─▶ heartbeat ─ heartbeatTimeoutMs ─▶ timeout
 *   write      last byte out ────── writeIdleMs ────────────▶ timeout
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

const NEVER = Number.POSITIVE_INFINITY

export class Clocks {
  readonly #limits: ClockLimits
  readonly #beats: boolean
  #lastIn = 0
  #lastOut = 0
  /** When the frame began that is not complete. */
  #frameSince = NEVER
  /** When the heartbeat was sent that has no answer. */
  #beatSince = NEVER

  constructor(limits: ClockLimits, beats: boolean) {
    this.#limits = limits
    this.#beats = beats
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

  beat(now: number): void {
    this.#beatSince = now
  }

  /** For `ms` milliseconds we did not listen: that counts against no peer. */
  excuse(ms: number): void {
    this.#lastIn += ms
    this.#frameSince += ms
    this.#beatSince += ms
  }

  /** The earliest moment at which {@link due} may have something to say. */
  get next(): number {
    const { frameTimeoutMs, readIdleMs, writeIdleMs, heartbeatMs, heartbeatTimeoutMs } = this.#limits
    const beat = !this.#beats
      ? NEVER
      : this.#beatSince === NEVER
        ? this.#lastIn + heartbeatMs
        : this.#beatSince + heartbeatTimeoutMs
    return Math.min(this.#frameSince + frameTimeoutMs, this.#lastIn + readIdleMs, this.#lastOut + writeIdleMs, beat)
  }

  /** What the time `now` brings: a heartbeat to send, or the end. */
  due(now: number, held: number): 'heartbeat' | PeerTimeoutError | undefined {
    const { frameTimeoutMs, readIdleMs, writeIdleMs, heartbeatMs, heartbeatTimeoutMs } = this.#limits
    if (now >= this.#frameSince + frameTimeoutMs)
      return new PeerTimeoutError(
        'frameTimeoutMs',
        frameTimeoutMs,
        `a frame is not complete in time; ${held} bytes of it came`,
      )
    if (now >= this.#lastIn + readIdleMs) return new PeerTimeoutError('readIdleMs', readIdleMs, 'the peer said nothing')
    if (now >= this.#lastOut + writeIdleMs)
      return new PeerTimeoutError('writeIdleMs', writeIdleMs, 'nothing was said to the peer')
    if (!this.#beats) return undefined
    if (now >= this.#beatSince + heartbeatTimeoutMs)
      return new PeerTimeoutError('heartbeatTimeoutMs', heartbeatTimeoutMs, 'the peer did not answer a heartbeat')
    return this.#beatSince === NEVER && now >= this.#lastIn + heartbeatMs ? 'heartbeat' : undefined
  }
}
