/**
 * A running hash over everything that happens in a simulation: equal hashes, equal runs.
 *
 * Two 32-bit words, mixed by odd constants. It tells runs apart; it does not keep secrets.
 */
export class Trace {
  #a = 0x243f6a88
  #b = 0x85a308d3
  /** A double as two words. */
  readonly #double: Float64Array = new Float64Array(1)
  readonly #words: Uint32Array = new Uint32Array(this.#double.buffer)

  number(value: number): void {
    this.#double[0] = value
    this.#mix(this.#words[0])
    this.#mix(this.#words[1])
  }

  text(value: string): void {
    this.#mix(value.length)
    for (let i = 0; i < value.length; i++) this.#mix(value.charCodeAt(i))
  }

  bytes(value: Uint8Array): void {
    this.#mix(value.length)
    for (let i = 0; i < value.length; i++) this.#mix(value[i])
  }

  /** So far, as 16 hex digits. */
  get hash(): string {
    return word(this.#a) + word(this.#b)
  }

  #mix(value: number): void {
    const a = Math.imul(this.#a ^ value, 0x9e3779b1)
    this.#a = a ^ (a >>> 15)
    this.#b = Math.imul(((this.#b << 13) | (this.#b >>> 19)) ^ this.#a, 0x85ebca6b)
  }
}

function word(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
