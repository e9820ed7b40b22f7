/** Values of fixed size at places that are known to be there: what messages, arrays and records of them are made of. */

/** A value of fixed size at a place that is known to be there. Both throw {@link MISS} for what cannot be. */
export interface Raw {
  get(bytes: Uint8Array, at: number): any
  put(target: Uint8Array, at: number, value: any): void
  /** `put` into an array of just the value's size, where that can be done faster. */
  encode?(value: any): Uint8Array
}
