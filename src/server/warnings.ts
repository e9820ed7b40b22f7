/** Warnings that strangers can cause: the first of a minute are told, the others counted. */
import type { Env } from '../env.js'

/** Enough to see what is wrong, too little to fill a disk with. */
const TOLD = 10
const PERIOD_MS = 60_000

export class Warnings {
  readonly #name: string
  #until = 0
  #said = 0

  /** `name` begins the line that counts. */
  constructor(name: string) {
    this.#name = name
  }

  /** Tells it, if not too many were told of late; the first after their minute says how many were not. */
  warn(text: string, env: Env): void {
    const now = env.now()
    if (now >= this.#until) {
      if (this.#said > TOLD) env.warn(`${this.#name}: ${this.#said - TOLD} more warnings like these were not told`)
      this.#until = now + PERIOD_MS
      this.#said = 0
    }
    if (++this.#said <= TOLD) env.warn(text)
  }
}
