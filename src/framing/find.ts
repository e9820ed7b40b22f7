/** Looking for a byte. */

/** As far as this a loop is faster than the view that `indexOf` needs. */
const NEAR = 64

/** Where `byte` first stands in `bytes[start, end)`, or -1. */
export function findByte(bytes: Uint8Array, byte: number, start: number, end: number): number {
  const near = Math.min(end, start + NEAR)
  for (let i = start; i < near; i++) if (bytes[i] === byte) return i
  if (near === end) return -1
  // A view, because indexOf() itself cannot be told to stop at `end`.
  const index = bytes.subarray(near, end).indexOf(byte)
  return index < 0 ? -1 : near + index
}
