/**
 * Decisions from a seed: the same seed gives the same decisions, on every machine.
 *
 * The generator is sfc32 (Chris Doty-Humphrey's PractRand): three mixing words and a counter, so that no cycle is shorter
 * than 2^32 numbers. It is for simulated networks and tests; whoever has seen a few numbers can tell the rest, so it is
 * not for secrets.
 */

/** A stream of decisions. Streams of different names are independent, so that one more decision here moves none there. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /**
   * @param seed an integer from 0 to 2^53 - 1
   * @param stream which of the seed's streams
   *
   * @example
   * const random = new Random(7)
   * random.below(6)                        // 0 … 5, and on every machine the same one
   * new Random(7, 'weather').chance(0.5)   // another stream of the same seed
   */
  constructor(seed: number, stream: string = '') {
    this.#a = seed >>> 0
    this.#b = Math.floor(seed / 2 ** 32) >>> 0
    this.#c = nameHash(stream)
    // PractRand's own number of rounds for a seed of three words: less, and similar seeds begin alike.
    for (let round = 0; round < 15; round++) this.uint32()
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** An integer from 0 to `limit - 1`; `limit` is at most 2^32. */
  below(limit: number): number {
    return Math.floor((this.uint32() / 2 ** 32) * limit)
  }

  /** A number from `min` up to, and not including, `max`. */
  between(min: number, max: number): number {
    return min + (this.uint32() / 2 ** 32) * (max - min)
  }

  /** True with probability `rate`, from 0 (never) to 1 (always). */
  chance(rate: number): boolean {
    return this.uint32() / 2 ** 32 < rate
  }

  /** One of `choices`, of which there is at least one. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]
  }

  /** `length` bytes. */
  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let i = 0; i < length; i++) bytes[i] = this.uint32() >>> 24
    return bytes
  }
}

/** FNV-1a over UTF-16 units. */
function nameHash(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash
}
