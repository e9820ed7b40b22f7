/** Words of 16 and 32 bits by their bytes: `at` is where the least significant lies, `step` the way to the others, 1 or -1. */

export function get16(b: Uint8Array, at: number, step: number): number {
  return b[at]! | (b[at + step]! << 8)
}

/** With a sign. */
export function get32(b: Uint8Array, at: number, step: number): number {
  return b[at]! | (b[at + step]! << 8) | (b[at + 2 * step]! << 16) | (b[at + 3 * step]! << 24)
}

/** Of more than 16 bits the lowest. */
export function put16(b: Uint8Array, at: number, step: number, value: number): void {
  b[at] = value
  b[at + step] = value >> 8
}

export function put32(b: Uint8Array, at: number, step: number, value: number): void {
  b[at] = value
  b[at + step] = value >> 8
  b[at + 2 * step] = value >> 16
  b[at + 3 * step] = value >> 24
}
