/**
 * What a simulated network does to the bytes on it: when they arrive, in which pieces, and what goes wrong.
 *
 *   write 'abc', write 'de'      whole    abc | de
 *                                sticky   abcde
 *                                2        ab | cd | e
 *                                random   a | bcd | e, or any other way, as the seed decides
 */
import type { Random } from './random.js'
import { TransportUsageError } from './usage-error.js'

/**
 * How a stream is cut into chunks. A stream has no packets, so a program must work with every one of these.
 *
 * - `'whole'`: each write arrives as one chunk, which is what loopback does often enough to hide a missing framing;
 * - `'sticky'`: what has arrived by now is one chunk, up to 64 KiB;
 * - `'random'`: writes are cut anywhere, the pieces travel on their own, and may stick together again;
 * - a number: at most so many bytes at a time, across the borders of writes. `1` is byte by byte.
 */
export type Chunks = 'whole' | 'sticky' | 'random' | number

/** The state of a simulated network. Without any of these it is perfect: no delay, no fault, every write one chunk. */
export interface WeatherOptions {
  /** How long bytes travel one way, in milliseconds: always the same, or from … to, drawn for each. Default 0: they arrive in the next turn. */
  delayMs?: number | readonly [min: number, max: number]
  /** How the stream is cut. Default `'whole'`. */
  chunks?: Chunks
  /**
   * How many bytes one direction holds before `write` returns false. Default 65536, the order of a kernel's socket buffer:
   * small enough for a large message to meet it.
   */
  windowBytes?: number
  /**
   * Chance that a segment is lost, from 0 to below 1. A stream sends it again, so it and all behind it come late; a datagram
   * never comes. Default 0.
   */
  lossRate?: number
  /** Chance that a datagram comes twice, each copy in its own time. Streams know better. Default 0. */
  duplicateRate?: number
  /** How late: the retransmission timeout, doubled for each further loss of the same segment. Default 200, Linux's minimum. */
  retransmitMs?: number
  /** Chance, at each arrival, that the cable is reset instead; what is in flight, both ways, is lost. Default 0. */
  resetRate?: number
  /** Chance that a connect is refused although somebody listens. Default 0. */
  refuseRate?: number
  /** Chance that a connect is never answered. Default 0. */
  silenceRate?: number
}

const STICKY_BYTES = 65_536
/** Linux's TCP_RTO_MAX. */
const MAX_RETRANSMIT_MS = 120_000

/** The options above, as decisions of one stream. */
export class Weather {
  readonly #random: Random
  #options: Required<WeatherOptions> = {
    delayMs: 0,
    chunks: 'whole',
    windowBytes: 65_536,
    lossRate: 0,
    duplicateRate: 0,
    retransmitMs: 200,
    resetRate: 0,
    refuseRate: 0,
    silenceRate: 0,
  }

  constructor(random: Random, options: WeatherOptions) {
    this.#random = random
    this.change(options)
  }

  /** @throws {TransportUsageError} `BAD_OPTION` */
  change(changes: WeatherOptions): void {
    const options = { ...this.#options, ...changes }
    const [min, max] = pair(options.delayMs)
    check('delayMs', options.delayMs, min >= 0 && max >= min && Number.isFinite(max), 'milliseconds, or [min, max]')
    const { chunks } = options
    check(
      'chunks',
      chunks,
      typeof chunks === 'number' ? isCount(chunks) : ['whole', 'sticky', 'random'].includes(chunks),
      "'whole', 'sticky', 'random' or a number of bytes",
    )
    check('windowBytes', options.windowBytes, isCount(options.windowBytes), 'a positive integer')
    // A segment that is lost every time never arrives; a partition says that better.
    check('lossRate', options.lossRate, options.lossRate >= 0 && options.lossRate < 1, '0 or more, and below 1')
    check('retransmitMs', options.retransmitMs, options.retransmitMs >= 0, '0 or more')
    for (const name of ['duplicateRate', 'resetRate', 'refuseRate', 'silenceRate'] as const)
      check(name, options[name], options[name] >= 0 && options[name] <= 1, 'from 0 to 1')
    this.#options = options
  }

  get windowBytes(): number {
    return this.#options.windowBytes
  }

  /** How long the next segment travels, its losses included. */
  travelMs(): number {
    const { lossRate, retransmitMs } = this.#options
    let travel = this.flightMs()
    for (let timeout = retransmitMs; this.#happens(lossRate); timeout = Math.min(2 * timeout, MAX_RETRANSMIT_MS))
      travel += timeout
    return travel
  }

  /** How long something travels that is not lost. */
  flightMs(): number {
    const [min, max] = pair(this.#options.delayMs)
    return min === max ? min : this.#random.between(min, max)
  }

  /** How often the next datagram arrives. */
  copies(): 0 | 1 | 2 {
    if (this.#happens(this.#options.lossRate)) return 0
    return this.#happens(this.#options.duplicateRate) ? 2 : 1
  }

  /** How much of a write of `length` bytes travels as one segment. */
  cut(length: number): number {
    if (this.#options.chunks !== 'random') return length
    return this.#anySize(length)
  }

  /** How many of the bytes that have arrived make the next chunk, at most, when the first segment has `length` left. */
  chunk(length: number): number {
    const { chunks } = this.#options
    if (chunks === 'whole') return length
    if (chunks === 'sticky') return STICKY_BYTES
    if (chunks === 'random') return this.#random.chance(0.5) ? length : this.#anySize(STICKY_BYTES)
    return chunks
  }

  resets(): boolean {
    return this.#happens(this.#options.resetRate)
  }

  refuses(): boolean {
    return this.#happens(this.#options.refuseRate)
  }

  staysSilent(): boolean {
    return this.#happens(this.#options.silenceRate)
  }

  /** From 1 byte to `most`, every order of magnitude as likely as the others: headers are cut as well as bodies. */
  #anySize(most: number): number {
    const bits = 32 - Math.clz32(most - 1)
    return Math.min(most, 1 + this.#random.below(2 ** this.#random.below(bits + 1)))
  }

  #happens(rate: number): boolean {
    return rate > 0 && this.#random.chance(rate)
  }
}

function pair(delayMs: number | readonly [min: number, max: number]): readonly [min: number, max: number] {
  return typeof delayMs === 'number' ? [delayMs, delayMs] : delayMs
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1
}

function check(name: string, value: unknown, fits: boolean, allowed: string): void {
  if (!fits)
    throw new TransportUsageError('BAD_OPTION', `${name} is ${JSON.stringify(value) ?? value}; it must be ${allowed}`)
}
