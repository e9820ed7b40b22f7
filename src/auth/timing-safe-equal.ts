/** Comparison that tells an attacker with a stopwatch nothing. */

/**
 * Whether two proofs are the same bytes. The time depends on the lengths, which are public, and not on where the contents
 * differ: a comparison that stops at the first difference lets a proof be guessed byte by byte.
 *
 * @example
 * ```js
 * import { timingSafeEqual } from 'wirewright/auth'
 *
 * console.log(timingSafeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))) // true
 * console.log(timingSafeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))) // false
 * ```
 */
export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}
