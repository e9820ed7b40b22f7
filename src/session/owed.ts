/**
 * The peer's asks that wait for our replies.
 *
 *   order   firstOwed ▼            a reply that overtakes waits, encoded, for those before it
 *           | 4 | 5 | 6 |
 *   id      { 5: 300, 6: 301 }     a reply leaves when it is given
 */
/** Stands where a reply was owed and none will come: what lies before it is still said, then nothing. */
const SILENCE: unique symbol = Symbol('silence')

/** Replies in the order of the asks. */
export class OrderedReplies {
  /** Made when a reply first overtakes: most connections never see one. */
  #early: Map<number, Uint8Array | typeof SILENCE> | undefined
  #nextAsk = 0
  #first = 0
  /** Bytes of the replies that overtook. */
  keptLength = 0

  /** Asks without a reply. */
  get count(): number {
    return this.#nextAsk - this.#first
  }

  /** Counts an ask in, and gives its id. */
  ask(): number {
    return this.#nextAsk++
  }

  /** Whether the ask `id` waits for a reply. */
  has(id: number): boolean {
    return id >= this.#first && id < this.#nextAsk && !this.#early?.has(id)
  }

  /** Whether the reply to `id` may be said at once. */
  isNext(id: number): boolean {
    return id === this.#first
  }

  /** The next reply was said. */
  said(): void {
    this.#first++
  }

  /** Keeps a reply that overtook. */
  keep(id: number, frame: Uint8Array): void {
    this.#early ??= new Map()
    this.#early.set(id, frame)
    this.keptLength += frame.length
  }

  /** There will be no reply to `id`. */
  silence(id: number): void {
    this.#early ??= new Map()
    this.#early.set(id, SILENCE)
  }

  /** The replies whose turn has come, one a call; `silence` when there is nothing more to say, ever. */
  take(): Uint8Array | 'silence' | undefined {
    const early = this.#early?.get(this.#first)
    if (early === undefined) return undefined
    this.#early!.delete(this.#first)
    if (early === SILENCE) return 'silence'
    this.#first++
    this.keptLength -= early.length
    return early
  }

  clear(): void {
    this.#early = undefined
    this.keptLength = 0
    this.#first = this.#nextAsk
  }
}
