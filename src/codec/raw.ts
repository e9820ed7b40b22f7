/** Values of fixed size at places that are known to be there: what arrays and records of them are made of. */

/** A value of fixed size at a place that is known to be there. All three throw {@link MISS} where they cannot say no. */
export interface Raw {
  get(bytes: Uint8Array, at: number): any
  fits(value: unknown): boolean
  /** Writes a value that {@link Raw.fits}. */
  put(target: Uint8Array, at: number, value: any): void
}

export function anything(): true {
  return true
}
