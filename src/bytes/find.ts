/** Looking for bytes in a part of an array, and nowhere behind it. */

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

/** Where `wanted`, one byte or more, first stands in `bytes[start, end)`, or -1. */
export function findBytes(bytes: Uint8Array, wanted: Uint8Array, start: number, end: number): number {
  const last = end - wanted.length + 1
  for (let at = start; at < last; at++) {
    at = findByte(bytes, wanted[0]!, at, last)
    if (at < 0) return -1
    let i = 1
    while (i < wanted.length && bytes[at + i] === wanted[i]) i++
    if (i === wanted.length) return at
  }
  return -1
}
